// The conversations that were opened since the page was loaded. One that is left while its answer
// is being made goes on in the background.
import { computed, signal, untracked } from "@preact/signals";
import { Conversation } from "./conversation";
import { conversationHref, go, replace, route, ASK_HREF } from "./route";

const opened = new Map<string, Conversation>();
let fresh: Conversation | undefined;
/** Counts up when everything was forgotten: what was current is so no longer. */
const era = signal(0);

function freshOne(): Conversation {
  fresh ??= new Conversation(undefined, (id) => {
    const named = fresh;
    fresh = undefined;
    if (named === undefined) return;
    opened.set(id, named);
    const here = route.peek();
    if (here.page === "ask" && here.conversation === undefined) replace(conversationHref(id));
  });
  return fresh;
}

function openOne(id: string): Conversation {
  let conversation = opened.get(id);
  if (conversation === undefined) {
    conversation = new Conversation(id, () => {});
    opened.set(id, conversation);
  }
  return conversation;
}

export const current = computed<Conversation | undefined>(() => {
  void era.value;
  const here = route.value;
  if (here.page !== "ask") return undefined;
  const id = here.conversation;
  return untracked(() => (id === undefined ? freshOne() : openOne(id)));
});

/** After an erasure: nothing of it may stay on the page. */
export function drop(id: string): void {
  opened.get(id)?.live.value?.stop();
  opened.delete(id);
  const here = route.value;
  if (here.page === "ask" && here.conversation === id) go(ASK_HREF);
}

export function forgetOpened(): void {
  for (const conversation of opened.values()) conversation.live.value?.stop();
  fresh?.live.value?.stop();
  opened.clear();
  fresh = undefined;
  era.value++;
}
