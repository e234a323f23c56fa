// The text of an answer: of one that grows, and of one that is complete.
import type { ReadonlySignal } from "@preact/signals";
import { effect } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { GrowingText, renderWhole } from "./blocks";

export function WholeAnswer({ text }: { text: string }) {
  const target = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => renderWhole(target.current!, text), [text]);
  return <div class="prose" dir="auto" ref={target} />;
}

export function GrowingAnswer({ text }: { text: ReadonlySignal<string> }) {
  const target = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const growing = new GrowingText(target.current!);
    // Past the component tree: an update touches the last block, and renders nothing else.
    return effect(() => growing.update(text.value));
  }, [text]);
  return <div class="prose growing" dir="auto" ref={target} />;
}
