import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { focusOn } from "./browser.mjs";
import { usualAnswer, wait } from "./fake/service.mjs";
import { PASSWORD } from "./fake/samples.mjs";
import { setting } from "./setting.mjs";

const here = setting();
const question = (page) => page.locator("#question");

describe("Signing in", () => {
  it("says which field is empty, and goes there", async () => {
    const { page } = await here.open();
    await page.goto(here.fake.url);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("Enter your name").waitFor();
    await focusOn(page, "#name");
  });

  it("keeps the name after a wrong password, says what is wrong, and asks for the password again", async () => {
    const { page } = await here.open();
    await page.goto(here.fake.url);
    await page.getByLabel("Name").fill("ada");
    await page.getByLabel("Password", { exact: true }).fill("wrong");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText("The name or the password is not right.").waitFor();
    assert.equal(await page.getByLabel("Name").inputValue(), "ada");
    await focusOn(page, "#password");
  });

  it("tells how long to wait after too many tries", async () => {
    const { page } = await here.open();
    await page.goto(here.fake.url);
    here.fake.refuseNext = { path: "/api/session", method: "POST", status: 429, code: "too_many_attempts", headers: { "Retry-After": "60" } };
    await page.getByLabel("Name").fill("ada");
    await page.getByLabel("Password", { exact: true }).fill("wrong");
    await page.keyboard.press("Enter");
    await page.getByText("Wait 60 seconds, then try again.").waitFor();
  });

  it("shows the marking of the site before anybody has signed in", async () => {
    here.fake.site = { name: "Depot", marking: "RESTRICTED", markingTone: "red" };
    const { page } = await here.open();
    await page.goto(here.fake.url);
    await page.locator(".marking.red").first().waitFor();
    assert.deepEqual(await page.locator(".marking").allInnerTexts(), ["RESTRICTED", "RESTRICTED"]);
  });

  it("leaves nothing of a person on the page after signing out", async () => {
    here.fake.addConversation("Plan of ada", here.fake.sealedPair("q", "a"));
    const desk = await here.signedIn();
    const { page } = desk;
    await page.getByText("Plan of ada").waitFor();
    await page.getByText("Answer settings", { exact: true }).click();
    await page.getByLabel("Make a replayable answer").check();
    await page.getByRole("button", { name: "Signed in as ada" }).click();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    assert.ok(!(await page.content()).includes("Plan of ada"));
    assert.equal(here.fake.sessions.size, 0);
    await desk.signIn("grace");
    await page.getByText("Answer settings", { exact: true }).waitFor();
  });
});

