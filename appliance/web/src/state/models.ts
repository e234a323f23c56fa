// The models that may be asked, and the one that is chosen for the next question.
import { computed, signal } from "@preact/signals";
import * as service from "../api/service";
import type { Model } from "../api/shapes";

export const models = signal<Model[] | undefined>(undefined);
const wanted = signal<string | undefined>(undefined);

export function isReady(model: Model): boolean {
  return model.state === "ready";
}

/** Whether a question for it can be sent: it is loaded, or the question has it loaded. */
export function mayAsk(model: Model): boolean {
  return isReady(model) || model.state === "unloaded" || (model.state === "loading" && model.standard === false);
}

/** The wanted model while it may be asked, else the first that is ready. */
export const chosen = computed<Model | undefined>(() => {
  const all = models.value ?? [];
  return all.find((model) => model.id === wanted.value && mayAsk(model)) ?? all.find(isReady);
});

export function choose(id: string): void {
  wanted.value = id;
}

export async function loadModels(): Promise<void> {
  models.value = await service.models();
}

export function forgetModels(): void {
  models.value = undefined;
  wanted.value = undefined;
}

export function modelName(id: string | undefined): string | undefined {
  return models.value?.find((model) => model.id === id)?.name ?? id;
}
