// The only place that talks to the service: one origin, one session. Owns the token against
// cross-site requests, and turns every failure into a Problem that a person can read.
import type { ErrorBody } from "./shapes";

/** Something that went wrong, as the service (or, when it cannot be reached, this page) tells it. */
export class Problem extends Error {
  readonly code: string;
  readonly status: number;
  readonly retryAfterS: number | undefined;

  constructor(code: string, message: string, status = 0, retryAfterS?: number) {
    super(message);
    this.code = code;
    this.status = status;
    this.retryAfterS = retryAfterS;
  }
}

let csrfToken = "";
let onSessionEnd: () => void = () => {};

export function useToken(token: string): void {
  csrfToken = token;
}

/** Called when any request is told that nobody is signed in. */
export function whenSessionEnds(callback: () => void): void {
  onSessionEnd = callback;
}

export interface Call {
  method?: "GET" | "POST" | "PATCH" | "DELETE";
  body?: unknown;
  signal?: AbortSignal;
  /** A 401 of this call is an answer, not the end of a session. */
  asking?: boolean;
}

/** Sends a request. Throws Problem for an error, and AbortError when the caller stopped it. */
export async function send(path: string, call: Call = {}): Promise<Response> {
  const method = call.method ?? "GET";
  const headers = new Headers({ Accept: "application/json" });
  const init: RequestInit = { method, headers, credentials: "same-origin", redirect: "error", cache: "no-store" };
  if (method !== "GET") {
    headers.set("X-Redoubt-CSRF", csrfToken);
  }
  if (call.body !== undefined) {
    headers.set("Content-Type", "application/json");
    init.body = JSON.stringify(call.body);
  }
  if (call.signal) {
    init.signal = call.signal;
  }
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (failure) {
    if (failure instanceof DOMException && failure.name === "AbortError") throw failure;
    throw new Problem("unreachable", "");
  }
  if (response.ok) return response;
  const problem = await problemOf(response);
  if (response.status === 401 && !call.asking) onSessionEnd();
  throw problem;
}

export async function json<T>(path: string, call: Call = {}): Promise<T> {
  const response = await send(path, call);
  try {
    return (await response.json()) as T;
  } catch {
    throw new Problem("unreadable", "", response.status);
  }
}

async function problemOf(response: Response): Promise<Problem> {
  let error: ErrorBody = {};
  try {
    const body = (await response.json()) as { error?: ErrorBody };
    error = body.error ?? {};
  } catch {
    // No JSON: the status alone has to do.
  }
  const retry = Number(response.headers.get("Retry-After") ?? "");
  return new Problem(
    error.code ?? error.type ?? `http_${response.status}`,
    error.message ?? "",
    response.status,
    Number.isFinite(retry) && retry > 0 ? retry : undefined,
  );
}

export function asProblem(failure: unknown): Problem {
  if (failure instanceof Problem) return failure;
  return new Problem("page_fault", failure instanceof Error ? failure.message : String(failure));
}

export function isAbort(failure: unknown): boolean {
  return failure instanceof DOMException && failure.name === "AbortError";
}
