// Markdown to safe DOM. Raw HTML of a model is shown as the text that it is; pictures are left out,
// since a page that fetches nothing cannot show them; links say where they go. What comes out has
// gone through DOMPurify with a short list of elements.
import DOMPurify from "dompurify";
import { Marked, type Token, type Tokens } from "marked";
import { t } from "../strings";
import { isUnbroken, pieces } from "./plain";

/** Longer than this is not parsed, only shown: parsing it would freeze the page. */
const PARSED_CHARACTERS_MAX = 200_000;
const LINK_SCHEMES = /^(?:https?|mailto):/i;

const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => escapes[character] ?? "");

/**
 * The levels of the headings of one text: they come under the heading of its turn, the first one
 * directly, and none leaves a level out, whatever the model's own numbering is.
 */
interface Outline {
  first: number | undefined;
  level: number;
}

const OUTER_LEVEL = 2;
const noHeadings = (): Outline => ({ first: undefined, level: OUTER_LEVEL });
let outline = noHeadings();

function headingLevel(depth: number): number {
  outline.first ??= depth;
  const wanted = OUTER_LEVEL + 1 + depth - outline.first;
  outline.level = Math.min(6, outline.level + 1, Math.max(OUTER_LEVEL + 1, wanted));
  return outline.level;
}

const marked = new Marked({
  gfm: true,
  renderer: {
    html: ({ text }: Tokens.HTML | Tokens.Tag) => escaped(text),
    image: ({ text }: Tokens.Image) => `<span class="left-out">${escaped(t.ask.image(text))}</span>`,
    checkbox: ({ checked }: Tokens.Checkbox) => (checked ? "☑ " : "☐ "),
    heading({ tokens, depth }: Tokens.Heading): string {
      const level = headingLevel(depth);
      return `<h${level}>${this.parser.parseInline(tokens)}</h${level}>\n`;
    },
    link({ href, tokens }: Tokens.Link): string {
      const inner = this.parser.parseInline(tokens);
      if (!LINK_SCHEMES.test(href)) return `${inner} (${escaped(href)})`;
      const same = inner === escaped(href) || `mailto:${inner}` === href;
      const link = `<a href="${escaped(href)}">${inner}</a>`;
      return same ? link : `${link} <span class="where">(${escaped(href)})</span>`;
    },
  },
});

const ELEMENTS = [
  "a", "blockquote", "br", "code", "del", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre",
  "span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
];

function fragment(html: string): DocumentFragment {
  const safe = DOMPurify.sanitize(html, {
    ALLOWED_TAGS: ELEMENTS,
    ALLOWED_ATTR: ["href", "class", "start", "align"],
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    RETURN_DOM_FRAGMENT: true,
  });
  for (const link of safe.querySelectorAll("a")) {
    link.rel = "noopener noreferrer";
    link.target = "_blank";
  }
  for (const code of safe.querySelectorAll("pre")) reachable(code, t.ask.code);
  for (const table of safe.querySelectorAll("table")) {
    const frame = document.createElement("div");
    frame.className = "table-frame";
    reachable(frame, t.ask.table);
    table.replaceWith(frame);
    frame.append(table);
  }
  return safe;
}

/** What scrolls on its own must be reachable by keyboard, and must have a name. */
function reachable(element: HTMLElement, name: string): void {
  element.tabIndex = 0;
  element.setAttribute("role", "group");
  element.setAttribute("aria-label", name);
}

function plain(text: string): DocumentFragment {
  const result = document.createDocumentFragment();
  for (const piece of pieces(text)) {
    const paragraph = document.createElement("p");
    paragraph.className = "plain";
    paragraph.textContent = piece;
    result.append(paragraph);
  }
  return result;
}

function lexed(source: string): Token[] | undefined {
  if (source.length > PARSED_CHARACTERS_MAX || isUnbroken(source)) return undefined;
  try {
    return marked.lexer(source);
  } catch {
    // Nested too deep to parse: it is shown as it is.
    return undefined;
  }
}

function rendered(tokens: Token[] | undefined, source: string, headings: Outline): DocumentFragment {
  if (tokens === undefined) return plain(source);
  outline = headings;
  try {
    return fragment(marked.parser(tokens));
  } catch {
    return plain(source);
  }
}

/** Renders a whole text that will not change. */
export function renderWhole(target: HTMLElement, text: string): void {
  const source = normal(text);
  target.replaceChildren(rendered(lexed(source), source, noHeadings()));
}

const normal = (text: string) => text.replace(/\r\n?/g, "\n");

/**
 * Renders a text that grows at its end. Blocks that are complete stay as they are in the DOM (and
 * so do selections in them); only the last block is parsed and replaced at each update.
 */
export class GrowingText {
  readonly #target: HTMLElement;
  readonly #headings = noHeadings();
  #settledLength = 0;
  #last: ChildNode[] = [];

  constructor(target: HTMLElement) {
    this.#target = target;
    target.replaceChildren();
  }

  update(text: string): void {
    const tail = normal(text).slice(this.#settledLength);
    const tokens = lexed(tail);
    const lastBlock = tokens?.findLastIndex((token) => token.type !== "space") ?? -1;
    for (const node of this.#last) node.remove();
    if (tokens !== undefined && lastBlock > 0) {
      const settled = tokens.slice(0, lastBlock);
      const length = settled.reduce((sum, token) => sum + token.raw.length, 0);
      this.#target.append(rendered(settled, tail.slice(0, length), this.#headings));
      this.#settledLength += length;
      this.#show(tokens.slice(lastBlock), tail.slice(length));
    } else {
      this.#show(tokens, tail);
    }
  }

  #show(tokens: Token[] | undefined, source: string): void {
    const part = rendered(tokens, source, { ...this.#headings });
    this.#last = [...part.childNodes];
    this.#target.append(part);
  }
}
