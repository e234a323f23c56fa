// A labelled field with its hint and its error, tied together for assistive technology.
import { useState } from "preact/hooks";
import { t } from "../strings";

interface Props {
  id: string;
  label: string;
  value: string;
  onValue: (value: string) => void;
  type?: "text" | "password" | "search";
  hint?: string;
  error?: string | undefined;
  autocomplete?: string;
  autofocus?: boolean;
}

export function Field({ id, label, value, onValue, type = "text", hint, error, autocomplete, autofocus }: Props) {
  const [shown, setShown] = useState(false);
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div class={error ? "field wrong" : "field"}>
      <label for={id}>{label}</label>
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p class="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
      <input
        id={id}
        name={id}
        type={(type === "password" && shown ? "text" : type) as "text"}
        value={value}
        onInput={(event) => onValue(event.currentTarget.value)}
        autocomplete={autocomplete ?? "off"}
        autocapitalize="none"
        spellcheck={false}
        autofocus={autofocus ?? false}
        aria-invalid={error ? "true" : undefined}
        {...(described ? { "aria-describedby": described } : {})}
      />
      {type === "password" && (
        <label class="check small">
          <input type="checkbox" checked={shown} onChange={(event) => setShown(event.currentTarget.checked)} />
          <span>{t.signIn.show}</span>
        </label>
      )}
    </div>
  );
}

/** Moves to the first field that is wrong, once it is drawn. */
export function toFirstWrong(form: HTMLFormElement): void {
  requestAnimationFrame(() => form.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
}
