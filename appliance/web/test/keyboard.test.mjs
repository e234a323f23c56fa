// The page without a pointer.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { usualAnswer } from "./fake/service.mjs";
import { setting } from "./setting.mjs";

const here = setting();
const STEPS_MAX = 60;

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
  return { keys, focused, tabTo };
}

describe("By keyboard alone", () => {
  it("a person signs in, asks, stops, reads the credential, downloads, renames, erases and signs out", async () => {
    const desk = await here.open();
    const { page } = desk;
    const { keys, focused, tabTo } = at(page);
    await page.goto(here.fake.url);
    await page.getByLabel("Name").waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.id), "name", "the first field has the focus");
    await keys.type("ada");
    await keys.press("Tab");
    await keys.type("correct horse battery");
    await keys.press("Enter");
    await page.locator("#model:enabled").waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.id), "question");

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

    here.fake.model = usualAnswer("word ".repeat(2000), 5);
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
    assert.match(await focused(), /^Credential valid/);

    await keys.press("Alt+l");
    await tabTo("Rename: ");
    await keys.press("Enter");
    await page.getByLabel("Title").waitFor();
    await keys.press("Control+a");
    await keys.type("Kept");
    await keys.press("Enter");
    await page.getByRole("heading", { name: "Kept" }).waitFor();
    assert.match(await focused(), /^Rename: Kept/);
    await tabTo("Erase: ");
    await keys.press("Enter");
    assert.equal(await focused(), "Cancel", "the way back has the focus");
    await tabTo("Erase for good", "Shift+Tab");
    await keys.press("Enter");
    await page.getByText("What would you like to ask?").waitFor();

    await keys.press("Alt+j");
    assert.equal(await page.evaluate(() => document.activeElement.id), "question");
    await keys.press("Alt+m");
    assert.equal(await page.evaluate(() => document.activeElement.id), "model");
    await tabTo("Signed in as ada", "Shift+Tab");
    await keys.press("Enter");
    await tabTo("Sign out");
    await keys.press("Enter");
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
  });

  it("an administrator unloads a model, loads another, changes the rules, and reads a profile", async () => {
    const id = here.fake.addConversation("Profiled", here.fake.sealedPair("Where did the time go?", "Text"));
    const { page } = await here.signedIn("grace");
    const { keys, focused, tabTo } = at(page);
    await page.goto(`${here.fake.url}/#/admin/models`);
    await page.getByText("Llama fits").waitFor();
    await tabTo("Unload Qwen 2.5 7B Instruct");
    await keys.press("Enter");
    assert.equal(await focused(), "Cancel", "the way back has the focus");
    await tabTo("Unload model", "Shift+Tab");
    await keys.press("Enter");
    await page.getByRole("button", { name: "Load Qwen 2.5 7B Instruct", exact: true }).waitFor();
    assert.notEqual(await page.evaluate(() => document.activeElement.tagName), "BODY", "the place in the page is lost");
    await tabTo("Load llama");
    await keys.press("Enter");
    await page.getByRole("button", { name: "Unload llama" }).waitFor();
    await tabTo("Pin llama");
    await keys.press("Enter");
    await page.getByRole("button", { name: "Unpin llama" }).waitFor();
    assert.equal(await focused(), "Unpin llama", "what was pressed keeps the focus");
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
    assert.equal(await focused(), "Where the time went", "the focus goes to what was asked for");
    await tabTo("Replay this answer", "Shift+Tab");
    await keys.press("Enter");
    await page.getByText("Recorded as entry 40").waitFor();
    assert.equal(await focused(), "Replay this answer", "what was pressed keeps the focus");
    await keys.press("Escape");
    assert.match(await focused(), /^Credential valid/);
  });

  it("a person skips to the main part", async () => {
    const { page } = await here.signedIn();
    await page.locator(".brand").focus();
    await page.keyboard.press("Shift+Tab");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Skip to the main part");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.id), "main");
  });
});
