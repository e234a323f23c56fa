// How the next answers are to be made. Held for the person who is signed in, on this page only.
import { signal } from "@preact/signals";

/** Whether an answer is computed by itself, so that a later replay comes out identical. */
export const replayable = signal(false);

export function forgetSettings(): void {
  replayable.value = false;
}
