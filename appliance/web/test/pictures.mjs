// Makes docs/images/*.png from the appliance that REDOUBT_URL, REDOUBT_NAME and REDOUBT_PASSWORD name:
// a picture in the documents is of the real thing. `node test/pictures.mjs office` makes those of the status only.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Desk, launch } from "./browser.mjs";

const { REDOUBT_URL: url, REDOUBT_NAME: name, REDOUBT_PASSWORD: password } = process.env;
if (!url || !name || !password) throw new Error("Set REDOUBT_URL, REDOUBT_NAME and REDOUBT_PASSWORD: the pictures are of a real appliance.");
const folder = process.env.REDOUBT_PICTURES ?? join(dirname(fileURLToPath(import.meta.url)), "../../../docs/images");
const questions = (process.env.REDOUBT_QUESTIONS ?? "What is the capital of France?|What is a fortress?").split("|");
// A seed, so that the same model gives the same picture.
const parameters = { max_tokens: 80, temperature: 0.3, seed: 2 };

const browser = await launch();
if (process.argv[2] === "office") {
  const desk = await Desk.open(browser, url);
  await desk.signIn(name, password);
  await office(desk.page);
  await browser.close();
  process.exit();
}
for (const [scheme, file] of [["light", "page.png"], ["dark", "page-dark.png"]]) {
  const desk = await Desk.open(browser, url, { scheme, width: 1280, height: 800 });
  await desk.askWith(parameters);
  await desk.signIn(name, password);
  if (scheme === "light") {
    for (const [index, question] of questions.entries()) {
      await desk.ask(question);
      await desk.page.locator(".answer:not(.live)").nth(index).locator(".pin.valid").waitFor({ timeout: 180_000 });
    }
  } else {
    // The same conversation again, as the service kept it.
    await desk.page.locator(".conversations li > a").first().click();
  }
  await desk.page.locator(".answer:not(.live) .pin.valid").nth(questions.length - 1).waitFor({ timeout: 180_000 });
  await desk.page.locator(".conversations li.here").waitFor();
  await desk.page.waitForTimeout(300);
  await desk.page.screenshot({ path: join(folder, file) });
  if (scheme === "light") {
    await desk.page.locator(".pin.valid").first().click();
    await desk.page.locator("dialog .entries").waitFor();
    await desk.page.waitForTimeout(200);
    await desk.page.screenshot({ path: join(folder, "credential.png") });
    await desk.page.getByRole("button", { name: "Replay this answer" }).click();
    await desk.page.getByText("Recorded as entry").waitFor({ timeout: 60_000 });
    await desk.page.getByRole("button", { name: "Show the profile of this answer" }).click();
    await desk.page.getByRole("row", { name: /tokens, each/ }).waitFor();
    await desk.page.locator("#replay-title").evaluate((title) => title.scrollIntoView());
    await desk.page.locator("dialog").evaluate((dialog) => dialog.scrollBy(0, -72));
    await desk.page.waitForTimeout(200);
    await desk.page.screenshot({ path: join(folder, "profile.png") });
    await desk.page.keyboard.press("Escape");
  }
  await desk.close();
}

const small = await Desk.open(browser, url, { width: 960, height: 600 });
await small.askWith(parameters);
await small.signIn(name, password);
// Long enough to be seen while it is read.
await small.ask("The fortress stands on a hill above the river. ".repeat(250) + "Where does it stand?");
await small.page.locator(".live .phase", { hasText: /tokens/ }).waitFor();
await small.page.screenshot({ path: join(folder, "waiting.png") });
await small.page.keyboard.press("Escape");
await small.page.locator(".live").waitFor({ state: "detached" });
await small.page.goto(`${url}/#/admin/models`);
await small.page.getByRole("heading", { name: "On this appliance" }).waitFor();
await small.page.getByRole("row").nth(1).waitFor();
await small.page.waitForTimeout(200);
await small.page.screenshot({ path: join(folder, "models.png") });
await office(small.page);
await small.close();
await browser.close();

/** The status, and the sheet that its checkpoint makes on paper. */
async function office(page) {
  await page.setViewportSize({ width: 1280, height: 960 });
  await page.goto(`${url}/#/admin/status`);
  await page.getByRole("link", { name: "Print checkpoint" }).waitFor();
  await page.waitForTimeout(200);
  await page.screenshot({ path: join(folder, "status.png") });
  await page.getByRole("link", { name: "Print checkpoint" }).click();
  await page.locator(".sheet .code").waitFor();
  // A sheet of A4 at 96 dots an inch, without its margins.
  await page.setViewportSize({ width: 680, height: 640 });
  await page.emulateMedia({ media: "print" });
  await page.screenshot({ path: join(folder, "checkpoint.png") });
  await page.emulateMedia({ media: "screen" });
}
