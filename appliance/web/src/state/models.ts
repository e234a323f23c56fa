// The models that may be asked, and the one that is chosen for the next question.
import { computed, signal } from "@preact/signals";
import * as service from "../api/service";
import type { Model } from "../api/shapes";

export const models = signal<Model[] | undefined>(undefined);
const wanted = signal<string | undefined>(undefined);

export function isReady(model: Model): boolean {
  return model.state === "ready";
}

/** The wanted model while it is ready, else the first that is. */
export const chosen = computed<Model | undefined>(() => {
  const ready = (models.value ?? []).filter(isReady);
  return ready.find((model) => model.id === wanted.value) ?? ready[0];
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
