import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CHECKPOINT } from "./fake/samples.mjs";
import { usualAnswer, wait } from "./fake/service.mjs";
import { setting } from "./setting.mjs";

const here = setting();

const LOOKS = [
  { scheme: "light" },
  { scheme: "dark" },
  { scheme: "light", contrast: "more" },
  { scheme: "dark", contrast: "more" },
  { scheme: "light", width: 320, height: 640 },
];
const named = ({ scheme, contrast, width }) => [scheme, contrast && "with more contrast", width && `${width} wide`].filter(Boolean).join(", ");

const MORE_MODELS = [
  { id: "gemma", name: "gemma-3-27b-it-a-name-of-a-file-that-is-long-enough-to-be-broken-q4_k_m", state: "loading", note: "It is being loaded.", standard: false, pinned: false, idleMinutes: 0, answering: 0, adapters: [] },
  { id: "big", name: "Qwen 2.5 72B", state: "refused", note: "It needs 48 GiB of memory; this host has 16. Take a smaller one or a stronger quantisation.", standard: false, pinned: false, idleMinutes: 0, answering: 0, verdict: "It does not fit.", adapters: [] },
  { id: "fallen", name: "Fallen 3B", state: "down", note: "Its engine ended by SIGSEGV; the next one starts in 4 seconds.", standard: false, pinned: true, idleMinutes: 0, answering: 0, adapters: [] },
];

async function clean(desk, state) {
  assert.deepEqual(await desk.axe(), [], state);
  const overflow = await desk.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.equal(overflow, 0, `${state}: the page scrolls sideways`);
}

