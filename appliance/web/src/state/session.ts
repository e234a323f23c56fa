// Who is signed in. `ended` is up while a session that was there has run out: the page stays as it
// is, with what was typed, and asks for the password over it.
import { signal } from "@preact/signals";
import { useToken, whenSessionEnds } from "../api/http";
import * as service from "../api/service";
import type { Person, Role, Session, Site } from "../api/shapes";

/** null: nobody. undefined: not known yet. */
export const person = signal<Person | null | undefined>(undefined);
export const ended = signal(false);
export const site = signal<Site>({ name: "Redoubt", marking: "EVALUATION SITE", markingTone: "neutral" });

let forget: () => void = () => {};

/** What must be dropped when another person sits down. */
export function whenPersonChanges(callback: () => void): void {
  forget = callback;
}

whenSessionEnds(() => {
  if (person.value) ended.value = true;
});

export async function start(): Promise<void> {
  const siteKnown = service.site().then(
    (known) => (site.value = known),
    () => {},
  );
  try {
    accept(await service.session());
  } catch {
    person.value = null;
  }
  await siteKnown;
}

export async function signIn(name: string, password: string): Promise<void> {
  accept(await service.signIn(name, password));
}

function accept(session: Session): void {
  if (person.value && person.value.name !== session.person.name) forget();
  useToken(session.csrf);
  person.value = session.person;
  ended.value = false;
}

export async function signOut(): Promise<void> {
  try {
    await service.signOut();
  } finally {
    forget();
    useToken("");
    person.value = null;
    ended.value = false;
    location.hash = "#/";
  }
}

export function has(role: Role): boolean {
  return person.value?.roles.includes(role) ?? false;
}
