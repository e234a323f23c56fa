// The check of the seal, and the boundary statement that is made from it.
import { useState } from "preact/hooks";
import { WholeAnswer } from "../answer/AnswerText";
import { asProblem, type Problem } from "../api/http";
import * as service from "../api/service";
import type { SealCheck, SealResult } from "../api/shapes";
import { announce } from "../state/announce";
import { t, time } from "../strings";
import { ProblemBox } from "../ui/ProblemBox";
import { Table } from "../ui/Table";
import { SealInvalid, SealUnknown, SealValid } from "../ui/icons";
import { useFetched } from "./fetched";
import { Waiting } from "./Waiting";

type Outcome = keyof typeof t.seal.outcomes;

export function SealPage() {
  const boundary = useFetched(service.boundary);
  const [checked, setChecked] = useState<SealCheck>();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const check = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      const result = await service.sealCheck();
      setChecked(result);
      announce(verdict(result).title);
      boundary.refresh();
    } catch (failure) {
      setProblem(asProblem(failure));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <p class="lead">{t.seal.lead}</p>
      <p class="actions">
        <button type="button" class="primary" disabled={busy} onClick={() => void check()}>
          {busy ? t.seal.checking : t.seal.check}
        </button>
      </p>
      {problem && <ProblemBox problem={problem} />}
      {checked && <Result checked={checked} />}
      <section aria-labelledby="boundary-title" class="card">
        <h2 id="boundary-title">{t.seal.boundary}</h2>
        <p class="hint">
          {t.seal.boundaryLead} {boundary.value?.generatedAt && t.seal.generated(time(boundary.value.generatedAt))}
        </p>
        <Waiting of={boundary} />
        {boundary.value && <WholeAnswer text={boundary.value.text} />}
      </section>
    </>
  );
}

/** Anything but these words counts as open: an unknown word is no reason to be calm. */
function outcomeOf(result: SealResult): Outcome {
  const word = result.outcome.toLocaleLowerCase();
  return word === "blocked" || word === "allowed" || word === "untested" ? word : "open";
}

function verdict(checked: SealCheck) {
  const count = (outcome: Outcome) => checked.results.filter((result) => outcomeOf(result) === outcome).length;
  const open = count("open");
  const untested = count("untested");
  if (open > 0) return { kind: "invalid", title: t.seal.broken, text: t.seal.brokenWhat(open), Icon: SealInvalid };
  if (untested > 0 || checked.results.length === 0) {
    return { kind: "unknown_signer", title: t.seal.partly, text: t.seal.partlyWhat(untested), Icon: SealUnknown };
  }
  return { kind: "valid", title: t.seal.holds, text: t.seal.holdsWhat(count("blocked"), count("allowed")), Icon: SealValid };
}

const TONES: Record<Outcome, string> = { blocked: "ok", allowed: "", open: "bad", untested: "warn" };

function Result({ checked }: { checked: SealCheck }) {
  const { kind, title, text, Icon } = verdict(checked);
  return (
    <section aria-label={title}>
      <div class={`verdict ${kind}`} role="status">
        <Icon />
        <div>
          <p class="verdict-title">{title}</p>
          <p>{text}</p>
          <p class="hint">
            {checked.checkedAt && t.admin.asOf(time(checked.checkedAt))}
            {checked.entry !== undefined && ` · ${t.seal.entry(checked.entry)}`}
          </p>
        </div>
      </div>
      <Table label={title} columns={t.seal.columns}>
        {checked.results.map((result, index) => (
          <tr key={index}>
            <td>{result.process}</td>
            <th scope="row">{result.name}</th>
            <td>
              <span class={`tag ${TONES[outcomeOf(result)]}`}>{t.seal.outcomes[outcomeOf(result)]}</span>
            </td>
            <td class="whole">{result.layer}</td>
            <td>{[result.attempted, result.detail].filter(Boolean).join(": ")}</td>
          </tr>
        ))}
      </Table>
    </section>
  );
}
