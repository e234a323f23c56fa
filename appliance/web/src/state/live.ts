// An answer while it is being made. Deltas are gathered and shown once a frame, so that a fast model
// costs the page one update per frame and not one per token.
import { signal } from "@preact/signals";

export type Phase =
  | { name: "sending" }
  | { name: "loading"; sentence: string }
  | { name: "queued"; position: number; expectedMs: number }
  | { name: "reading"; tokens: number | undefined }
  | { name: "thinking" }
  | { name: "answering" }
  | { name: "stopping" };

const HIDDEN_INTERVAL_MS = 250;

export class Live {
  readonly question: string;
  readonly model: string;
  readonly replayable: boolean;
  readonly askedAt = new Date().toISOString();
  readonly phase = signal<Phase>({ name: "sending" });
  readonly text = signal("");
  readonly #abort = new AbortController();
  #gathered = "";
  #scheduled = false;

  constructor(question: string, model: string, replayable: boolean) {
    this.question = question;
    this.model = model;
    this.replayable = replayable;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Everything that has come, shown or not yet. */
  get whole(): string {
    return this.#gathered;
  }

  add(delta: string): void {
    this.#gathered += delta;
    if (this.phase.value.name !== "answering") this.phase.value = { name: "answering" };
    if (this.#scheduled) return;
    this.#scheduled = true;
    const show = () => {
      this.#scheduled = false;
      this.text.value = this.#gathered;
    };
    // A hidden tab gets no frames.
    if (document.hidden) setTimeout(show, HIDDEN_INTERVAL_MS);
    else requestAnimationFrame(show);
  }

  stop(): void {
    this.phase.value = { name: "stopping" };
    this.#abort.abort();
  }
}
