// Makes docs/images/page.png and page-dark.png from the appliance that REDOUBT_URL, REDOUBT_NAME and
// REDOUBT_PASSWORD name: a picture in the documents is of the real thing.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Desk, launch } from "./browser.mjs";

const { REDOUBT_URL: url, REDOUBT_NAME: name, REDOUBT_PASSWORD: password } = process.env;
if (!url || !name || !password) throw new Error("Set REDOUBT_URL, REDOUBT_NAME and REDOUBT_PASSWORD: the pictures are of a real appliance.");
const folder = process.env.REDOUBT_PICTURES ?? join(dirname(fileURLToPath(import.meta.url)), "../../../docs/images");
const question = process.env.REDOUBT_QUESTION ?? "The main parts of a fortress are";

const browser = await launch();
for (const [scheme, file] of [["light", "page.png"], ["dark", "page-dark.png"]]) {
  const desk = await Desk.open(browser, url, { scheme, width: 1280, height: 800 });
  await desk.signIn(name, password);
  if (scheme === "light") {
    await desk.ask(question);
  } else {
    // The same conversation again, as the service kept it.
    await desk.page.locator(".conversations li > a").first().click();
  }
  await desk.page.locator(".answer:not(.live) .pin.valid").waitFor({ timeout: 180_000 });
  await desk.page.locator(".conversations li.here").waitFor();
  await desk.page.waitForTimeout(300);
  await desk.page.screenshot({ path: join(folder, file) });
  if (scheme === "light") {
    await desk.page.locator(".pin.valid").click();
    await desk.page.locator("dialog .entries").waitFor();
    await desk.page.waitForTimeout(200);
    await desk.page.screenshot({ path: join(folder, "credential.png") });
  }
  await desk.close();
}
await browser.close();
