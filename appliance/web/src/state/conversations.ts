// The list of a person's conversations, as the service keeps it.
import { signal } from "@preact/signals";
import { asProblem, type Problem } from "../api/http";
import * as service from "../api/service";
import type { ConversationLine } from "../api/shapes";

export const lines = signal<ConversationLine[] | undefined>(undefined);
export const listProblem = signal<Problem | undefined>(undefined);

export async function loadConversations(): Promise<void> {
  try {
    lines.value = (await service.conversations()).toSorted((a, b) => b.updatedAt.localeCompare(a.updatedAt));
    listProblem.value = undefined;
  } catch (failure) {
    listProblem.value = asProblem(failure);
  }
}

export async function rename(id: string, title: string): Promise<void> {
  await service.renameConversation(id, title);
  lines.value = lines.value?.map((line) => (line.id === id ? { ...line, title } : line));
}

export async function erase(id: string): Promise<void> {
  await service.eraseConversation(id);
  lines.value = lines.value?.filter((line) => line.id !== id);
}

export function forgetConversations(): void {
  lines.value = undefined;
  listProblem.value = undefined;
}
