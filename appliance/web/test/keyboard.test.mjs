// The page without a pointer.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { focusOn } from "./browser.mjs";
import { usualAnswer, wait } from "./fake/service.mjs";
import { setting } from "./setting.mjs";

const here = setting();
const STEPS_MAX = 60;
const TRIES_MAX = 300;

/** Somebody at the keyboard of this page. */
function at(page) {
  const keys = page.keyboard;
  const focused = () => page.evaluate(() => document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent.trim());
  const tabTo = async (name, key = "Tab") => {
    for (let steps = 0; steps < STEPS_MAX; steps++) {
      if ((await focused()).startsWith(name)) return;
      await keys.press(key);
    }
    assert.fail(`${name} is not reached by ${key}`);
  };
  const focusIs = async (name, why) => {
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      if ((await focused()).startsWith(name)) return;
      await wait(100);
    }
    assert.fail(`${await focused()} has the focus, not ${name}: ${why}`);
  };
  return { keys, focusIs, tabTo };
}

describe("By keyboard alone", () => {
  it("a person signs in, asks, stops, reads the credential, downloads, renames, erases and signs out", async () => {
    const desk = await here.open();
    const { page } = desk;
    const { keys, focusIs, tabTo } = at(page);
    await page.goto(here.fake.url);
    await page.getByLabel("Name").waitFor();
    await focusOn(page, "#name");
    await keys.type("ada");
    await keys.press("Tab");
    await keys.type("correct horse battery");
    await keys.press("Enter");
    await page.locator("#model:enabled").waitFor();
    await focusOn(page, "#question");

    await tabTo("Answer settings");
    await keys.press("Enter");
    await keys.press("Tab");
    await keys.press("Space");
    assert.ok(await page.getByLabel("Make a replayable answer").isChecked());
    await keys.press("Enter");
    assert.equal(here.fake.conversations.size, 0, "Enter on the switch asks nothing");
    await keys.press("Space");
    await tabTo("Answer settings", "Shift+Tab");
    await keys.press("Enter");
    await keys.press("Alt+j");

    here.fake.model = usualAnswer("word ".repeat(20_000), 5);
    await keys.type("First line");
    await keys.press("Shift+Enter");
    await keys.type("second line");
    await keys.press("Enter");
    await page.locator(".live .prose", { hasText: "word word" }).waitFor();
    await keys.press("Escape");
    await page.getByText("You stopped this answer here.").waitFor();
    await page.locator(".pin.valid").waitFor();
    const [conversation] = here.fake.conversations.values();
    assert.equal(conversation.turns[0].text, "First line\nsecond line");

    await tabTo("Credential valid", "Shift+Tab");
    await keys.press("Enter");
    await page.getByRole("dialog").waitFor();
    await tabTo("Text.txt");
    const [download] = await Promise.all([page.waitForEvent("download"), keys.press("Enter")]);
    assert.equal(download.suggestedFilename(), "answer.txt");
    await keys.press("Escape");
    await focusIs("Credential valid", "it goes back where it was");

    await keys.press("Alt+l");
    await tabTo("Rename: ");
    await keys.press("Enter");
    await page.getByLabel("Title").waitFor();
    await keys.press("Control+a");
    await keys.type("Kept");
    await keys.press("Enter");
    await page.getByRole("heading", { name: "Kept" }).waitFor();
    await focusIs("Rename: Kept", "it goes back where it was");
    await tabTo("Erase: ");
    await keys.press("Enter");
    await focusIs("Cancel", "the way back has the focus");
    await tabTo("Erase for good", "Shift+Tab");
    await keys.press("Enter");
    await page.getByText("What would you like to ask?").waitFor();

    await keys.press("Alt+j");
    await focusOn(page, "#question");
    await keys.press("Alt+m");
    await focusOn(page, "#model");
    await tabTo("Signed in as ada", "Shift+Tab");
    await keys.press("Enter");
    await tabTo("Sign out");
    await keys.press("Enter");
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
  });

  it("an administrator unloads a model, loads another, changes the rules, and reads a profile", async () => {
    const id = here.fake.addConversation("Profiled", here.fake.sealedPair("Where did the time go?", "Text"));
    const { page } = await here.signedIn("grace");
    const { keys, focusIs, tabTo } = at(page);
    await page.goto(`${here.fake.url}/#/admin/models`);
    await page.getByText("Llama fits").waitFor();
    await tabTo("Unload Qwen 2.5 7B Instruct");
    await keys.press("Enter");
    await focusIs("Cancel", "the way back has the focus");
    await tabTo("Unload model", "Shift+Tab");
    await keys.press("Enter");
    await page.getByRole("button", { name: "Load Qwen 2.5 7B Instruct", exact: true }).waitFor();
    await focusOn(page, ":not(body)");
    await tabTo("Load llama");
    await keys.press("Enter");
    await page.getByRole("button", { name: "Unload llama" }).waitFor();
    await tabTo("Pin llama");
    await keys.press("Enter");
    await page.getByRole("button", { name: "Unpin llama" }).waitFor();
    await focusIs("Unpin llama", "what was pressed keeps the focus");
    await keys.press("Tab");
    await keys.press("Space");
    await tabTo("Save");
    await keys.press("Enter");
    await page.getByText("The rules were changed.").waitFor({ state: "attached" });
    assert.equal(here.fake.plan.settings.loadOnDemand, false);

    await page.goto(`${here.fake.url}/#/c/${id}`);
    await page.locator(".pin.valid").waitFor();
    await page.locator(".pin.valid").focus();
    await keys.press("Enter");
    await tabTo("Show the profile of this answer");
    await keys.press("Enter");
    await page.getByRole("row", { name: /tokens, each/ }).waitFor();
    await focusIs("Where the time went", "the focus goes to what was asked for");
    await tabTo("Replay this answer", "Shift+Tab");
    await keys.press("Enter");
    await page.getByText("Recorded as entry 40").waitFor();
    await focusIs("Replay this answer", "what was pressed keeps the focus");
    await keys.press("Escape");
    await focusIs("Credential valid", "it goes back where it was");
  });

  it("an administrator prints a checkpoint and goes back to the status", async () => {
    const { page } = await here.signedIn("grace");
    const { keys, focusIs, tabTo } = at(page);
    await page.evaluate(() => (window.print = () => (globalThis.printed = document.querySelector(".sheet .code").clientWidth)));
    await page.evaluate(() => (location.hash = "#/admin/status"));
    await page.getByText("CPU variant").waitFor();
    await tabTo("Print checkpoint");
    await keys.press("Enter");
    await page.getByRole("img", { name: /QR code/ }).waitFor();
    await focusIs("Print checkpoint", "the heading of what was asked for");
    await tabTo("Print");
    await tabTo("Back to the status");
    await keys.press("Shift+Tab");
    await keys.press("Enter");
    await page.waitForFunction(() => globalThis.printed > 0);
    await keys.press("Tab");
    await keys.press("Enter");
    await page.getByText("CPU variant").waitFor();
  });

  it("a person skips to the main part", async () => {
    const { page } = await here.signedIn();
    await page.locator(".brand").focus();
    await page.keyboard.press("Shift+Tab");
    await page.waitForFunction(() => document.activeElement.textContent === "Skip to the main part");
    await page.keyboard.press("Enter");
    await focusOn(page, "#main");
  });
});
