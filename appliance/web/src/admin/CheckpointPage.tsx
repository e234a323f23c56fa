// The last checkpoint as one sheet of paper: its three lines, and the same as a QR code.
import { useState } from "preact/hooks";
import * as service from "../api/service";
import type { CheckpointBody } from "../api/shapes";
import { adminHref } from "../state/route";
import { site } from "../state/session";
import { exactTime, number, t } from "../strings";
import { useFetched } from "./fetched";
import { Waiting } from "./Waiting";

export function CheckpointPage() {
  const checkpoint = useFetched(service.checkpoint);
  return (
    <>
      <p class="lead">{t.checkpoint.lead}</p>
      <Waiting of={checkpoint} />
      {checkpoint.value && <Sheet of={checkpoint.value} />}
    </>
  );
}

function Sheet({ of }: { of: CheckpointBody }) {
  const [since] = useState(() => new Date().toISOString());
  const size = number(of.size);
  return (
    <>
      <p class="actions">
        <button type="button" class="primary" onClick={() => window.print()}>
          {t.checkpoint.print}
        </button>
        <a class="button" href={adminHref("status")}>
          {t.checkpoint.back}
        </a>
      </p>
      <section class="sheet card" aria-labelledby="sheet-title">
        <h2 id="sheet-title">{t.checkpoint.of(site.value.name, size)}</h2>
        <Code side={of.code.side} path={of.code.path} label={t.checkpoint.picture(size)} />
        <pre role="region" aria-label={t.checkpoint.lines}>
          {of.text}
        </pre>
        <p class="hint">
          {t.checkpoint.taken(exactTime(since))} {t.checkpoint.compare}
        </p>
      </section>
    </>
  );
}

/** Drawn here, black on white in every theme: a camera reads nothing else, and the policy lets no picture be loaded. */
function Code({ side, path, label }: { side: number; path: string; label: string }) {
  return (
    <svg class="code" viewBox={`0 0 ${side} ${side}`} shape-rendering="crispEdges" role="img" aria-label={label}>
      <path class="light" d={`M0 0h${side}v${side}H0z`} />
      <path class="dark" d={path} />
    </svg>
  );
}
