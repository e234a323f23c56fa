// A faithful fake of the service's HTTP contract for the page (docs/web-page.md), over plain HTTP on
// the loopback address. Tests steer it: what a model says, what breaks, which state a credential has.
import { randomUUID } from "node:crypto";
import { createReadStream, existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import * as samples from "./samples.mjs";

const DIST = join(dirname(fileURLToPath(import.meta.url)), "../../dist");
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2", ".txt": "text/plain; charset=utf-8" };
export const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; " +
  "frame-ancestors 'none'; base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'; trusted-types dompurify";

class Refusal extends Error {
  constructor(status, code, message, headers = {}) {
    super(message);
    Object.assign(this, { status, code, headers });
  }
}

export const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** What the model does when nothing else was asked for: a queue, a start, an answer in small pieces. */
export const usualAnswer = (text = samples.ANSWER, pauseMs = 2) => async (turn) => {
  turn.send("queued", { position: 1 });
  turn.send("started", { promptTokens: 42 });
  for (const piece of samples.pieces(text)) {
    if (turn.gone) return;
    turn.delta(piece);
    if (pauseMs > 0) await wait(pauseMs);
  }
};

export class FakeService {
  sessions = new Map();
  conversations = new Map();
  outputs = new Map();
  people = structuredClone(samples.PEOPLE);
  models = structuredClone(samples.MODELS);
  site = samples.SITE;
  keys = [];
  plan = structuredClone(samples.PLAN);
  seal = samples.SEAL;
  sequence = 12;
  replay = { verdict: "identical", difference: "", entry: 40 };
  /** What the next answers do. */
  model = usualAnswer();
  /** What every new credential turns out to be. */
  credentialState = "valid";
  /** When set, the next request to this path is refused so: {path, status, code, message, headers}. */
  refuseNext = undefined;
  requests = [];

  async start(port = 0) {
    this.server = createServer((request, response) => {
      this.#serve(request, response).catch((failure) => this.#refuse(response, failure));
    });
    await new Promise((resolve) => this.server.listen(port, "127.0.0.1", resolve));
    this.url = `http://localhost:${this.server.address().port}`;
    return this;
  }

  async stop() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  endSessions() {
    this.sessions.clear();
  }

  addConversation(title, turns, updatedAt = new Date().toISOString()) {
    const id = randomUUID();
    this.conversations.set(id, { id, title, updatedAt, turns, owner: undefined });
    return id;
  }

  /** A pair of turns that is sealed, with a credential of the given state. */
  sealedPair(question, text, state = "valid", more = {}) {
    const outputId = `out_${randomUUID().replaceAll("-", "").slice(0, 24)}`;
    this.sequence += 3;
    const story = samples.story(state, outputId, this.sequence, text);
    this.outputs.set(outputId, { text, story: { ...story, replayable: more.replayable ?? false } });
    const receipt = { output_id: outputId, intent: this.sequence, output: this.sequence + 1, seal: this.sequence + 2 };
    const createdAt = new Date().toISOString();
    return [
      { id: randomUUID(), role: "user", text: question, createdAt },
      { id: randomUUID(), role: "assistant", text, createdAt, outputId, receipt, model: "qwen", finishReason: "stop", replayable: false, ...more },
    ];
  }

  async #serve(request, response) {
    const { pathname } = new URL(request.url, this.url);
    this.requests.push(`${request.method} ${pathname}`);
    const refusal = this.refuseNext;
    if (refusal && pathname.includes(refusal.path) && (refusal.method ?? request.method) === request.method) {
      this.refuseNext = undefined;
      throw new Refusal(refusal.status, refusal.code, refusal.message ?? "", refusal.headers);
    }
    if (!pathname.startsWith("/api/")) return this.#file(pathname, response);
    const parts = pathname.slice(5).split("/").map(decodeURIComponent);
    const body = await this.#body(request);
    if (parts[0] === "site") return json(response, 200, this.site);
    const token = /__Host-redoubt=([\w-]+)/.exec(request.headers.cookie ?? "")?.[1];
    if (parts[0] === "session") return this.#session(request.method, body, token, response);
    const session = this.sessions.get(token);
    if (!session) throw new Refusal(401, token ? "session_ended" : "not_signed_in", "");
    if (request.method !== "GET" && request.headers["x-redoubt-csrf"] !== session.csrf) throw new Refusal(403, "csrf", "");
    await this.#api(request.method, parts, body, session, request, response);
  }

  async #session(method, body, token, response) {
    if (method === "POST") {
      const person = this.people.find((candidate) => candidate.name === body.name && !candidate.disabled);
      if (!person || body.password !== (person.password ?? samples.PASSWORD)) {
        throw new Refusal(401, "wrong_credentials", "The name or the password is not right.");
      }
      const session = { person: { name: person.name, roles: person.roles }, csrf: randomUUID() };
      const id = randomUUID();
      this.sessions.set(id, session);
      response.setHeader("Set-Cookie", `__Host-redoubt=${id}; Path=/; Secure; HttpOnly; SameSite=Strict`);
      return json(response, 200, session);
    }
    if (method === "DELETE") {
      this.sessions.delete(token);
      return json(response, 200, {});
    }
    const session = this.sessions.get(token);
    if (!session) throw new Refusal(401, "not_signed_in", "");
    return json(response, 200, session);
  }

  async #api(method, [kind, id, part, form], body, session, request, response) {
    switch (`${method} ${kind}${id === undefined ? "" : "/*"}${part === undefined ? "" : `/${part}`}`) {
      case "GET models":
        return json(response, 200, { models: this.models });
      case "GET conversations":
        return json(response, 200, {
          conversations: [...this.conversations.values()].map(({ id, title, updatedAt }) => ({ id, title, updatedAt })),
        });
      case "POST conversations":
        return json(response, 200, { id: this.addConversation("", []) });
      case "GET conversations/*":
        return json(response, 200, this.#conversation(id));
      case "PATCH conversations/*":
        this.#conversation(id).title = body.title;
        return json(response, 200, {});
      case "DELETE conversations/*":
        this.#conversation(id);
        this.conversations.delete(id);
        return json(response, 200, {});
      case "POST conversations/*/turns":
        return this.#answer(this.#conversation(id), body, request, response);
      case "GET outputs/*":
        return json(response, 200, this.#output(id).story);
      case "GET outputs/*/download":
        return this.#download(this.#output(id), form, response);
      case "GET outputs/*/trace":
        this.#output(id);
        return json(response, 200, samples.TRACE);
      case "POST outputs/*/replay":
        this.#output(id);
        if (!session.person.roles.some((role) => role !== "staff")) throw new Refusal(403, "forbidden", "");
        return json(response, 200, this.replay);
      case "GET trust":
        return file(response, "trust.zip", "application/zip", "PK trust");
      default:
        if (!session.person.roles.includes("administrator")) throw new Refusal(403, "forbidden", "");
        return this.#administration(method, kind, id, body, session, response, part);
    }
  }

  #administration(method, kind, id, body, session, response, part) {
    if (kind === "models") return this.#models(method, id, part, body, response);
    switch (`${method} ${kind}`) {
      case "GET status":
        return json(response, 200, samples.STATUS);
      case "GET record":
        if (id !== "checkpoint") throw new Refusal(404, "not_found", "");
        return json(response, 200, samples.CHECKPOINT);
      case "GET keys":
        return json(response, 200, { keys: this.keys.map(({ secret: _, ...shown }) => shown) });
      case "POST keys": {
        const key = { id: randomUUID(), ...body, createdAt: new Date().toISOString(), createdBy: session.person.name };
        this.keys.push({ ...key, secret: `rdt_${randomUUID().replaceAll("-", "")}` });
        return json(response, 200, this.keys.at(-1));
      }
      case "DELETE keys":
        this.keys.find((key) => key.id === id).revokedAt = new Date().toISOString();
        return json(response, 200, {});
      case "GET people":
        return json(response, 200, { people: this.people.map(({ password: _, ...shown }) => shown) });
      case "POST people":
        if (this.people.some((person) => person.name === body.name)) {
          throw new Refusal(409, "name_taken", "There is already a person of this name.");
        }
        this.people.push({ id: randomUUID(), createdAt: new Date().toISOString(), disabled: false, ...body });
        return json(response, 200, {});
      case "PATCH people":
        Object.assign(this.people.find((person) => person.id === id), body);
        return json(response, 200, {});
      case "POST seal-check":
        return json(response, 200, this.seal);
      case "GET boundary":
        return json(response, 200, samples.BOUNDARY);
      default:
        throw new Refusal(404, "not_found", "");
    }
  }

  #models(method, id, part, body, response) {
    if (id === "plan") return json(response, 200, this.plan);
    if (id === undefined) {
      Object.assign(this.plan.settings, body);
      return json(response, 200, this.plan);
    }
    const model = this.plan.models.find((candidate) => candidate.id === id);
    if (!model) throw new Refusal(404, "model_not_found", "There is no such model.");
    if (part === "load") model.state = "ready";
    else if (part === "unload") model.state = "unloaded";
    else Object.assign(model, body);
    return json(response, 202, model);
  }

  #conversation(id) {
    const conversation = this.conversations.get(id);
    if (!conversation) throw new Refusal(404, "not_found", "");
    return conversation;
  }

  #output(id) {
    const output = this.outputs.get(id);
    if (!output) throw new Refusal(404, "not_sealed", "");
    return output;
  }

  async #answer(conversation, body, request, response) {
    const begins = () => (conversation.title ||= body.text.replace(/\s+/g, " ").slice(0, 60));
    const turn = new TurnStream(response, begins);
    request.socket.on("close", () => (turn.gone = true));
    response.on("close", () => (turn.gone = true));
    try {
      await this.model(turn, body);
    } catch (failure) {
      // Before the first event it is an answer with a status of its own.
      if (!(failure instanceof Refusal) || !response.headersSent) throw failure;
      turn.send("error", { error: { code: failure.code, message: failure.message } });
      response.end();
      return;
    }
    const stopped = turn.gone && !response.writableFinished;
    if (turn.cut) return;
    // The stopped answer is sealed a moment after the person has gone.
    if (stopped) await wait(150);
    if (turn.text !== "" || !stopped) {
      const more = { model: body.model, replayable: body.parameters?.replayable === true };
      const [question, answer] = this.sealedPair(body.text, turn.text, this.credentialState, more);
      answer.finishReason = stopped ? "cancelled" : "stop";
      conversation.turns.push(question, answer);
      conversation.updatedAt = new Date().toISOString();
      if (stopped) return;
      const { id: turnId, outputId, receipt } = answer;
      turn.send("done", { turnId, text: turn.sealedText, outputId, receipt, usage: { completion_tokens: 9 }, finishReason: "stop" });
    }
    response.end();
  }

  #download({ text, story }, form, response) {
    switch (form) {
      case "txt":
        return file(response, "answer.txt", "text/plain; charset=utf-8", `${text}${"\u{e0100}".repeat(300)}`);
      case "md":
        return file(response, "answer.md", "text/markdown; charset=utf-8", `<!-- c2pa -->\n${text}`);
      case "detached":
        return file(response, "answer.zip", "application/zip", "PK answer");
      case "proof":
        return file(response, "answer.proof", "application/octet-stream", JSON.stringify(story.entry));
      default:
        throw new Refusal(404, "not_found", "");
    }
  }

  #file(pathname, response) {
    const path = normalize(join(DIST, pathname === "/" ? "index.html" : pathname));
    if (!path.startsWith(DIST) || !existsSync(path)) throw new Refusal(404, "not_found", "");
    response.setHeader("Content-Type", TYPES[extname(path)]);
    response.setHeader("Content-Security-Policy", POLICY);
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
    response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
    response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
    response.setHeader("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()");
    response.setHeader("Cache-Control", "no-cache");
    if (extname(path) === ".html") return response.end(readFileSync(path));
    createReadStream(path).pipe(response);
    return undefined;
  }

  async #body(request) {
    const chunks = [];
    if (request.method === "GET") return undefined;
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString("utf8");
    return text === "" ? undefined : JSON.parse(text);
  }

  #refuse(response, failure) {
    if (response.headersSent) return response.destroy();
    for (const [name, value] of Object.entries(failure.headers ?? {})) response.setHeader(name, value);
    const { status = 500, code = "internal", message } = failure;
    return json(response, status, { error: { type: "error", code, message } });
  }
}

/** One answer on its way to the page. */
class TurnStream {
  gone = false;
  cut = false;
  text = "";
  #response;
  #begins;

  constructor(response, begins) {
    this.#response = response;
    this.#begins = begins;
    response.socket.setNoDelay(true);
  }

  send(event, data) {
    if (!this.#response.headersSent) {
      this.#begins();
      this.#response.writeHead(200, { "Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store" });
    }
    this.#response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  delta(text) {
    this.text += text;
    this.send("delta", { text });
  }

  /** Sends these bytes as they are. */
  raw(bytes) {
    this.#response.write(bytes);
  }

  /** Refuses before anything was sent, or fails in the middle, as the service would. */
  fail(status, code, message) {
    throw new Refusal(status, code, message);
  }

  /** The connection breaks. */
  breakOff() {
    this.cut = true;
    this.#response.destroy();
  }
}

function json(response, status, body) {
  response.writeHead(status, { "Content-Type": "application/json", "Cache-Control": "no-store" });
  response.end(JSON.stringify(body));
}

function file(response, name, type, body) {
  response.writeHead(200, { "Content-Type": type, "Content-Disposition": `attachment; filename="${name}"` });
  response.end(body);
}
