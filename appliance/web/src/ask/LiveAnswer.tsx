// An answer while it is being made.
import { GrowingAnswer } from "../answer/AnswerText";
import { SealingPin } from "../credential/Pin";
import type { Live, Phase } from "../state/live";
import { t } from "../strings";

interface Props {
  live: Live;
  number: number;
  model: string | undefined;
}

export function LiveAnswer({ live, number, model }: Props) {
  const phase = live.phase.value;
  const speaking = phase.name === "answering" || phase.name === "stopping";
  return (
    <section class="turn answer live" aria-label={t.ask.answer(number)} aria-busy="true">
      <header class="answer-head">
        <h2 class="hidden">{t.ask.answer(number)}</h2>
        <span class="answer-model">{model}</span>
        {live.replayable && <span>{t.ask.replayable}</span>}
      </header>
      {phase.name !== "answering" && (
        <p class="phase">
          <span class="pulse" aria-hidden="true" />
          {phaseText(phase)}
        </p>
      )}
      {speaking && <GrowingAnswer text={live.text} />}
      <footer class="answer-foot">
        <SealingPin />
      </footer>
    </section>
  );
}

function phaseText(phase: Phase): string {
  switch (phase.name) {
    case "sending":
      return t.ask.phase.sending;
    case "loading":
      return phase.sentence;
    case "queued":
      return t.ask.phase.queued(phase.position, phase.expectedMs);
    case "reading":
      return phase.tokens === undefined ? t.ask.phase.reading : t.ask.phase.readingTokens(phase.tokens);
    case "thinking":
      return t.ask.phase.thinking;
    case "answering":
      return t.ask.phase.answering;
    case "stopping":
      return t.ask.phase.stopping;
  }
}
