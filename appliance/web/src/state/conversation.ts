// One conversation as this page holds it: the turns that the service keeps, the answer that is being
// made, and the draft of the next question, which survives every failure and a new sign-in.
import { computed, signal } from "@preact/signals";
import { asProblem, isAbort, Problem } from "../api/http";
import * as service from "../api/service";
import type { Turn } from "../api/shapes";
import { t } from "../strings";
import { announce } from "./announce";
import { lines, loadConversations } from "./conversations";
import { Live } from "./live";
import { chosen } from "./models";
import { replayable } from "./settings";

/** How long to wait before each look for the turn that a stopped answer left behind. */
const LOOK_AFTER_MS = [120, 250, 500, 1000, 2000];

export type Loading = "new" | "loading" | "loaded" | "missing" | Problem;

export class Conversation {
  readonly id = signal<string | undefined>(undefined);
  readonly turns = signal<Turn[]>([]);
  readonly live = signal<Live | undefined>(undefined);
  readonly draft = signal("");
  /** Why the last question was not taken. */
  readonly refusal = signal<Problem | undefined>(undefined);
  readonly loading = signal<Loading>("new");
  readonly #ownTitle = signal("");
  readonly #onName: (id: string) => void;

  readonly title = computed(() => {
    const line = lines.value?.find((candidate) => candidate.id === this.id.value);
    const isNew = this.id.value === undefined || this.live.value !== undefined;
    return line?.title || this.#ownTitle.value || (isNew ? t.ask.newTitle : t.conversations.untitled);
  });

  constructor(id: string | undefined, onName: (id: string) => void) {
    this.id.value = id;
    this.#onName = onName;
    if (id !== undefined) void this.load();
  }

  async load(): Promise<void> {
    const id = this.id.value;
    if (id === undefined) return;
    if (this.loading.value !== "loaded") this.loading.value = "loading";
    try {
      await this.#read(id);
    } catch (failure) {
      const problem = asProblem(failure);
      this.loading.value = problem.status === 404 ? "missing" : problem;
    }
  }

  async #read(id: string): Promise<void> {
    const body = await service.readConversation(id);
    this.#ownTitle.value = body.title;
    this.turns.value = body.turns.filter((turn) => !turn.pending);
    this.loading.value = "loaded";
  }

  /** Asks the draft. */
  async ask(): Promise<void> {
    const question = this.draft.value.trim();
    const model = chosen.value;
    if (question === "" || model === undefined || this.live.value !== undefined) return;
    const live = new Live(question, model.id, replayable.value);
    this.live.value = live;
    this.draft.value = "";
    this.refusal.value = undefined;
    announce(t.ask.said.asked);
    try {
      await this.#stream(live);
    } catch (failure) {
      if (isAbort(failure) || live.signal.aborted) await this.#afterStop(live);
      else if (live.phase.value.name === "sending") this.#refused(live, asProblem(failure));
      else this.#failed(live, asProblem(failure));
    } finally {
      this.live.value = undefined;
      void loadConversations();
    }
  }

  async #stream(live: Live): Promise<void> {
    let id = this.id.value;
    if (id === undefined) {
      id = await service.newConversation(live.signal);
      this.id.value = id;
      this.loading.value = "loaded";
      this.#onName(id);
    }
    let isNamed = lines.value?.some((line) => line.id === id && line.title !== "") ?? false;
    for await (const event of service.answer(id, asked(live), live.signal)) {
      if (!isNamed) {
        // By now the service has called it after its first question.
        isNamed = true;
        void loadConversations();
      }
      switch (event.name) {
        case "waiting":
          live.phase.value = { name: "loading", sentence: event.sentence };
          announce(event.sentence);
          break;
        case "queued":
          live.phase.value = { name: "queued", position: event.position, expectedMs: event.expectedMs ?? -1 };
          announce(t.ask.said.queued(event.position));
          break;
        case "started":
          live.phase.value = { name: "reading", tokens: event.promptTokens };
          break;
        case "reasoning":
          if (live.whole === "") live.phase.value = { name: "thinking" };
          break;
        case "delta":
          if (live.whole === "") announce(t.ask.said.begun);
          live.add(event.text);
          break;
        case "done":
          this.#keep(live, {
            id: event.turnId,
            finishReason: event.finishReason ?? "stop",
            // What was sealed is what is shown, even where it differs from what was streamed.
            ...(event.text === undefined ? {} : { text: event.text }),
            ...(event.outputId === undefined ? {} : { outputId: event.outputId }),
            ...(event.receipt === undefined ? {} : { receipt: event.receipt }),
          });
          announce(t.ask.said.complete(event.text ?? live.whole));
          return;
        case "error":
          throw new Problem(event.error.code ?? "internal", event.error.message ?? "", 500);
      }
    }
    throw new Problem("cut_off", "");
  }

  /** Puts question and answer where the turns are. */
  #keep(live: Live, end: Partial<Turn> & { id: string }): void {
    this.turns.value = [
      ...this.turns.value,
      { id: `${end.id}-question`, role: "user", text: live.question, createdAt: live.askedAt },
      { role: "assistant", text: live.whole, model: live.model, replayable: live.replayable, createdAt: new Date().toISOString(), ...end },
    ];
  }

  /** The question was not taken: it goes back into the field, unless something new is there. */
  #refused(live: Live, problem: Problem): void {
    if (this.draft.value === "") this.draft.value = live.question;
    if (problem.status === 401) return;
    this.refusal.value = problem;
  }

  #failed(live: Live, problem: Problem): void {
    const error = { code: problem.code, message: problem.message };
    this.#keep(live, { id: `failed-${live.askedAt}`, error, finishReason: "failed" });
    announce(t.ask.said.failed(t.problem(problem).what));
  }

  /** The service seals what was said up to the stop: wait for that turn, and show it as it is kept. */
  async #afterStop(live: Live): Promise<void> {
    const id = this.id.value;
    const known = new Set(this.turns.value.map((turn) => turn.id));
    for (const delay of id === undefined ? [] : LOOK_AFTER_MS) {
      await new Promise((resolve) => setTimeout(resolve, delay));
      try {
        const body = await service.readConversation(id!);
        const settled = body.turns.find((turn) => turn.role === "assistant" && !turn.pending && !known.has(turn.id));
        if (settled) {
          this.turns.value = body.turns.filter((turn) => !turn.pending);
          announce(t.ask.said.stopped);
          return;
        }
      } catch {
        // Look again: what was said is kept by the service, not by this page.
      }
    }
    if (live.whole === "") {
      if (this.draft.value === "") this.draft.value = live.question;
    } else {
      this.#keep(live, { id: `stopped-${live.askedAt}`, finishReason: "cancelled" });
    }
    announce(t.ask.said.stopped);
  }

  /** Asks the question of a failed answer once more. */
  askAgain(question: string): void {
    const draft = this.draft.value;
    this.draft.value = question;
    void this.ask();
    this.draft.value = draft;
  }
}

function asked({ question, model, replayable }: Live): service.Question {
  return { text: question, model, ...(replayable ? { parameters: { replayable } } : {}) };
}
