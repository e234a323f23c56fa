import assert from "node:assert/strict";
import { build } from "esbuild";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { setting } from "./setting.mjs";

const here = setting();

// Any of these that runs raises a dialog, a request or a policy violation: each is a fault (browser.mjs).
const ATTACKS = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "<img src=//evil.example/beacon>",
  "<svg onload=alert(1)><script>alert(1)</script></svg>",
  "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
  "<math><mtext><table><mglyph><style><img src onerror=alert(1)></style></table></mtext></math>",
  "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
  "<form action=//evil.example><button>go</button></form>",
  "<style>@import url(//evil.example/x.css)</style>",
  "<base href=//evil.example/>",
  "<meta http-equiv=refresh content='0;url=//evil.example'>",
  "<a href='javascript:alert(1)'>x</a>",
  "[x](javascript:alert(1))",
  "[x](JaVaScRiPt:alert(1))",
  "[x](java&#10;script:alert(1))",
  "[x](data:text/html,<script>alert(1)</script>)",
  "[x](vbscript:alert(1))",
  "[relative](/api/session)",
  "![x](//evil.example/beacon.png)",
  "![x](x \"onerror=alert(1)\")",
  '![" onerror="alert(1)](x)',
  '[x](https://site.example/"onmouseover="alert(1))',
  "<https://site.example/\"onmouseover=alert(1)>",
  "`<img src=x onerror=alert(1)>`",
  "```<img src=x onerror=alert(1)>\n<script>alert(1)</script>\n```",
  "| <img src=x onerror=alert(1)> |\n|---|\n| <script>alert(1)</script> |",
  "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
  "<div style='position:fixed;inset:0;background:red'>cover</div>",
  "<dialog open>Sign in again</dialog><input name=password>",
  "[id]: https://evil.example 'x'\n\n[id]",
  "\u202e<script>alert(1)</script>",
];

const ALLOWED = "a blockquote br code del div em h3 h4 h5 h6 hr li ol p pre span strong table tbody td th thead tr ul".split(" ");

async function elementsOf(page) {
  return page.locator(".prose").evaluateAll((roots) => [
    ...new Set(roots.flatMap((root) => [...root.querySelectorAll("*")].map((element) => element.localName))),
  ]);
}

describe("What a model writes", () => {
  it("stays inert while it streams, and afterwards", async () => {
    const text = ATTACKS.join("\n\n");
    here.fake.model = async (turn) => {
      // Cut in the middle of tags, as tokens are.
      for (let at = 0; at < text.length; at += 7) turn.delta(text.slice(at, at + 7));
    };
    const desk = await here.signedIn();
    const { page } = desk;
    await desk.ask("Attack");
    await page.locator(".pin.valid").waitFor();
    const links = await page.locator(".prose a").evaluateAll((all) => all.map((link) => [link.protocol, link.rel, link.target]));
    for (const link of links) assert.deepEqual(link, ["https:", "noopener noreferrer", "_blank"]);
    for (const name of await elementsOf(page)) assert.ok(ALLOWED.includes(name), `<${name}> came through`);
    const handlers = await page.locator(".prose *").evaluateAll((all) =>
      all.flatMap((element) => [...element.attributes].map((attribute) => attribute.name)).filter((name) => /^on|^style$|^src|^id$|^name$/.test(name)),
    );
    assert.deepEqual(handlers, []);
    await page.getByText("<script>alert(1)</script>").first().waitFor();
  });

  it("stays inert in each attack alone", async () => {
    const turns = ATTACKS.flatMap((attack) => here.fake.sealedPair(attack, attack));
    const id = here.fake.addConversation("Attacks", turns);
    const { page } = await here.signedIn();
    await page.goto(`${here.fake.url}/#/c/${id}`);
    await page.locator(".answer").nth(ATTACKS.length - 1).waitFor();
    for (const name of await elementsOf(page)) assert.ok(ALLOWED.includes(name), `<${name}> came through`);
  });

  it("says where a link goes, whatever its words are", async () => {
    const id = here.fake.addConversation("Link", here.fake.sealedPair("q", "[https://good.example](https://evil.example/?q=1)"));
    const { page } = await here.signedIn();
    await page.goto(`${here.fake.url}/#/c/${id}`);
    assert.match(await page.locator(".prose").innerText(), /\(https:\/\/evil\.example\/\?q=1\)/);
  });

  it("does not freeze the page when it is nested without end or very long", async () => {
    const deep = [">".repeat(30_000) + " x", "- ".repeat(20_000), "*".repeat(50_000), "[".repeat(50_000), "x".repeat(300_000), "y".repeat(150_000), "z ".repeat(150_000), "```\n" + "w".repeat(150_000)];
    const id = here.fake.addConversation("Deep", deep.flatMap((text) => here.fake.sealedPair(text, text)));
    const { page } = await here.signedIn();
    page.setDefaultTimeout(120_000);
    await page.goto(`${here.fake.url}/#/c/${id}`);
    await page.locator(".answer").nth(deep.length - 1).waitFor();
    await page.locator("#question").fill("still here");
  });
});

