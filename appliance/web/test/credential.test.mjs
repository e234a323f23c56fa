import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { focusOn } from "./browser.mjs";
import { setting } from "./setting.mjs";

const here = setting();
const TEXT = "The text that was sealed.";

async function opened(state) {
  const id = here.fake.addConversation("Sealed", here.fake.sealedPair("What?", TEXT, state));
  const desk = await here.signedIn();
  await desk.page.goto(`${here.fake.url}/#/c/${id}`);
  return desk.page;
}

const dialogOf = (page) => page.getByRole("dialog", { name: "Content Credentials" });

describe("The pin of a valid credential", () => {
  it("says so, and opens signer, date, model, entries and hashes", async () => {
    const page = await opened("valid");
    await page.getByRole("button", { name: "Credential valid, Answer 1" }).click();
    const dialog = dialogOf(page);
    const [output] = here.fake.outputs.values();
    const { entry } = output.story;
    for (const claim of ["Evaluation site C2PA authority", "21 November 2026", "Qwen 2.5 7B Instruct", "Redoubt 0.1.0", entry.leafHash, entry.logId, output.story.model.sha256]) {
      await dialog.locator(".pairs").getByText(claim).waitFor();
    }
    const entries = await dialog.locator(".entries").innerText();
    assert.deepEqual(entries.match(/\d+/g).map(Number), [entry.intent, entry.output, entry.seal]);
  });

  it("opens the manifest down to its last assertion", async () => {
    const page = await opened("valid");
    await page.locator(".pin").click();
    await dialogOf(page).getByText("The whole manifest").click();
    const closed = dialogOf(page).locator("details:not([open]) > summary:visible");
    while ((await closed.count()) > 0) await closed.first().click();
    await dialogOf(page).getByText("contentSha256").waitFor();
  });

  it("gives the focus back when it is closed by the keyboard", async () => {
    const page = await opened("valid");
    // Until the credential is asked for, a text stands in the pin's place.
    await page.locator("button.pin").focus();
    await page.keyboard.press("Enter");
    await dialogOf(page).waitFor();
    await page.keyboard.press("Escape");
    await dialogOf(page).waitFor({ state: "hidden" });
    await focusOn(page, ".pin");
  });

  it("closes when a person goes back", async () => {
    const page = await opened("valid");
    await page.locator(".pin").click();
    await dialogOf(page).waitFor();
    await page.goBack();
    await dialogOf(page).waitFor({ state: "hidden" });
  });

  it("gives the answer in three forms, its proof and the trust folder", async () => {
    const page = await opened("valid");
    await page.getByRole("button", { name: "Download" }).click();
    await focusOn(page, "[data-form=txt]");
    const names = { txt: "answer.txt", md: "answer.md", detached: "answer.zip", proof: "answer.proof", trust: "trust.zip" };
    for (const [form, name] of Object.entries(names)) {
      const [download] = await Promise.all([page.waitForEvent("download"), page.locator(`[data-form=${form}]`).click()]);
      assert.equal(download.suggestedFilename(), name);
      const bytes = readFileSync(await download.path());
      if (form === "txt") assert.deepEqual(bytes, Buffer.from(`${TEXT}${"\u{e0100}".repeat(300)}`), "not a byte may change on the way");
      assert.ok(bytes.length > 0);
    }
    await dialogOf(page).getByText("trust.zip was handed to your browser.").waitFor();
  });

  it("shows why a download was refused, and saves nothing", async () => {
    const page = await opened("valid");
    await page.getByRole("button", { name: "Download" }).click();
    here.fake.refuseNext = { path: "/download/", status: 507, code: "disk_full" };
    await page.locator("[data-form=md]").click();
    await dialogOf(page).getByText("Tell your administrator that its disk is full.").waitFor();
  });
});

describe("The pin of a credential by an unknown signer", () => {
  it("is neither valid nor invalid, shows the claims, and says what to ask", async () => {
    const page = await opened("unknown_signer");
    await page.getByRole("button", { name: "Credential valid, signer unknown" }).click();
    await dialogOf(page).getByText("Valid, with an unknown signer").waitFor();
    await dialogOf(page).locator(".pairs").getByText("Northern Depot C2PA authority").waitFor();
    await dialogOf(page).getByText("Ask whoever gave it to you").waitFor();
  });
});

