// The catalogue in use, and how times and numbers are written in its language.
import { en, type Catalogue } from "./en";

export const t: Catalogue = en;

const moment = new Intl.DateTimeFormat(t.language, { dateStyle: "medium", timeStyle: "short" });
const exact = new Intl.DateTimeFormat(t.language, { dateStyle: "long", timeStyle: "long" });

const whole = new Intl.NumberFormat(t.language);

export const number = (value: number): string => whole.format(value);

export function time(iso: string | undefined): string {
  return written(moment, iso);
}

/** With seconds and the time zone, for what somebody will compare with a record. */
export function exactTime(iso: string | undefined): string {
  return written(exact, iso);
}

function written(format: Intl.DateTimeFormat, iso: string | undefined): string {
  if (iso === undefined) return t.credential.notStated;
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : format.format(date);
}
