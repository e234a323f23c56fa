// Whether the answer comes out the same once more: for compliance and administrators. The service
// checks the role again.
import { useState } from "preact/hooks";
import { asProblem, type Problem } from "../api/http";
import * as service from "../api/service";
import type { ReplayReport } from "../api/shapes";
import { announce } from "../state/announce";
import { has } from "../state/session";
import { t } from "../strings";
import { ProblemBox } from "../ui/ProblemBox";

export function Replay({ outputId }: { outputId: string }) {
  const [running, setRunning] = useState(false);
  const [report, setReport] = useState<ReplayReport>();
  const [problem, setProblem] = useState<Problem>();
  if (!has("compliance") && !has("administrator")) return null;
  const go = async () => {
    setRunning(true);
    setProblem(undefined);
    try {
      const told = await service.replay(outputId);
      setReport(told);
      announce(t.replay.verdicts[told.verdict] ?? told.verdict);
    } catch (failure) {
      setProblem(asProblem(failure));
    } finally {
      setRunning(false);
    }
  };
  return (
    <section aria-labelledby="replay-title">
      <h3 id="replay-title">{t.replay.title}</h3>
      <p>{t.replay.lead}</p>
      {problem && <ProblemBox problem={problem} />}
      {report && (
        <div role="status">
          <p>
            <strong>{t.replay.verdicts[report.verdict] ?? report.verdict}</strong>
            {report.difference && `: ${report.difference}`}
          </p>
          {report.verdict === "different" && <p>{t.replay.different}</p>}
          <p>{t.replay.entry(report.entry)}</p>
        </div>
      )}
      <p class="actions">
        <button type="button" aria-disabled={running} onClick={() => void (running || go())}>
          {running ? t.replay.running : t.replay.submit}
        </button>
      </p>
    </section>
  );
}