for (const look of LOOKS) {
  describe(`Every state, ${named(look)}`, () => {
    it("of signing in has no fault that axe finds (WCAG 2.2 AA)", async () => {
      const desk = await here.open(look);
      const { page } = desk;
      await page.goto(here.fake.url);
      await page.getByLabel("Name").waitFor();
      await clean(desk, "empty form");
      await page.getByRole("button", { name: "Sign in" }).click();
      await clean(desk, "missing fields");
      await page.getByLabel("Name").fill("ada");
      await page.getByLabel("Password", { exact: true }).fill("wrong");
      await page.keyboard.press("Enter");
      await page.getByRole("alert").waitFor();
      await clean(desk, "wrong password");
    });

    it("of asking has none", async () => {
      let release;
      here.fake.model = async (turn) => {
        turn.send("queued", { position: 2 });
        await new Promise((resolve) => (release = resolve));
        await usualAnswer(undefined, 0)(turn);
        await new Promise((resolve) => (release = resolve));
      };
      const desk = await here.signedIn("grace", look);
      const { page } = desk;
      await page.locator("#model:enabled").waitFor();
      await clean(desk, "new conversation");
      await page.getByText("Answer settings", { exact: true }).click();
      await page.getByLabel("Make a replayable answer").check();
      await clean(desk, "answer settings");
      await desk.ask("A question that is long enough to be broken over more than one line of the page, I hope");
      await page.getByText("You are next", { exact: false }).or(page.getByText("number 2 in the queue")).waitFor();
      await clean(desk, "queued");
      release();
      await page.locator(".live .prose", { hasText: "repeat this check" }).waitFor();
      await clean(desk, "streaming");
      release();
      await page.locator(".pin.valid").waitFor();
      await clean(desk, "answered");
      here.fake.refuseNext = { path: "/turns", status: 413, code: "context_length_exceeded" };
      await desk.ask("Too long");
      await page.locator(".composer .problem").waitFor();
      await clean(desk, "refused");
    });

    it("of waiting for a model and for a prompt has none", async () => {
      let release;
      const step = () => new Promise((resolve) => (release = resolve));
      here.fake.model = async (turn) => {
        turn.send("waiting", { sentence: "The model Qwen 2.5 72B is being loaded." });
        await step();
        turn.send("queued", { position: 3, expectedMs: 42_000 });
        await step();
        turn.send("started", { promptTokens: 6_208 });
        await step();
      };
      const desk = await here.signedIn("ada", look);
      const phase = desk.page.locator(".live .phase");
      await desk.ask("What does the whole report say?");
      for (const seen of [/being loaded/, /number 3 in the queue/, /6,208/]) {
        await phase.filter({ hasText: seen }).waitFor();
        await clean(desk, String(seen));
        release();
      }
    });

    it("of models has none", async () => {
      here.fake.plan.models.push(...MORE_MODELS);
      const desk = await here.signedIn("grace", look);
      const { page } = desk;
      await page.goto(`${here.fake.url}/#/admin/models`);
      await page.getByText("It needs 48 GiB").waitFor();
      await clean(desk, "models");
      await page.getByRole("button", { name: "Unload Qwen 2.5 7B Instruct" }).click();
      await page.getByRole("dialog", { name: "Unload this model?" }).waitFor();
      await clean(desk, "unload");
      await page.keyboard.press("Escape");
      await page.getByLabel("Memory for all models together").fill("lots");
      await page.getByRole("button", { name: "Save" }).click();
      await page.getByText("Enter a whole number").waitFor();
      await clean(desk, "rules");
      here.fake.refuseNext = { path: "/load", status: 503, code: "does_not_fit", message: "It does not fit. Unload one." };
      await page.getByRole("button", { name: "Load llama" }).click();
      await page.getByRole("alert").waitFor();
      await clean(desk, "refused");
    });

    it("of an answer's profile and replay has none", async () => {
      here.fake.replay = { verdict: "different", difference: "the first difference is at character 7 of 24", differsAt: 7, entry: 41 };
      const id = here.fake.addConversation("Profiled", here.fake.sealedPair("Where did the time go?", "Text"));
      const desk = await here.signedIn("grace", look);
      const { page } = desk;
      await page.goto(`${here.fake.url}/#/c/${id}`);
      await page.locator(".pin.valid").click();
      await page.getByRole("button", { name: "Show the profile of this answer" }).click();
      await page.getByRole("row", { name: /tokens, each/ }).waitFor();
      await page.getByRole("button", { name: "Replay this answer" }).click();
      await page.getByText("character 7 of 24").waitFor();
      await clean(desk, "profile and replay");
      here.fake.refuseNext = { path: "/replay", status: 503, code: "engine_busy", message: "Too much waits. Try again in a while." };
      await page.getByRole("button", { name: "Replay this answer" }).click();
      await page.getByRole("alert").waitFor();
      await clean(desk, "replay refused");
    });

    it("of credentials and dialogs has none", async () => {
      const states = ["valid", "unknown_signer", "invalid", "absent"];
      const turns = states.flatMap((state) => here.fake.sealedPair(`Is it ${state}?`, "Text", state));
      turns.push({ id: "q", role: "user", text: "And?" }, { id: "a", role: "assistant", text: "Half", model: "qwen", finishReason: "failed", error: { code: "engine_died", message: "" } });
      const id = here.fake.addConversation("Three states", turns);
      const desk = await here.signedIn("grace", look);
      const { page } = desk;
      await page.goto(`${here.fake.url}/#/c/${id}`);
      for (const state of [...states, "none"]) {
        const pin = page.locator(`.answer .pin.${state}`);
        await page.locator(".answer-foot").nth([...states, "none"].indexOf(state)).scrollIntoViewIfNeeded();
        await pin.click();
        await page.getByRole("dialog").waitFor();
        if (state === "valid") await page.getByText("The whole manifest").click();
        await clean(desk, `credential ${state}`);
        await page.keyboard.press("Escape");
      }
      await clean(desk, "four pins");
      await page.keyboard.press("Alt+k");
      await page.getByRole("dialog", { name: "Keyboard and help" }).waitFor();
      await clean(desk, "help");
      await page.keyboard.press("Escape");
      await page.keyboard.press("Alt+l");
      if (look.width) await clean(desk, "conversations in a dialog");
      await page.getByRole("button", { name: "Rename: Three states" }).press("Enter");
      await page.getByLabel("Title").fill("");
      await page.keyboard.press("Enter");
      await page.getByText("Enter a title").waitFor();
      await clean(desk, "rename");
      await page.keyboard.press("Escape");
      await page.keyboard.press("Alt+l");
      await page.getByRole("button", { name: "Erase: Three states" }).press("Enter");
      await clean(desk, "erase");
      await page.keyboard.press("Escape");
      here.fake.endSessions();
      await desk.ask("Still there?");
      await page.getByRole("dialog", { name: "Your session has ended" }).waitFor();
      await clean(desk, "session ended");
    });

    it("of administration has none", async () => {
      here.fake.seal = structuredClone(here.fake.seal);
      here.fake.seal.results[1].outcome = "open";
      here.fake.seal.results[2].outcome = "untested";
      const desk = await here.signedIn("grace", look);
      const { page } = desk;
      await page.goto(`${here.fake.url}/#/admin/status`);
      await page.getByText("CPU variant").waitFor();
      await clean(desk, "status");
      await page.getByRole("link", { name: "Print checkpoint" }).click();
      await page.getByRole("img", { name: /QR code/ }).waitFor();
      await clean(desk, "checkpoint");
      await page.getByRole("link", { name: "API keys" }).click();
      await page.getByRole("button", { name: "Create key" }).click();
      await page.getByLabel("What the key is for").fill("night batch");
      await page.getByRole("button", { name: "Create key" }).click();
      await page.getByText("Copy it now.").waitFor();
      await clean(desk, "keys");
      await page.getByRole("button", { name: "Revoke the key for night batch" }).click();
      await clean(desk, "revoke");
      await page.getByRole("button", { name: "Revoke key" }).click();
      await page.getByText("Revoked", { exact: true }).waitFor();
      await page.getByRole("link", { name: "People" }).click();
      await page.getByRole("button", { name: "Add person" }).click();
      await page.getByText("Enter a name").waitFor();
      await clean(desk, "people");
      await page.getByRole("button", { name: "Change ada" }).click();
      await clean(desk, "change a person");
      await page.keyboard.press("Escape");
      await page.getByRole("link", { name: "Seal" }).click();
      await page.getByRole("button", { name: "Check the seal now" }).click();
      await page.locator(".verdict-title", { hasText: "The seal is open" }).waitFor();
      await clean(desk, "seal");
    });
  });
}

