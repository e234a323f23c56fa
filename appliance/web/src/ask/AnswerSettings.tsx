// How the next answer is to be made. Folded away, but what is on is said where it is folded.
import { replayable } from "../state/settings";
import { t } from "../strings";

export function AnswerSettings() {
  return (
    <details class="answer-settings">
      <summary>{replayable.value ? t.ask.settings.on(t.ask.replayable) : t.ask.settings.title}</summary>
      <label class="check small">
        <input
          type="checkbox"
          id="replayable"
          checked={replayable.value}
          aria-describedby="replayable-cost"
          onChange={(event) => (replayable.value = event.currentTarget.checked)}
          // In a form it would send the question.
          onKeyDown={(event) => event.key === "Enter" && event.preventDefault()}
        />
        <span>{t.ask.settings.replayable}</span>
      </label>
      <p class="hint" id="replayable-cost">
        {t.ask.settings.cost}
      </p>
    </details>
  );
}
