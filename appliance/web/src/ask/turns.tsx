// A question and an answer that are complete.
import { WholeAnswer } from "../answer/AnswerText";
import { pieces } from "../answer/plain";
import { Problem } from "../api/http";
import type { Turn } from "../api/shapes";
import { NoPin, Pin } from "../credential/Pin";
import type { Conversation } from "../state/conversation";
import { modelName } from "../state/models";
import { t, time } from "../strings";
import { CopyButton } from "../ui/CopyButton";
import { ProblemBox } from "../ui/ProblemBox";

export function QuestionTurn({ text, number }: { text: string; number: number }) {
  return (
    <section class="turn question" aria-label={t.ask.question(number)}>
      <h2 class="hidden">{t.ask.question(number)}</h2>
      {pieces(text).map((piece, index) => (
        <p dir="auto" key={index}>
          {piece}
        </p>
      ))}
    </section>
  );
}

/** A question that the service keeps without an answer: it was stopped early, or something failed. */
export function Unanswered({ question, conversation }: { question: string; conversation: Conversation }) {
  return (
    <p class="unanswered">
      {t.ask.unanswered}{" "}
      <button type="button" class="link" disabled={conversation.live.value !== undefined} onClick={() => conversation.askAgain(question)}>
        {t.ask.askAgain}
      </button>
    </p>
  );
}

interface AnswerProps {
  turn: Turn;
  number: number;
  question: string | undefined;
  conversation: Conversation;
}

export function AnswerTurn({ turn, number, question, conversation }: AnswerProps) {
  const problem = problemOf(turn);
  const outputId = turn.outputId ?? turn.receipt?.output_id;
  return (
    <section class="turn answer" aria-label={t.ask.answer(number)}>
      <header class="answer-head">
        <h2 class="hidden">{t.ask.answer(number)}</h2>
        <span class="answer-model">{modelName(turn.model)}</span>
        {turn.replayable && <span>{t.ask.replayable}</span>}
        {turn.createdAt && <time dateTime={turn.createdAt}>{time(turn.createdAt)}</time>}
      </header>
      {turn.text !== "" && <WholeAnswer text={turn.text} />}
      {turn.text === "" && !problem && <p class="hint">{t.ask.empty}</p>}
      <Ending reason={problem ? (turn.text === "" ? undefined : "failed") : turn.finishReason} />
      {problem && (
        <ProblemBox problem={problem}>
          {problem.code === "cut_off" || problem.code === "unreachable" ? (
            <button type="button" onClick={() => void conversation.load()}>
              {t.admin.refresh}
            </button>
          ) : (
            question !== undefined && (
              <button type="button" onClick={() => conversation.askAgain(question)}>
                {t.ask.askAgain}
              </button>
            )
          )}
        </ProblemBox>
      )}
      <footer class="answer-foot">
        {outputId === undefined ? (
          <NoPin />
        ) : (
          <Pin outputId={outputId} number={number} />
        )}
        {turn.text !== "" && <CopyButton text={turn.text} label={t.ask.copyAnswer} />}
      </footer>
    </section>
  );
}

function Ending({ reason }: { reason: string | undefined }) {
  const text = t.ask.finish[reason as keyof typeof t.ask.finish];
  return text === undefined ? null : <p class="ending">{text}</p>;
}

function problemOf({ error }: Turn): Problem | undefined {
  if (error === undefined || error === null) return undefined;
  if (typeof error === "string") return new Problem("internal", error, 500);
  return new Problem(error.code ?? "internal", error.message ?? "", 500);
}