describe("An answer", () => {
  it("streams in, is sealed, and is there again after a reload", async () => {
    let release;
    const step = () => new Promise((resolve) => (release = resolve));
    here.fake.model = async (turn) => {
      turn.send("queued", { position: 3 });
      await step();
      turn.send("started", { promptTokens: 42 });
      await step();
      turn.delta("First **half**, ");
      await step();
      turn.delta("second half.");
    };
    const desk = await here.signedIn();
    const { page } = desk;
    await desk.ask("What is first?");
    await page.getByText("number 3 in the queue").waitFor();
    release();
    await page.getByText("Reading your question: 42 tokens").waitFor();
    release();
    await page.locator(".live strong", { hasText: "half" }).waitFor();
    await page.locator(".pin.sealing", { hasText: "Being sealed" }).waitFor();
    release();
    await page.locator(".pin.valid", { hasText: "Credential valid" }).waitFor();
    await page.getByText("second half.").first().waitFor();
    assert.match(page.url(), /#\/c\/[\w-]+$/);
    await page.reload();
    await page.locator(".answer strong", { hasText: "half" }).waitFor();
    await page.locator(".pin.valid").waitFor();
  });

  it("is asked of the model that was chosen", async () => {
    let asked;
    here.fake.model = async (turn, body) => {
      asked = body;
      turn.delta("Yes.");
    };
    const desk = await here.signedIn();
    await desk.page.getByLabel("Model").selectOption("llama");
    await desk.ask("Which one?");
    await desk.page.locator(".pin.valid").waitFor();
    assert.deepEqual(asked, { text: "Which one?", model: "llama" });
    assert.equal(await desk.page.locator(".answer-model").innerText(), "Llama 3.2 3B Instruct");
  });

  it("is made replayable where that was chosen, and says so, also after a reload", async () => {
    const asked = [];
    let release;
    here.fake.model = async (turn, body) => {
      asked.push(body.parameters);
      turn.delta("Yes.");
      if (asked.length === 1) await new Promise((resolve) => (release = resolve));
    };
    const desk = await here.signedIn();
    const { page } = desk;
    await page.getByText("Answer settings", { exact: true }).click();
    await page.getByLabel("Make a replayable answer").check();
    await page.getByText("it takes longer", { exact: false }).waitFor();
    await desk.ask("Once?");
    await page.locator(".live .prose", { hasText: "Yes." }).waitFor();
    await page.locator(".live .answer-head", { hasText: "Replayable" }).waitFor();
    release();
    await page.locator(".answer:not(.live) .answer-head", { hasText: "Replayable" }).waitFor();
    await page.getByText("Answer settings: Replayable").waitFor();
    await page.getByLabel("Make a replayable answer").uncheck();
    await desk.ask("And as usual?");
    await page.locator(".pin.valid").nth(1).waitFor();
    assert.deepEqual(asked, [{ replayable: true }, undefined]);
    await page.reload();
    await page.locator(".pin.valid").nth(1).waitFor();
    assert.deepEqual(
      (await page.locator(".answer-head").allInnerTexts()).map((head) => head.includes("Replayable")),
      [true, false],
    );
    await page.locator(".pin.valid").first().click();
    await page.getByRole("dialog").getByText("By itself (replayable)").waitFor();
    await page.keyboard.press("Escape");
    await page.locator(".pin.valid").nth(1).click();
    await page.getByRole("dialog").locator(".entries").waitFor();
    assert.equal(await page.getByText("By itself (replayable)").count(), 0);
  });

  it("stays in view to its end when the settings are opened below it", async () => {
    const id = here.fake.addConversation("Long", here.fake.sealedPair("Tell", "A line of the answer.\n\n".repeat(60)));
    const { page } = await here.signedIn("ada", { height: 600 });
    await page.goto(`${here.fake.url}/#/c/${id}`);
    await page.locator(".pin.valid").waitFor();
    const atEnd = () => {
      const box = document.querySelector(".transcript");
      return box.scrollHeight - box.scrollTop - box.clientHeight < 2;
    };
    await page.waitForFunction(atEnd);
    const before = await page.locator(".transcript").evaluate((box) => box.clientHeight);
    await page.getByText("Answer settings", { exact: true }).click();
    await page.waitForFunction((height) => document.querySelector(".transcript").clientHeight < height, before);
    await page.waitForFunction(atEnd);
    assert.equal(await page.getByRole("button", { name: "Go to the newest" }).count(), 0);
    await page.locator(".transcript").evaluate((box) => (box.scrollTop = 0));
    await page.getByRole("button", { name: "Go to the newest" }).click();
    await page.waitForFunction(atEnd);
  });

  it("that was refused as replayable says why, and gives the question back", async () => {
    const message = "To be computed by itself (replayable), this needs more memory than is free. Allow fewer tokens, or ask without it.";
    here.fake.model = async (turn) => turn.fail(400, "invalid_request", message);
    const desk = await here.signedIn();
    const { page } = desk;
    await page.getByText("Answer settings", { exact: true }).click();
    await page.getByLabel("Make a replayable answer").check();
    await desk.ask("All of it?");
    await page.locator(".composer .problem", { hasText: message }).waitFor();
    assert.equal(await question(page).inputValue(), "All of it?");
    assert.ok(await page.getByLabel("Make a replayable answer").isChecked());
  });

  it("can be stopped, and what was said is kept and sealed", async () => {
    here.fake.model = usualAnswer("word ".repeat(20_000), 5);
    const desk = await here.signedIn();
    const { page } = desk;
    await desk.ask("Talk for long");
    await page.locator(".live .prose", { hasText: "word word word" }).waitFor();
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByText("You stopped this answer here.").waitFor();
    await page.locator(".pin.valid").waitFor();
    await focusOn(page, "#question");
    const [kept] = here.fake.conversations.values();
    assert.equal(kept.turns[1].finishReason, "cancelled");
    assert.ok((await page.locator(".answer .prose").innerText()).startsWith("word word"));
  });

  it("that is stopped in the queue gives the question back", async () => {
    here.fake.model = async (turn) => {
      turn.send("queued", { position: 9 });
      while (!turn.gone) await wait(20);
    };
    const desk = await here.signedIn();
    await desk.ask("Never mind");
    await desk.page.getByText("number 9 in the queue").waitFor();
    await desk.page.keyboard.press("Escape");
    await desk.page.waitForFunction(() => document.querySelector("#question").value === "Never mind");
  });

  it("goes on while another conversation is looked at", async () => {
    here.fake.addConversation("Other", here.fake.sealedPair("Other question", "Other answer"));
    let release;
    here.fake.model = async (turn) => {
      turn.delta("One ");
      await new Promise((resolve) => (release = resolve));
      turn.delta("two.");
    };
    const desk = await here.signedIn();
    const { page } = desk;
    await desk.ask("Count");
    await page.locator(".live .prose", { hasText: "One" }).waitFor();
    const address = page.url();
    await page.getByRole("link", { name: "Other" }).click();
    await page.getByText("Other answer").waitFor();
    release();
    await page.goto(address);
    await page.getByText("One two.").first().waitFor();
    await page.locator(".pin.valid").waitFor();
  });

  it("is shown as it was sealed, even where that differs from what was streamed", async () => {
    here.fake.model = async (turn) => {
      turn.delta("Cafe\u0301 ");
      turn.sealedText = "Caf\u00e9";
    };
    const desk = await here.signedIn();
    await desk.ask("Where?");
    await desk.page.locator(".pin.valid").waitFor();
    assert.equal(await desk.page.locator(".prose p").evaluate((paragraph) => paragraph.textContent), "Caf\u00e9");
  });

  it("of nothing says so", async () => {
    here.fake.model = async (turn) => turn.send("started", {});
    const desk = await here.signedIn();
    await desk.ask("Say nothing");
    await desk.page.getByText("The model ended its answer without saying anything.").waitFor();
  });
});

describe("A failure", () => {
  it("of the engine in the middle of an answer says what happened, keeps what was said, and can be asked again", async () => {
    here.fake.model = async (turn) => {
      turn.delta("Half an ans");
      turn.fail(500, "engine_died", "The model's process ended by signal 11.");
    };
    const desk = await here.signedIn();
    const { page } = desk;
    await desk.ask("Crash?");
    const problem = page.locator(".answer .problem");
    await problem.getByText("The model's process ended by signal 11.").waitFor();
    await problem.getByText("It is being started again.").waitFor();
    await page.getByText("Half an ans").first().waitFor();
    await page.locator(".pin.none", { hasText: "No credential" }).waitFor();
    here.fake.model = usualAnswer("All well.");
    await page.getByRole("button", { name: "Ask again" }).click();
    await page.locator(".prose", { hasText: "All well." }).waitFor();
  });

  it("because the prompt is too long keeps the question in the field and says what to do", async () => {
    here.fake.model = async (turn) => turn.fail(413, "context_length_exceeded", "The prompt has 9000 tokens; the model reads 4096.");
    const desk = await here.signedIn();
    await desk.ask("A very long question");
    await desk.page.getByText("The prompt has 9000 tokens; the model reads 4096.").waitFor();
    await desk.page.getByText("Shorten your question, or start a new conversation.").waitFor();
    assert.equal(await question(desk.page).inputValue(), "A very long question");
  });

  it("that left only the question with the service offers to ask it again", async () => {
    const id = here.fake.addConversation("Lone", [{ id: "q", role: "user", text: "Lone question?" }, ...here.fake.sealedPair("Second?", "Second answer")]);
    const { page } = await here.signedIn();
    await page.goto(`${here.fake.url}/#/c/${id}`);
    await page.getByText("This question has no sealed answer.").waitFor();
    assert.equal(await page.getByRole("region", { name: "Answer 2" }).count(), 1);
    here.fake.model = usualAnswer("At last.");
    await page.getByRole("button", { name: "Ask again" }).click();
    await page.locator(".prose", { hasText: "At last." }).waitFor();
  });

  it("leaves the last word to the service where it says what to do", async () => {
    here.fake.model = async (turn) => turn.fail(503, "engine_not_ready", "The model is being loaded. Ask again in a minute.");
    const desk = await here.signedIn();
    await desk.ask("Now?");
    await desk.page.locator(".composer .problem").waitFor();
    assert.equal((await desk.page.locator(".composer .problem").innerText()).match(/again/g).length, 1);
  });

  it("of the connection says so, and looks again for what was kept", async () => {
    here.fake.model = async (turn) => {
      turn.delta("Before the break");
      await wait(100);
      turn.breakOff();
    };
    const desk = await here.signedIn();
    const { page } = desk;
    await desk.ask("Break");
    await page.locator(".answer .problem").waitFor();
    const [kept] = here.fake.conversations.values();
    kept.turns.push(...here.fake.sealedPair("Break", "Before the break, and after"));
    await page.getByRole("button", { name: "Look again" }).click();
    await page.getByText("Before the break, and after").waitFor();
    assert.equal(await page.locator(".problem").count(), 0);
  });

  it("to sign out in time asks for the password over the page, and what was typed is kept", async () => {
    const desk = await here.signedIn();
    const { page } = desk;
    here.fake.endSessions();
    await desk.ask("Typed with care");
    const dialog = page.getByRole("dialog", { name: "Your session has ended" });
    await dialog.waitFor();
    await page.keyboard.press("Escape");
    assert.ok(await dialog.isVisible(), "Escape must not lead past the password");
    assert.equal(await dialog.getByLabel("Name").inputValue(), "ada");
    await dialog.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "hidden" });
    assert.equal(await question(page).inputValue(), "Typed with care");
    await question(page).press("Enter");
    await page.locator(".pin.valid").waitFor();
  });

  it("to sign in as the same person shows nothing of the first to the second", async () => {
    const desk = await here.signedIn();
    const { page } = desk;
    await page.locator("#model:enabled").waitFor();
    await question(page).fill("A secret draft of ada");
    here.fake.endSessions();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Your session has ended" });
    await dialog.getByLabel("Name").fill("grace");
    await dialog.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Signed in as grace" }).waitFor();
    assert.equal(await question(page).inputValue(), "");
  });

  it("to have a model says so, and notices when there is one", async () => {
    here.fake.models = [{ id: "big", name: "Big", state: "refused", note: "It needs 48 GiB of memory; this host has 16." }];
    const { page } = await here.signedIn();
    await page.getByRole("heading", { name: "No model is loaded" }).waitFor();
    await page.getByText("It needs 48 GiB of memory; this host has 16.").waitFor();
    await question(page).fill("Anybody?");
    assert.ok(await page.getByRole("button", { name: "Ask", exact: true }).isDisabled());
    here.fake.models = [{ id: "late", name: "Late", state: "ready" }];
    await page.getByRole("heading", { name: "What would you like to ask?" }).waitFor();
  });
});
