// What a screen reader is told, one whole sentence at a time: the log of the page. Answers are read
// out once, when they are complete, never token by token.
import { signal } from "@preact/signals";

const KEPT_MAX = 20;

export interface Announcement {
  id: number;
  text: string;
}

export const announcements = signal<Announcement[]>([]);
let next = 0;

export function announce(text: string): void {
  announcements.value = [...announcements.value.slice(-KEPT_MAX + 1), { id: next++, text }];
}

/** Takes back what was said: answers were read out in full, and may have been erased since. */
export function silence(): void {
  announcements.value = [];
}
