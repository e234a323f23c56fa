import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { usualAnswer } from "./fake/service.mjs";
import { setting } from "./setting.mjs";

const here = setting();

describe("A new conversation", () => {
  it("is called after its first question as soon as that is taken, and is never untitled", async () => {
    let release;
    here.fake.model = async (turn) => {
      turn.send("queued", { position: 1 });
      await new Promise((resolve) => (release = resolve));
      turn.delta("A small fort.");
    };
    const desk = await here.signedIn();
    const { page } = desk;
    await page.evaluate(() => {
      globalThis.titles = new Set();
      const note = () => globalThis.titles.add(document.querySelector("h1").textContent);
      new MutationObserver(note).observe(document.body, { subtree: true, childList: true, characterData: true });
    });
    await desk.ask("What is a\nredoubt?");
    await page.locator(".live").waitFor();
    await page.getByRole("heading", { level: 1, name: "What is a redoubt?" }).waitFor();
    await page.getByRole("link", { name: "What is a redoubt?" }).waitFor();
    assert.equal(await page.locator(".live").count(), 1, "the answer is still to come");
    await page.waitForFunction(() => document.title.startsWith("What is a redoubt?"));
    release();
    await page.locator(".pin.valid").waitFor();
    assert.deepEqual(await page.evaluate(() => [...globalThis.titles]), ["New conversation", "What is a redoubt?"]);
    assert.equal(await page.getByText("Untitled conversation").count(), 0);
  });

  it("keeps the name that it was given, whatever is asked next", async () => {
    const id = here.fake.addConversation("Given", here.fake.sealedPair("q", "a"));
    const desk = await here.signedIn();
    await desk.page.goto(`${here.fake.url}/#/c/${id}`);
    await desk.page.locator(".pin.valid").waitFor();
    await desk.ask("Something else?");
    await desk.page.locator(".pin.valid").nth(1).waitFor();
    await desk.page.getByRole("heading", { level: 1, name: "Given" }).waitFor();
  });
});

describe("Earlier conversations", () => {
  it("can be renamed", async () => {
    here.fake.addConversation("Old name", here.fake.sealedPair("q", "a"));
    const { page } = await here.signedIn();
    await page.getByRole("listitem").filter({ hasText: "Old name" }).hover();
    await page.getByRole("button", { name: "Rename: Old name" }).click();
    await page.getByLabel("Title").fill("New name");
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: "New name" }).waitFor();
    assert.equal([...here.fake.conversations.values()][0].title, "New name");
  });

  it("are erased only after asking, and then nothing of them is left on the page", async () => {
    const desk = await here.signedIn();
    const { page } = desk;
    here.fake.model = usualAnswer("The code word is heliotrope.");
    await desk.ask("Remember heliotrope");
    await page.locator(".pin.valid").waitFor();
    const line = page.getByRole("listitem").filter({ hasText: "Remember heliotrope" });
    await line.hover();
    await page.getByRole("button", { name: "Erase: Remember heliotrope" }).click();
    await page.getByRole("button", { name: "Cancel" }).click();
    assert.equal(here.fake.conversations.size, 1);
    await line.hover();
    await page.getByRole("button", { name: "Erase: Remember heliotrope" }).click();
    await page.getByRole("button", { name: "Erase for good" }).click();
    await page.getByRole("heading", { name: "What would you like to ask?" }).waitFor();
    assert.equal(here.fake.conversations.size, 0);
    assert.ok(!(await page.content()).includes("heliotrope"));
    assert.ok(!(await page.title()).includes("heliotrope"));
  });

  it("that are gone are said to be gone", async () => {
    const { page } = await here.signedIn();
    await page.goto(`${here.fake.url}/#/c/no-such-thing`);
    await page.getByRole("heading", { name: "This conversation is not here" }).waitFor();
  });

  it("are found by the words of their title", async () => {
    for (let i = 0; i < 9; i++) here.fake.addConversation(`Report ${i}`, []);
    here.fake.addConversation("Valve list", []);
    const { page } = await here.signedIn();
    await page.getByLabel("Find by title").fill("list valve");
    await page.getByRole("link", { name: "Report 3" }).waitFor({ state: "hidden" });
    assert.ok(await page.getByRole("link", { name: "Valve list" }).isVisible());
  });
});
