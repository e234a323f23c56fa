// Where in the page we are: the part of the address after the hash, so that the service needs to
// know only one document.
import { computed, signal } from "@preact/signals";

export type AdminPage = "status" | "models" | "keys" | "people" | "seal" | "checkpoint";
const ADMIN_PAGES: readonly AdminPage[] = ["status", "models", "keys", "people", "seal", "checkpoint"];

export type Route = { page: "ask"; conversation: string | undefined } | { page: "admin"; part: AdminPage };

const hash = signal(location.hash);
addEventListener("hashchange", () => (hash.value = location.hash));

export const route = computed<Route>(() => {
  const [, page, rest] = hash.value.split("/");
  if (page === "admin") {
    return { page, part: ADMIN_PAGES.find((part) => part === rest) ?? "status" };
  }
  return { page: "ask", conversation: page === "c" && rest ? decoded(rest) : undefined };
});

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

export const ASK_HREF = "#/";
export const conversationHref = (id: string) => `#/c/${encodeURIComponent(id)}`;
export const adminHref = (part: AdminPage) => `#/admin/${part}`;

export function go(href: string): void {
  location.hash = href;
}

/** Changes the address without a step in the history: a new conversation has got its name. */
export function replace(href: string): void {
  history.replaceState(null, "", href);
  hash.value = href;
}
