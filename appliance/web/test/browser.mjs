// Chromium for the tests: the system's own, with nothing that it would do on its own. Every page is
// watched: a request to another origin, a violation of the policy, or a mistake in a script is kept
// in `faults`, and a test that ends with one fails.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export function launch() {
  return chromium.launch({ executablePath: process.env.REDOUBT_CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
}

/** Waits until what this selector finds has the focus, which moves after what is seen, not with it. */
export const focusOn = (page, selector) => page.waitForFunction((wanted) => document.activeElement?.matches(wanted), selector);

export class Desk {
  faults = [];

  /** A fresh person at a fresh browser. */
  static async open(browser, url, { scheme = "light", contrast = "no-preference", motion = "reduce", width = 1280, height = 800, ...more } = {}) {
    const desk = new Desk();
    desk.url = url;
    desk.context = await browser.newContext({
      colorScheme: scheme,
      contrast,
      reducedMotion: motion,
      viewport: { width, height },
      acceptDownloads: true,
      ignoreHTTPSErrors: true,
      permissions: ["clipboard-read", "clipboard-write"],
      ...more,
    });
    const origin = new URL(url).origin;
    desk.context.on("request", (request) => {
      const to = request.url();
      if (!to.startsWith(`${origin}/`) && !to.startsWith(`blob:${origin}/`)) desk.faults.push(`request to ${to}`);
    });
    await desk.context.addInitScript(() => {
      addEventListener("securitypolicyviolation", (event) => {
        console.error(`CSP-VIOLATION ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
      });
    });
    desk.page = await desk.context.newPage();
    desk.page.on("pageerror", (error) => desk.faults.push(`script: ${error.message}`));
    desk.page.on("dialog", (dialog) => {
      desk.faults.push(`a dialog of the browser: ${dialog.message()}`);
      void dialog.dismiss();
    });
    desk.page.on("console", (message) => {
      // The browser itself notes each refused request; what the page makes of them is tested.
      if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
        desk.faults.push(`console: ${message.text()}`);
      }
    });
    return desk;
  }

  async signIn(name = "ada", password = "correct horse battery") {
    await this.page.goto(this.url);
    await this.page.getByLabel("Name", { exact: true }).fill(name);
    await this.page.getByLabel("Password", { exact: true }).fill(password);
    await this.page.getByRole("button", { name: "Sign in" }).click();
    await this.page.getByRole("heading", { level: 1 }).first().waitFor();
    await this.page.locator("header.top").waitFor();
  }

  async ask(question) {
    await this.page.locator("#model:enabled").waitFor();
    await this.page.locator("#question").fill(question);
    await this.page.keyboard.press("Enter");
  }

  /** Adds parameters to what the page sends: a small machine needs minutes for a thousand tokens. */
  async askWith(parameters) {
    await this.page.route("**/api/conversations/*/turns", (route) => {
      const body = route.request().postDataJSON();
      return route.continue({ postData: JSON.stringify({ ...body, parameters: { ...body.parameters, ...parameters } }) });
    });
  }

  /** The violations of WCAG 2.2 AA that axe finds, one line each. Runs outside the page's policy. */
  async axe() {
    const session = await this.context.newCDPSession(this.page);
    const run = async (expression) => {
      const { result, exceptionDetails } = await session.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
      if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
      return result.value;
    };
    await run(AXE);
    // A colour on its way to another is neither of them.
    await run("new Promise(requestAnimationFrame).then(() => Promise.allSettled(document.getAnimations().filter((each) => each.effect.getComputedTiming().endTime !== Infinity).map((each) => each.finished)))");
    const tags = JSON.stringify(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]);
    return run(
      `axe.run(document, {runOnly: ${tags}}).then(r => r.violations.flatMap(v => v.nodes.map(n => v.id + ": " + n.target.join(" ") + " " + n.failureSummary.split("\\n")[1])))`,
    );
  }

  async close() {
    await this.context.close();
  }
}
