// The field for the next question, the choice of the model, and the button that asks or stops.
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Model } from "../api/shapes";
import type { Conversation } from "../state/conversation";
import { choose, chosen, isReady, mayAsk, models } from "../state/models";
import { t } from "../strings";
import { Send, Stop } from "../ui/icons";
import { ProblemBox } from "../ui/ProblemBox";
import { AnswerSettings } from "./AnswerSettings";

const ROWS_MAX = 10;

export function Composer({ conversation }: { conversation: Conversation }) {
  const field = useRef<HTMLTextAreaElement>(null);
  const draft = conversation.draft.value;
  const live = conversation.live.value;
  const refusal = conversation.refusal.value;
  const ready = chosen.value !== undefined;
  const gone = conversation.loading.value === "missing";

  useLayoutEffect(() => grow(field.current!), [draft, conversation]);
  useLayoutEffect(() => {
    const focused = document.activeElement;
    if (focused === null || focused === document.body || focused.id === "ask-button") field.current!.focus();
  }, [conversation, live === undefined]);

  const ask = () => {
    if (!live) void conversation.ask();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.altKey || event.isComposing) return;
    event.preventDefault();
    ask();
  };

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        ask();
      }}
    >
      {refusal && <ProblemBox problem={refusal} />}
      <div class="composer-box">
        <label for="question" class="hidden">
          {t.ask.field}
        </label>
        <textarea
          id="question"
          ref={field}
          rows={1}
          dir="auto"
          value={draft}
          placeholder={t.ask.placeholder}
          aria-describedby="question-hint"
          onInput={(event) => (conversation.draft.value = event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        <div class="composer-bar">
          <ModelChoice />
          {live ? (
            <button
              type="button"
              id="stop-button"
              class="stop"
              disabled={live.phase.value.name === "stopping"}
              onClick={() => {
                live.stop();
                field.current!.focus();
              }}
            >
              <Stop />
              {live.phase.value.name === "stopping" ? t.ask.stopping : t.ask.stop}
            </button>
          ) : (
            <button type="submit" id="ask-button" class="primary" disabled={!ready || gone || draft.trim() === ""}>
              <Send />
              {t.ask.send}
            </button>
          )}
        </div>
      </div>
      <AnswerSettings />
      <p class="composer-hint" id="question-hint">
        <span class="keys">{t.ask.hint} </span>
        {t.ask.caution}
      </p>
    </form>
  );
}

function ModelChoice() {
  const all = models.value ?? [];
  const model = chosen.value;
  return (
    <span class="model-choice">
      <label for="model">{t.ask.model}</label>
      <select id="model" disabled={all.length === 0} onChange={(event) => choose(event.currentTarget.value)}>
        {all.length === 0 && <option>{t.ask.noModel}</option>}
        {all.map((option) => (
          <option key={option.id} value={option.id} disabled={!mayAsk(option)} selected={option.id === model?.id}>
            {isReady(option) ? option.name : t.ask.modelNotReady(option.name, t.models.states[option.state] ?? option.state)}
          </option>
        ))}
      </select>
      {model && <span class="hint model-note">{about(model)}</span>}
    </span>
  );
}

function about(model: Model): string {
  const context = model.contextTokens ? t.ask.modelContext(model.contextTokens) : "";
  return [model.quantisation, context].filter(Boolean).join(", ");
}

/** As tall as what is typed, up to a limit. */
function grow(field: HTMLTextAreaElement): void {
  field.rows = 1;
  const style = getComputedStyle(field);
  const text = field.scrollHeight - parseFloat(style.paddingBlockStart) - parseFloat(style.paddingBlockEnd);
  const needed = Math.round(text / parseFloat(style.lineHeight));
  field.rows = Math.max(1, Math.min(ROWS_MAX, needed));
}
