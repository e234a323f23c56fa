// Earlier conversations, newest first, by day.
import { useState } from "preact/hooks";
import type { ConversationLine } from "../api/shapes";
import { listProblem, lines, loadConversations } from "../state/conversations";
import { closeDialog, dialog } from "../state/dialog";
import { current } from "../state/open";
import { ASK_HREF, conversationHref } from "../state/route";
import { t } from "../strings";
import { Field } from "../ui/Field";
import { Bin, Pencil, Plus } from "../ui/icons";
import { ProblemBox } from "../ui/ProblemBox";

const FILTER_FROM = 8;
const DAY_MS = 24 * 60 * 60 * 1000;

export function ConversationList({ inDialog }: { inDialog?: boolean }) {
  const [words, setWords] = useState("");
  const all = lines.value;
  const shown = (all ?? []).filter((line) => matches(line, words));
  const here = current.value?.id.value;
  const leave = inDialog ? closeDialog : undefined;
  return (
    <nav class="conversations" aria-label={t.conversations.title}>
      <a class="button fresh" href={ASK_HREF} aria-current={here === undefined ? "page" : undefined} onClick={leave}>
        <Plus />
        {t.conversations.fresh}
      </a>
      {listProblem.value && (
        <ProblemBox problem={listProblem.value}>
          <button type="button" class="small" onClick={() => void loadConversations()}>
            {t.tryAgain}
          </button>
        </ProblemBox>
      )}
      {(all?.length ?? 0) >= FILTER_FROM && (
        <Field id={inDialog ? "filter-dialog" : "filter"} label={t.conversations.filter} type="search" value={words} onValue={setWords} />
      )}
      {all?.length === 0 && <p class="hint">{t.conversations.none}</p>}
      {words !== "" && shown.length === 0 && <p class="hint">{t.conversations.noMatch}</p>}
      {byAge(shown).map(([title, group]) => (
        <section key={title}>
          <h2>{title}</h2>
          <ul>
            {group.map((line) => (
              <Line key={line.id} line={line} here={line.id === here} onLeave={leave} />
            ))}
          </ul>
        </section>
      ))}
    </nav>
  );
}

function Line({ line, here, onLeave }: { line: ConversationLine; here: boolean; onLeave: (() => void) | undefined }) {
  const title = line.title || t.conversations.untitled;
  return (
    <li class={here ? "here" : undefined}>
      <a href={conversationHref(line.id)} aria-current={here ? "page" : undefined} dir="auto" title={title} onClick={onLeave}>
        {title}
      </a>
      <span class="line-acts">
        <button
          type="button"
          class="quiet icon-only small"
          aria-label={`${t.conversations.rename}: ${title}`}
          title={t.conversations.rename}
          onClick={() => (dialog.value = { name: "rename", line })}
        >
          <Pencil />
        </button>
        <button
          type="button"
          class="quiet icon-only small"
          aria-label={`${t.conversations.erase}: ${title}`}
          title={t.conversations.erase}
          onClick={() => (dialog.value = { name: "erase", line })}
        >
          <Bin />
        </button>
      </span>
    </li>
  );
}

function matches(line: ConversationLine, words: string): boolean {
  const title = line.title.toLocaleLowerCase();
  return words.toLocaleLowerCase().split(/\s+/).every((word) => title.includes(word));
}

function byAge(shown: ConversationLine[]): [string, ConversationLine[]][] {
  const midnight = new Date().setHours(0, 0, 0, 0);
  const groups: [string, ConversationLine[]][] = [
    [t.conversations.today, []],
    [t.conversations.yesterday, []],
    [t.conversations.week, []],
    [t.conversations.older, []],
  ];
  for (const line of shown) {
    const then = Date.parse(line.updatedAt);
    const group = then >= midnight ? 0 : then >= midnight - DAY_MS ? 1 : then >= midnight - 7 * DAY_MS ? 2 : 3;
    groups[group]![1].push(line);
  }
  return groups.filter(([, group]) => group.length > 0);
}