describe("The pin of an invalid credential", () => {
  it("shows no claim and no download, even when the service sends claims", async () => {
    const page = await opened("invalid");
    await page.getByRole("button", { name: "Credential invalid" }).click();
    await dialogOf(page).getByText("The text is not the one that was sealed.").waitFor();
    assert.ok(!(await page.content()).includes("NOT TO BE SHOWN"));
    assert.equal(await page.locator("[data-form]").count(), 0);
    assert.equal(await page.getByRole("button", { name: "Download" }).count(), 0);
  });

  it("is what a state that this page does not know counts as", async () => {
    const id = here.fake.addConversation("Odd", here.fake.sealedPair("q", "a"));
    const [output] = here.fake.outputs.values();
    output.story.state = "splendid";
    const { page } = await here.signedIn();
    await page.goto(`${here.fake.url}/#/c/${id}`);
    await page.getByRole("button", { name: "Credential invalid" }).waitFor();
  });
});

describe("The pin of a credential that is missing", () => {
  it("says so, and neither that it is invalid nor that there never was one", async () => {
    const page = await opened("absent");
    await page.getByRole("button", { name: "Credential missing" }).click();
    await dialogOf(page).getByText("Missing", { exact: true }).waitFor();
    await dialogOf(page).getByText("There is no credential beside the text.").waitFor();
    const shown = await page.content();
    for (const wrong of ["NOT TO BE SHOWN", "Credential invalid", "No credential"]) assert.ok(!shown.includes(wrong), wrong);
    assert.equal(await page.locator("[data-form]").count(), 0);
  });
});

describe("A credential that cannot be checked", () => {
  it("is not said to be invalid, and the service's reason is shown", async () => {
    const message = "The credential could not be checked here, so nothing is said about it.";
    const id = here.fake.addConversation("Sealed", here.fake.sealedPair("What?", TEXT));
    const { page } = await here.signedIn();
    here.fake.refuseNext = { path: "/api/outputs/", status: 503, code: "credential_unchecked", message };
    await page.goto(`${here.fake.url}/#/c/${id}`);
    await page.getByRole("button", { name: "Credential not checked" }).waitFor();
    here.fake.refuseNext = { path: "/api/outputs/", status: 503, code: "credential_unchecked", message };
    await page.getByRole("button", { name: "Credential not checked" }).click();
    await dialogOf(page).getByText(message).waitFor();
    await dialogOf(page).getByText("it may be valid or not").waitFor();
    assert.ok(!(await page.content()).includes("Credential invalid"));
  });

  it("is said to be unchecked, and is checked when asked again", async () => {
    here.fake.refuseNext = { path: "/api/outputs/", status: 500, code: "internal" };
    const page = await opened("valid");
    await page.getByRole("button", { name: "Credential not checked" }).click();
    await dialogOf(page).getByText("Valid", { exact: true }).waitFor();
  });
});

describe("An answer that was never sealed", () => {
  it("says that it has no credential", async () => {
    const turns = here.fake.sealedPair("q", "half an ans");
    delete turns[1].outputId;
    delete turns[1].receipt;
    turns[1].error = { code: "engine_died", message: "" };
    const id = here.fake.addConversation("Broken", turns);
    const { page } = await here.signedIn();
    await page.goto(`${here.fake.url}/#/c/${id}`);
    await page.getByRole("button", { name: "No credential" }).click();
    await dialogOf(page).getByText("ended before it could be sealed").waitFor();
  });
});

describe("What else is known of an answer", () => {
  it("is its profile, as a table and as a file", async () => {
    const page = await opened("valid");
    await page.locator(".pin").click();
    const dialog = dialogOf(page);
    await dialog.getByRole("button", { name: "Show the profile of this answer" }).click();
    await dialog.getByRole("row", { name: /prefill 5\.00 ms 120 ms/ }).waitFor();
    await dialog.getByRole("row", { name: /2 tokens, each/ }).waitFor();
    const [download] = await Promise.all([page.waitForEvent("download"), dialog.getByRole("button", { name: /Save as a trace/ }).click()]);
    assert.ok(JSON.parse(readFileSync(await download.path(), "utf8")).traceEvents.length > 0);
    assert.equal(await dialog.getByRole("button", { name: "Replay this answer" }).count(), 0);
  });

  it("is whether it comes out the same again, for administrators", async () => {
    here.fake.replay = { verdict: "different", difference: "the first difference is at character 7 of 24", differsAt: 7, entry: 41 };
    const id = here.fake.addConversation("Sealed", here.fake.sealedPair("What?", TEXT, "valid"));
    const desk = await here.signedIn("grace");
    await desk.page.goto(`${here.fake.url}/#/c/${id}`);
    await desk.page.locator(".pin").click();
    const dialog = dialogOf(desk.page);
    await dialog.getByRole("button", { name: "Replay this answer" }).click();
    await dialog.getByText("character 7 of 24").waitFor();
    await dialog.getByText("Recorded as entry 41").waitFor();
  });
});
