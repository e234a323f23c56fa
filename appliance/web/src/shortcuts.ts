// The keyboard shortcuts of the help dialog. All need Alt, so that none fires while somebody types
// or speaks (WCAG 2.1.4), and none is one that browsers keep for themselves.
import { dialog } from "./state/dialog";
import { current } from "./state/open";
import { ASK_HREF, go } from "./state/route";
import { ended } from "./state/session";

const focus = (id: string) => document.getElementById(id)?.focus();

const ACTIONS: Record<string, () => void> = {
  KeyJ: () => focus("question"),
  KeyN: () => {
    go(ASK_HREF);
    requestAnimationFrame(() => focus("question"));
  },
  KeyL: () => {
    const list = document.getElementById("conversations");
    if (list?.checkVisibility()) list.querySelector<HTMLElement>("a, button, input")?.focus();
    else dialog.value = { name: "conversations" };
  },
  KeyM: () => focus("model"),
  KeyK: () => (dialog.value = { name: "help" }),
};

export function listenForShortcuts(): () => void {
  const onKey = (event: KeyboardEvent) => {
    if (ended.value || dialog.value !== undefined) return;
    if (event.key === "Escape" && !event.isComposing && !document.querySelector("[popover]:popover-open")) {
      current.value?.live.value?.stop();
      return;
    }
    const action = ACTIONS[event.code];
    if (action === undefined || !event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    action();
  };
  addEventListener("keydown", onKey);
  return () => removeEventListener("keydown", onKey);
}
