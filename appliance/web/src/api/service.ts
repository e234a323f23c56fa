// One function for each thing that the page asks of the service.
import { json, send, Problem } from "./http";
import { serverEvents } from "./events";
import type * as shape from "./shapes";

export const site = () => json<shape.Site>("/api/site", { asking: true });
export const session = () => json<shape.Session>("/api/session", { asking: true });
export const signIn = (name: string, password: string) =>
  json<shape.Session>("/api/session", { method: "POST", body: { name, password }, asking: true });
export const signOut = () => send("/api/session", { method: "DELETE", asking: true });

export const models = async () => (await json<{ models: shape.Model[] }>("/api/models")).models;

const conversation = (id: string) => `/api/conversations/${encodeURIComponent(id)}`;
export const conversations = async () =>
  (await json<{ conversations: shape.ConversationLine[] }>("/api/conversations")).conversations;
export const newConversation = async (signal: AbortSignal) =>
  (await json<{ id: string }>("/api/conversations", { method: "POST", body: {}, signal })).id;
export const readConversation = (id: string) => json<shape.ConversationBody>(conversation(id));
export const renameConversation = (id: string, title: string) =>
  send(conversation(id), { method: "PATCH", body: { title } });
export const eraseConversation = (id: string) => send(conversation(id), { method: "DELETE" });

export type AnswerEvent =
  | { name: "waiting"; sentence: string }
  | { name: "queued"; position: number; expectedMs?: number }
  | { name: "started"; promptTokens?: number }
  | { name: "reasoning"; text: string }
  | { name: "delta"; text: string }
  | { name: "done"; turnId: string; text?: string; outputId?: string; receipt?: shape.Receipt; usage?: shape.Usage; finishReason?: string }
  | { name: "error"; error: shape.ErrorBody };

export interface Question {
  text: string;
  model: string;
  parameters?: { replayable: boolean };
}

/** Asks, and yields what comes back. Aborting the signal is how a person stops the answer. */
export async function* answer(
  id: string,
  question: Question,
  signal: AbortSignal,
): AsyncGenerator<AnswerEvent> {
  const response = await send(`${conversation(id)}/turns`, { method: "POST", body: question, signal });
  if (!response.body) throw new Problem("unreadable", "", response.status);
  for await (const event of serverEvents(response.body)) {
    let data: object;
    try {
      data = JSON.parse(event.data) as object;
    } catch {
      throw new Problem("unreadable", "", response.status);
    }
    switch (event.name) {
      case "waiting":
      case "queued":
      case "started":
      case "reasoning":
      case "delta":
      case "done":
      case "error":
        yield { ...data, name: event.name } as AnswerEvent;
        break;
      default:
        // A newer service may tell more than this page knows.
        break;
    }
  }
}

const output = (id: string) => `/api/outputs/${encodeURIComponent(id)}`;
export const credential = (outputId: string) => json<shape.CredentialStory>(output(outputId));

export const replay = (outputId: string) =>
  json<shape.ReplayReport>(`${output(outputId)}/replay`, { method: "POST", body: {} });
export const tracePath = (outputId: string) => `${output(outputId)}/trace`;
export const trace = (outputId: string) => json<shape.TraceBody>(tracePath(outputId));

const model = (id: string) => `/api/models/${encodeURIComponent(id)}`;
export const modelPlan = async () => {
  const plan = await json<shape.ModelPlan>("/api/models/plan");
  return { ...plan, models: plan.models.map((line) => ({ ...line, name: line.name ?? line.id })) };
};
export const loadModel = (id: string, again: boolean) => send(`${model(id)}/load`, { method: "POST", body: { again } });
export const unloadModel = (id: string) => send(`${model(id)}/unload`, { method: "POST", body: {} });
export const changeModel = (id: string, change: { pinned?: boolean; idleMinutes?: number; draft?: string }) =>
  send(model(id), { method: "PATCH", body: change });
export const changeRules = (rules: shape.ModelRules) => send("/api/models", { method: "PATCH", body: rules });

export const apiKeys = async () => (await json<{ keys: shape.ApiKey[] }>("/api/keys")).keys;
export const createKey = (name: string, role: shape.Role) =>
  json<shape.CreatedKey>("/api/keys", { method: "POST", body: { name, role } });
export const revokeKey = (id: string) => send(`/api/keys/${encodeURIComponent(id)}`, { method: "DELETE" });

export const people = async () => (await json<{ people: shape.PersonLine[] }>("/api/people")).people;
export const createPerson = (name: string, password: string, roles: shape.Role[]) =>
  send("/api/people", { method: "POST", body: { name, password, roles } });
export const changePerson = (id: string, change: { roles?: shape.Role[]; disabled?: boolean; password?: string }) =>
  send(`/api/people/${encodeURIComponent(id)}`, { method: "PATCH", body: change });

export const status = () => json<shape.StatusBody>("/api/status");
export const checkpoint = () => json<shape.CheckpointBody>("/api/record/checkpoint");
export const sealCheck = () => json<shape.SealCheck>("/api/seal-check", { method: "POST", body: {} });
export const boundary = () => json<shape.Boundary>("/api/boundary");

export type DownloadForm = "txt" | "md" | "detached" | "proof";
export const downloadPath = (outputId: string, form: DownloadForm) => `${output(outputId)}/download/${form}`;
export const TRUST_PATH = "/api/trust";

/** Fetches a file and hands it to the browser, so that a refusal is shown and not saved as a file. */
export async function save(path: string): Promise<string> {
  const response = await send(path);
  const name = fileName(response.headers.get("Content-Disposition")) ?? path.slice(path.lastIndexOf("/") + 1);
  const address = URL.createObjectURL(await response.blob());
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser has its own hold on the bytes once the click was handled.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
  return name;
}

function fileName(disposition: string | null): string | undefined {
  const found = /filename="([^"\\/]+)"/.exec(disposition ?? "") ?? /filename=([^;"\\/\s]+)/.exec(disposition ?? "");
  return found?.[1];
}
