// Where the time of an answer went: a table with bars, and the trace as a file.
import { useEffect, useRef, useState } from "preact/hooks";
import { asProblem, type Problem } from "../api/http";
import * as service from "../api/service";
import { t } from "../strings";
import { ProblemBox } from "../ui/ProblemBox";
import { Table } from "../ui/Table";

interface Phase {
  name: string;
  at: number;
  ms: number;
}

export function Profile({ outputId }: { outputId: string }) {
  const [phases, setPhases] = useState<Phase[]>();
  const [problem, setProblem] = useState<Problem>();
  const section = useRef<HTMLElement>(null);
  // The button that had the focus is gone: the table takes it.
  useEffect(() => {
    if (phases) section.current?.querySelector<HTMLElement>(".table-frame")?.focus();
  }, [phases]);
  const guarded = async (work: () => Promise<void>) => {
    setProblem(undefined);
    try {
      await work();
    } catch (failure) {
      setProblem(asProblem(failure));
    }
  };
  const show = () => guarded(async () => setPhases(phasesOf((await service.trace(outputId)).traceEvents)));
  const save = () => guarded(async () => void (await service.save(service.tracePath(outputId))));
  const whole = Math.max(1e-6, ...(phases ?? []).map((phase) => phase.at + phase.ms));
  return (
    <section aria-labelledby="profile-title" ref={section}>
      <h3 id="profile-title">{t.profile.title}</h3>
      {problem && <ProblemBox problem={problem} />}
      {phases && (
        <Table label={t.profile.title} columns={t.profile.columns}>
          {phases.map((phase) => (
            <tr key={`${phase.name} ${phase.at}`}>
              <th scope="row">{phase.name}</th>
              <td class="whole">{t.profile.ms(phase.at)}</td>
              <td class="whole">{t.profile.ms(phase.ms)}</td>
              <td>
                <meter class="share" min={0} max={whole} value={phase.ms} aria-label={phase.name} />
              </td>
            </tr>
          ))}
        </Table>
      )}
      <p class="actions">
        {!phases && (
          <button type="button" onClick={() => void show()}>
            {t.profile.show}
          </button>
        )}
        <button type="button" onClick={() => void save()}>
          {t.profile.download}
        </button>
      </p>
    </section>
  );
}

/** One line for each phase; the tokens are one line, with their mean. */
function phasesOf(events: { name: string; ph: string; ts?: number; dur?: number }[]): Phase[] {
  const spans = events.filter((event) => event.ph === "X");
  const tokens = spans.filter((event) => /^token \d+$/.test(event.name));
  const phases = spans
    .filter((event) => !tokens.includes(event))
    .map((event) => ({ name: event.name, at: (event.ts ?? 0) / 1000, ms: (event.dur ?? 0) / 1000 }));
  if (tokens.length > 0) {
    const sum = tokens.reduce((total, token) => total + (token.dur ?? 0), 0);
    phases.push({ name: t.profile.tokens(tokens.length), at: (tokens[0]!.ts ?? 0) / 1000, ms: sum / tokens.length / 1000 });
  }
  return phases.sort((one, other) => one.at - other.at);
}
