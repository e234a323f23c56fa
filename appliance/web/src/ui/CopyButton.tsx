// Copies a text, and says so for a moment.
import { useEffect, useState } from "preact/hooks";
import { announce } from "../state/announce";
import { t } from "../strings";
import { Check, Copy } from "./icons";

const SAID_FOR_MS = 2000;

export function CopyButton({ text, label, iconOnly }: { text: string; label: string; iconOnly?: boolean }) {
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return undefined;
    const timer = setTimeout(() => setDone(false), SAID_FOR_MS);
    return () => clearTimeout(timer);
  }, [done]);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setDone(true);
    announce(t.copied);
  };
  return (
    <button
      type="button"
      class={iconOnly ? "quiet icon-only small" : "quiet small"}
      {...(iconOnly ? { "aria-label": label, title: label } : {})}
      onClick={() => void copy()}
    >
      {done ? <Check /> : <Copy />}
      {!iconOnly && <span>{done ? t.copied : label}</span>}
    </button>
  );
}
