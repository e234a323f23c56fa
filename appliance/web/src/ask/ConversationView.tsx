// One conversation: its turns, the answer that is being made, and the field for the next question.
import { Fragment } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Turn } from "../api/shapes";
import type { Conversation } from "../state/conversation";
import { dialog } from "../state/dialog";
import { modelName } from "../state/models";
import { t } from "../strings";
import { Down, List } from "../ui/icons";
import { ProblemBox } from "../ui/ProblemBox";
import { Composer } from "./Composer";
import { EmptyDesk } from "./EmptyDesk";
import { LiveAnswer } from "./LiveAnswer";
import { AnswerTurn, QuestionTurn, Unanswered } from "./turns";

/** Nearer to the end than this counts as being at the end. */
const END_PX = 80;

export function ConversationView({ conversation }: { conversation: Conversation }) {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const wasAt = useRef(0);
  const [away, setAway] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  const live = conversation.live.value;
  const title = conversation.title.value;

  const follow = () => {
    const box = scroller.current;
    if (!box || !atEnd.current) return;
    box.scrollTop = box.scrollHeight;
    wasAt.current = box.scrollTop;
  };
  const toEnd = () => {
    atEnd.current = true;
    follow();
  };
  useEffect(() => {
    document.title = `${title} – ${t.product}`;
  }, [title]);
  // Arriving from elsewhere: the end is where one goes on, and the heading says where one is.
  useLayoutEffect(() => {
    toEnd();
    if (document.activeElement === document.body) heading.current?.focus({ preventScroll: true });
  }, [conversation]);
  useEffect(() => {
    if (live) toEnd();
  }, [live]);
  // Whatever grows (an answer, a pin that has been checked, the field below), the end stays in view while one is there.
  useLayoutEffect(() => {
    const watcher = new ResizeObserver(follow);
    watcher.observe(content.current!);
    watcher.observe(scroller.current!);
    return () => watcher.disconnect();
  }, []);

  const onScroll = () => {
    const box = scroller.current!;
    const near = box.scrollHeight - box.scrollTop - box.clientHeight < END_PX;
    // Only who goes back leaves the end: by the time that this is told, more may have come below it.
    atEnd.current = near || (atEnd.current && box.scrollTop >= wasAt.current);
    wasAt.current = box.scrollTop;
    setAway(!atEnd.current);
  };

  return (
    <main class="conversation" id="main" tabIndex={-1}>
      <div class="conversation-head">
        <button type="button" class="quiet small only-narrow" onClick={() => (dialog.value = { name: "conversations" })}>
          <List />
          {t.conversations.open}
        </button>
        <h1 ref={heading} tabIndex={-1} dir="auto">
          {title}
        </h1>
      </div>
      <div class="transcript" ref={scroller} onScroll={onScroll} role="region" aria-label={t.ask.transcript} tabIndex={0}>
        <div class="content" ref={content}>
          <Body conversation={conversation} />
        </div>
      </div>
      <div class="foot">
        {away && (
          <button type="button" class="newest small" onClick={toEnd}>
            <Down />
            {t.ask.newest}
          </button>
        )}
        <Composer conversation={conversation} />
      </div>
    </main>
  );
}

function Body({ conversation }: { conversation: Conversation }) {
  const loading = conversation.loading.value;
  const turns = conversation.turns.value;
  const live = conversation.live.value;
  if (loading === "loading") return <p class="loading">{t.loading}</p>;
  if (loading === "missing") {
    return (
      <div class="column notice">
        <h2>{t.ask.notFound}</h2>
        <p>{t.ask.notFoundWhatNow}</p>
      </div>
    );
  }
  if (typeof loading === "object" && turns.length === 0) {
    return (
      <div class="column">
        <ProblemBox problem={loading}>
          <button type="button" onClick={() => void conversation.load()}>
            {t.tryAgain}
          </button>
        </ProblemBox>
      </div>
    );
  }
  if (turns.length === 0 && live === undefined) return <EmptyDesk />;
  return (
    <div class="column turns">
      {turns.map((turn, index) => {
        const number = questionsIn(turns.slice(0, index + 1));
        if (turn.role === "assistant") {
          return <AnswerTurn key={turn.id} turn={turn} number={number} question={turns[index - 1]?.text} conversation={conversation} />;
        }
        const unanswered = turns[index + 1]?.role !== "assistant";
        return (
          <Fragment key={turn.id}>
            <QuestionTurn text={turn.text} number={number} />
            {unanswered && <Unanswered question={turn.text} conversation={conversation} />}
          </Fragment>
        );
      })}
      {live && (
        <>
          <QuestionTurn text={live.question} number={questionsIn(turns) + 1} />
          <LiveAnswer live={live} number={questionsIn(turns) + 1} model={modelName(live.model)} />
        </>
      )}
    </div>
  );
}

const questionsIn = (turns: readonly Turn[]) => turns.filter((turn) => turn.role === "user").length;
