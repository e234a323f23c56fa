// The page against a real appliance. Set REDOUBT_URL, REDOUBT_NAME and REDOUBT_PASSWORD; what it
// downloads goes to the folder REDOUBT_DOWNLOADS, for `redoubt verify` to judge.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { Desk, launch } from "./browser.mjs";

const { REDOUBT_URL: url, REDOUBT_NAME: name, REDOUBT_PASSWORD: password, REDOUBT_DOWNLOADS: downloads } = process.env;
const skip = url && name && password ? false : "REDOUBT_URL, REDOUBT_NAME and REDOUBT_PASSWORD name no appliance";
/** A small machine may take long for a first answer. */
const ANSWER_TIMEOUT_MS = 300_000;
const TOKENS_MAX = 48;

describe("The page of a real appliance", { skip }, () => {
  let browser;
  let desk;
  let page;
  const folder = downloads ?? (skip ? "" : mkdtempSync(join(tmpdir(), "redoubt-page-")));

  before(async () => {
    browser = await launch();
    desk = await Desk.open(browser, url);
    page = desk.page;
    page.setDefaultTimeout(60_000);
    await desk.askWith({ max_tokens: TOKENS_MAX });
  });
  after(async () => {
    await browser?.close();
    assert.deepEqual(desk?.faults ?? [], [], "the page did what it must not do");
  });

  it("refuses a wrong password in words", async () => {
    await page.goto(url);
    await page.getByLabel("Name", { exact: true }).fill(name);
    await page.getByLabel("Password", { exact: true }).fill(`${password} not`);
    await page.keyboard.press("Enter");
    await page.getByRole("alert").waitFor();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
  });

  it("lets a person in, and shows the model", async () => {
    await desk.signIn(name, password);
    await page.locator("#model:enabled").waitFor();
    assert.notEqual(await page.locator("#model").inputValue(), "");
  });

  it("is served under a policy that lets nothing else in or out", async () => {
    const response = await page.request.get(url);
    const policy = response.headers()["content-security-policy"];
    assert.match(policy, /default-src 'none'/);
    assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval(?<!wasm-unsafe-eval)|https?:|\*/);
  });

  it("streams an answer that ends with a valid credential", async () => {
    await page.evaluate(() => {
      globalThis.stream = "";
      const ask = globalThis.fetch;
      globalThis.fetch = async (...call) => {
        const response = await ask(...call);
        if (!response.headers.get("Content-Type")?.startsWith("text/event-stream")) return response;
        const [shown, noted] = response.body.tee();
        void noted.pipeThrough(new TextDecoderStream()).pipeTo(new WritableStream({ write: (text) => void (globalThis.stream += text) }));
        return new Response(shown, response);
      };
    });
    await desk.ask("The capital of France is");
    await page.locator(".answer:not(.live) .pin.valid").waitFor({ timeout: ANSWER_TIMEOUT_MS });
    await page.waitForFunction(() => /^event: done$/m.test(globalThis.stream));
    const events = (await page.evaluate(() => globalThis.stream)).match(/^event: \w+$/gm).map((line) => line.slice(7));
    // The first text comes at once; how much follows together depends on how fast the model is.
    assert.ok(events.filter((name) => name === "delta").length >= 2, `that is no stream: ${events}`);
    assert.equal(events.at(-1), "done");
  });

  it("keeps the conversation over a reload", async () => {
    const before = await page.locator(".answer .prose").innerText();
    await page.reload();
    await page.locator(".answer .prose").waitFor();
    assert.equal(await page.locator(".answer .prose").innerText(), before);
    await page.locator(".pin.valid").waitFor();
    assert.equal(await page.locator(".conversations [aria-current=page]").count(), 1);
  });

  it("shows signer, model, entries and hashes behind the pin", async () => {
    await page.locator(".pin.valid").click();
    const dialog = page.getByRole("dialog", { name: "Content Credentials" });
    await dialog.locator(".entries").waitFor();
    const entries = (await dialog.locator(".entries").innerText()).match(/\d+/g).map(Number);
    assert.equal(entries.length, 3);
    assert.ok(entries[0] < entries[1] && entries[1] < entries[2], `intent, output, seal: ${entries}`);
    const facts = await dialog.locator(".pairs").innerText();
    assert.ok((facts.replace(/\s/g, "").match(/[0-9a-f]{64}/g) ?? []).length >= 2, "measure of the weights and leaf hash");
    assert.ok(!facts.includes("Not stated"), facts);
    await dialog.getByText("The whole manifest").click();
    await dialog.getByText("c2pa.actions.v2").first().waitFor({ state: "attached" });
  });

  it("gives the answer in three forms, its proof and the trust folder", async () => {
    for (const form of ["txt", "md", "detached", "proof", "trust"]) {
      const [download] = await Promise.all([page.waitForEvent("download"), page.locator(`[data-form=${form}]`).click()]);
      const path = join(folder, `${form}--${download.suggestedFilename()}`);
      await download.saveAs(path);
      assert.ok(statSync(path).size > 0, `${form} is empty`);
      if (form === "txt") assert.ok(readFileSync(path).length > 500, "the text carries its credential inside");
    }
  });

  it("stops an answer, and keeps and seals what was said", async (test) => {
    await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
    // Stopped from inside the page, at its first words: a small model may need less than a click does.
    await page.evaluate(() => {
      const watcher = new MutationObserver(() => {
        const stop = document.querySelector("#stop-button");
        if (!stop || !document.querySelector(".live .prose")?.textContent.trim()) return;
        watcher.disconnect();
        stop.click();
      });
      watcher.observe(document.body, { childList: true, subtree: true, characterData: true });
    });
    await page.unroute("**/api/conversations/*/turns");
    await desk.ask("Write a very long story about a fortress. Once upon a time");
    await page.locator(".answer").nth(1).locator(".pin.valid").waitFor({ timeout: ANSWER_TIMEOUT_MS });
    const stopped = page.getByText("You stopped this answer here.");
    if ((await stopped.count()) === 0) return test.skip("the model had finished before it could be stopped");
    await page.reload();
    await stopped.waitFor();
    return undefined;
  });

  it("says what to do when the prompt is too long, and keeps it", async () => {
    const long = "fortress ".repeat(60_000);
    await desk.ask(long);
    await page.locator(".composer .problem").waitFor({ timeout: ANSWER_TIMEOUT_MS });
    assert.equal(await page.locator("#question").inputValue(), long.trim());
    await page.locator("#question").fill("");
  });

  it("renames and erases the conversation", async () => {
    await page.keyboard.press("Alt+l");
    await page.locator(".conversations li.here button").first().press("Enter");
    await page.getByLabel("Title").fill("Kept for a moment");
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: "Kept for a moment" }).waitFor();
    await page.reload();
    await page.getByRole("link", { name: "Kept for a moment" }).waitFor();
    await page.getByRole("button", { name: "Erase: Kept for a moment" }).press("Enter");
    await page.getByRole("button", { name: "Erase for good" }).click();
    await page.getByRole("link", { name: "Kept for a moment" }).waitFor({ state: "detached" });
    await page.reload();
    await page.getByRole("heading", { name: "What would you like to ask?" }).or(page.getByText("This conversation is not here")).waitFor();
    assert.equal(await page.getByRole("link", { name: "Kept for a moment" }).count(), 0);
  });

  it("has no fault that axe finds, on any of the pages of an administrator", async () => {
    const administration = page.getByRole("link", { name: "Administration" });
    const parts = (await administration.count()) > 0 ? ["#/", "#/admin/status", "#/admin/checkpoint", "#/admin/keys", "#/admin/people", "#/admin/seal"] : ["#/"];
    for (const part of parts) {
      await page.goto(new URL(part, url).href);
      await page.locator(".loading").first().waitFor({ state: "detached" });
      assert.equal(await page.locator(".problem").count(), 0, `${part}: ${await page.locator(".problem").allInnerTexts()}`);
      assert.deepEqual(await desk.axe(), [], part);
    }
  });

  it("prints the checkpoint of the record on one sheet, for an administrator", async (test) => {
    if ((await page.getByRole("link", { name: "Administration" }).count()) === 0) return test.skip(`${name} is no administrator`);
    await page.goto(new URL("#/admin/status", url).href);
    await page.getByRole("link", { name: "Print checkpoint" }).click();
    await page.getByRole("img", { name: /QR code of the three lines/ }).waitFor();
    assert.match(await page.getByRole("region", { name: "The three lines" }).textContent(), /^redoubt\/[0-9a-f]{64}\n[1-9][0-9]*\n[A-Za-z0-9+/]{43}=\n$/);
    await page.emulateMedia({ media: "print" });
    assert.equal((await page.pdf({ format: "A4" })).toString("latin1").match(/\/Type\s*\/Page\b/g).length, 1);
    await page.emulateMedia({ media: null });
    return undefined;
  });

  it("checks the seal for an administrator", async (test) => {
    if ((await page.getByRole("link", { name: "Administration" }).count()) === 0) return test.skip(`${name} is no administrator`);
    await page.goto(new URL("#/admin/seal", url).href);
    await page.getByRole("button", { name: "Check the seal now" }).click();
    await page.locator(".verdict").waitFor({ timeout: ANSWER_TIMEOUT_MS });
    assert.equal(await page.locator(".verdict.invalid").count(), 0, await page.locator(".verdict").innerText());
    return undefined;
  });

  it("signs out", async () => {
    await page.getByRole("button", { name: `Signed in as ${name}` }).click();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
  });
});
