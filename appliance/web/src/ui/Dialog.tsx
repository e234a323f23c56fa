// A modal dialog: the browser's own, which keeps the focus inside, closes on Escape and gives the
// focus back to where it came from.
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../strings";
import { Close } from "./icons";

interface Props {
  id: string;
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  /** Cannot be left without an answer. */
  firm?: boolean;
  wide?: boolean;
  side?: boolean;
}

export function Dialog({ id, title, onClose, children, firm, wide, side }: Props) {
  const element = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const dialog = element.current!;
    dialog.showModal();
    return () => dialog.close();
  }, []);
  const kind = side ? "dialog side" : wide ? "dialog wide" : "dialog";
  return (
    <dialog
      ref={element}
      class={kind}
      aria-labelledby={`${id}-title`}
      onCancel={(event) => {
        event.preventDefault();
        if (!firm) onClose();
      }}
      onClick={(event) => {
        if (!firm && event.target === element.current) onClose();
      }}
    >
      <div class="dialog-frame">
        <header class="dialog-head">
          <h2 id={`${id}-title`} tabIndex={-1}>
            {title}
          </h2>
          {!firm && (
            <button type="button" class="quiet icon-only" aria-label={t.close} onClick={onClose}>
              <Close />
            </button>
          )}
        </header>
        <div class="dialog-body">{children}</div>
      </div>
    </dialog>
  );
}
