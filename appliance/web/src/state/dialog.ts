// The one dialog that may be open over the page.
import { signal } from "@preact/signals";
import type { ApiKey, ConversationLine, PersonLine, PlannedModel } from "../api/shapes";

export type DialogRequest =
  | { name: "credential"; outputId: string; part: "story" | "downloads" }
  | { name: "no-credential" }
  | { name: "rename"; line: ConversationLine }
  | { name: "erase"; line: ConversationLine }
  | { name: "revoke"; key: ApiKey; onDone: () => void }
  | { name: "person"; person: PersonLine; onDone: () => void }
  | { name: "unload"; model: PlannedModel; onDone: () => void }
  | { name: "conversations" }
  | { name: "help" };

export const dialog = signal<DialogRequest | undefined>(undefined);

export function closeDialog(): void {
  dialog.value = undefined;
}