describe("Names that others chose", () => {
  it("are only text: titles, models, people, sites, errors", async () => {
    const attack = "<img src=x onerror=alert(1)><script>alert(1)</script>";
    here.fake.site = { name: attack, marking: attack, markingTone: "\" onclick=\"alert(1)" };
    here.fake.models[0].name = attack;
    here.fake.people.push({ id: "x", name: attack, roles: ["staff", "administrator"], disabled: false });
    const id = here.fake.addConversation(attack, here.fake.sealedPair(attack, "fine"));
    const [output] = here.fake.outputs.values();
    output.story.signer = attack;
    output.story.manifest = { [attack]: { deeper: [attack] } };
    const desk = await here.signedIn(attack);
    const { page } = desk;
    await page.goto(`${here.fake.url}/#/c/${id}`);
    await page.locator(".pin.valid").click();
    await page.getByText("The whole manifest").click();
    await page.keyboard.press("Escape");
    here.fake.refuseNext = { path: "/turns", status: 400, code: attack, message: attack };
    await desk.ask("x");
    await page.locator(".composer .problem").getByText(attack).waitFor();
    await page.goto(`${here.fake.url}/#/admin/people`);
    await page.getByRole("button", { name: `Change ${attack}` }).click();
    assert.equal(await page.locator("#page img, #page script").count(), 0);
  });
});

