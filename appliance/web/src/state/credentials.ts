// What is known of the credential of each answer on the page. Asked for once, when its pin comes
// into view; asked again when a person opens the details.
import { signal, type Signal } from "@preact/signals";
import { asProblem, type Problem } from "../api/http";
import * as service from "../api/service";
import type { CredentialStory } from "../api/shapes";

export type Known =
  | { name: "checking" }
  | { name: "told"; story: CredentialStory }
  | { name: "unavailable"; problem: Problem };

const known = new Map<string, Signal<Known>>();

export function credentialOf(outputId: string): Signal<Known> {
  let state = known.get(outputId);
  if (state === undefined) {
    state = signal<Known>({ name: "checking" });
    known.set(outputId, state);
    void check(outputId);
  }
  return state;
}

export async function check(outputId: string): Promise<void> {
  const state = credentialOf(outputId);
  try {
    state.value = { name: "told", story: strict(await service.credential(outputId)) };
  } catch (failure) {
    state.value = { name: "unavailable", problem: asProblem(failure) };
  }
}

/** A state that this page does not know is not valid; and one that does not hold carries no claims. */
function strict(story: CredentialStory): CredentialStory {
  if (story.state === "valid" || story.state === "unknown_signer") return story;
  const state = story.state === "absent" ? "absent" : "invalid";
  return story.why === undefined ? { state } : { state, why: story.why };
}

export function forgetCredentials(): void {
  known.clear();
}