describe("To a screen reader", () => {
  it("an answer is said once, when it is complete, and not piece by piece", async () => {
    here.fake.model = usualAnswer("alpha beta gamma delta epsilon", 20);
    const desk = await here.signedIn();
    const { page } = desk;
    await page.evaluate(() => {
      globalThis.said = [];
      new MutationObserver((changes) => {
        for (const change of changes) for (const node of change.addedNodes) globalThis.said.push(node.textContent);
      }).observe(document.querySelector("[role=log]"), { childList: true, subtree: true });
    });
    assert.equal(await page.locator("[aria-live]:not([role=log])").count(), 0);
    await desk.ask("Greek letters?");
    await page.locator(".pin.valid").waitFor();
    const said = await page.evaluate(() => globalThis.said);
    assert.deepEqual(said, ["Question sent.", "In the queue at number 1.", "The answer has begun.", "Answer complete. alpha beta gamma delta epsilon"]);
    assert.equal(await page.locator(".live").count(), 0);
  });
});

describe("The person's own settings", () => {
  it("for reduced motion stop everything that moves", async () => {
    here.fake.model = async (turn) => {
      turn.send("queued", { position: 2 });
      while (!turn.gone) await wait(20);
    };
    const desk = await here.signedIn("ada", { motion: "reduce" });
    await desk.ask("Wait");
    await desk.page.locator(".pulse").waitFor();
    await wait(100);
    const running = await desk.page.evaluate(() => document.getAnimations().filter((animation) => animation.playState === "running").length);
    assert.equal(running, 0);
    await desk.page.keyboard.press("Escape");
  });

  it("for print leave the answer, its pin and both markings on every sheet", async () => {
    const id = here.fake.addConversation("Printed", here.fake.sealedPair("Q", "Answer on paper"));
    const desk = await here.signedIn();
    const { page } = desk;
    await page.goto(`${here.fake.url}/#/c/${id}`);
    await page.locator(".pin.valid").waitFor();
    await page.emulateMedia({ media: "print" });
    for (const shown of [".prose", ".pin.valid", ".marking.top", ".marking.bottom"]) assert.ok(await page.locator(shown).isVisible(), shown);
    const display = (place) => page.locator(`.marking.${place}`).evaluate((marking) => getComputedStyle(marking).display);
    assert.deepEqual([await display("top"), await display("bottom")], ["table-header-group", "table-footer-group"], "browsers repeat these on each sheet");
    for (const gone of [".sidebar", ".composer", "header.top"]) assert.ok(!(await page.locator(gone).isVisible()), gone);
  });

  it("for print make one sheet of a checkpoint, with both markings and nothing to press", async () => {
    const desk = await here.signedIn("grace");
    const { page } = desk;
    await page.goto(`${here.fake.url}/#/admin/checkpoint`);
    const code = page.getByRole("img", { name: "QR code of the three lines of the checkpoint of 1,204 entries" });
    await code.waitFor();
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.getByRole("region", { name: "The three lines of the checkpoint" }).textContent(), CHECKPOINT.text);
    for (const shown of [".sheet .code", ".marking.top", ".marking.bottom"]) assert.ok(await page.locator(shown).isVisible(), shown);
    assert.equal(await page.locator("button:visible, a:visible").count(), 0);
    const paper = await page.pdf({ format: "A4" });
    assert.equal(paper.toString("latin1").match(/\/Type\s*\/Page\b/g).length, 1);
  });
});