describe("A service that misbehaves", () => {
  it("with an event that is no JSON ends the answer with a problem", async () => {
    here.fake.model = async (turn) => {
      turn.delta("So far");
      turn.raw("event: delta\ndata: {nonsense\n\n");
    };
    const desk = await here.signedIn();
    await desk.ask("x");
    await desk.page.getByText("The appliance sent something that this page cannot read.").first().waitFor();
  });

  it("with events cut anywhere, comments and unknown events is understood all the same", async () => {
    here.fake.model = async (turn) => {
      const bytes = Buffer.from(': keep-alive\n\nevent: delta\r\ndata: {"text":"Zürich 🏰 "}\r\n\r\nevent: novelty\ndata: {}\n\nevent: delta\ndata: {"text":"done"}\n\n');
      turn.send("started", {});
      for (const byte of bytes) {
        turn.raw(Buffer.from([byte]));
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      turn.text = "Zürich 🏰 done";
    };
    const desk = await here.signedIn();
    await desk.ask("x");
    await desk.page.locator(".prose", { hasText: "Zürich 🏰 done" }).waitFor();
    await desk.page.locator(".pin.valid").waitFor();
  });
});

describe("Rendering block by block", () => {
  it("gives the same as rendering the whole, wherever the text is cut", async () => {
    const source = join(dirname(fileURLToPath(import.meta.url)), "../src/answer/blocks.ts");
    const bundled = await build({ entryPoints: [source], bundle: true, write: false, format: "iife", globalName: "blocks", logLevel: "error" });
    const seed = Number(process.env.SEED ?? 20_261_121);
    console.log(`seed ${seed}`);
    const desk = await here.open();
    await desk.page.evaluate(bundled.outputFiles[0].text + "; globalThis.blocks = blocks");
    const difference = await desk.page.evaluate((start) => {
      let state = start;
      const random = (below) => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return Math.floor((state / 2 ** 32) * below);
      };
      const parts = ["word ", "**bold** ", "\n", "\n\n", "# head\n", "### deep\n", "## mid\n", "- item\n", "  - inner\n", "1. one\n", "> quote\n", "```\ncode\n", "```\n", "| a | b |\n|---|---|\n| 1 | 2 |\n", "`x` ", "---\n", "    indented\n", "<b>raw</b> ", "\r\n", "[l](https://a.example) ", "* ", "_e_ ", "\\", "&amp; ", "===\n", "\t"];
      for (let round = 0; round < 400; round++) {
        let text = "";
        const grown = document.createElement("div");
        const growing = new globalThis.blocks.GrowingText(grown);
        for (let length = 1 + random(25); length > 0; length--) {
          text += parts[random(parts.length)];
          growing.update(text);
        }
        const whole = document.createElement("div");
        globalThis.blocks.renderWhole(whole, text);
        const flat = (root) => root.innerHTML.replace(/\s+/g, " ").replace(/> </g, "><").trim();
        if (flat(grown) !== flat(whole)) return { text, grown: flat(grown), whole: flat(whole) };
      }
      return undefined;
    }, seed);
    assert.equal(difference, undefined, JSON.stringify(difference, null, 1));
  });
});

describe("A thousand pieces of an answer", () => {
  it("stay fluid: no frame waits long, and what is complete is not drawn again", async () => {
    const paragraph = "A paragraph with **bold**, `code` and words enough to fill a line or two of it. ";
    const text = Array.from({ length: 60 }, (_, i) => `${paragraph.repeat(3)}${i}`).join("\n\n");
    const pieces = text.match(/[\s\S]{1,16}/g);
    assert.ok(pieces.length > 900);
    let release;
    here.fake.model = async (turn) => {
      turn.delta("Start.\n\nThen ");
      await new Promise((resolve) => (release = resolve));
      for (const piece of pieces) turn.delta(piece);
      // Until all of it has been seen on its way.
      await new Promise((resolve) => (release = resolve));
    };
    const desk = await here.signedIn();
    const { page } = desk;
    await desk.ask("Go");
    await page.locator(".live .prose p", { hasText: "Then" }).waitFor();
    await page.evaluate(() => {
      const first = document.querySelector(".live .prose p");
      first.dataset.kept = "yes";
      globalThis.updates = 0;
      new MutationObserver(() => globalThis.updates++).observe(document.querySelector(".live .prose"), { childList: true });
    });
    release();
    await page.locator(".live .prose p", { hasText: /59$/ }).waitFor();
    assert.equal(await page.locator(".live .prose p").first().getAttribute("data-kept"), "yes", "the first block was drawn again");
    const updates = await page.evaluate(() => globalThis.updates);
    assert.ok(updates < pieces.length / 2, `${updates} updates of the page for ${pieces.length} pieces`);
    release();
    await page.locator(".pin.valid").waitFor();
  });

  it("and a thousand turns open without laying out all of them", async () => {
    const turns = Array.from({ length: 500 }, (_, i) => here.fake.sealedPair(`Question ${i}`, `Answer **${i}**\n\n- a\n- b`)).flat();
    const id = here.fake.addConversation("Long", turns);
    const { page } = await here.signedIn();
    page.setDefaultTimeout(120_000);
    await page.goto(`${here.fake.url}/#/c/${id}`);
    await page.locator(".prose", { hasText: "Answer 499" }).waitFor();
    await page.locator(".pin.valid").last().waitFor();
    assert.ok(here.fake.requests.filter((request) => request.includes("/api/outputs/")).length < 60, "only pins near the view are checked");
    await page.locator("#question").fill("still quick");
  });
});
