// Asks before something that cannot be undone. The way back has the focus.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { asProblem, type Problem } from "../api/http";
import { closeDialog } from "../state/dialog";
import { t } from "../strings";
import { Dialog } from "./Dialog";
import { ProblemBox } from "./ProblemBox";

interface Props {
  id: string;
  title: string;
  submit: string;
  act: () => Promise<void>;
  children: ComponentChildren;
}

export function Confirm({ id, title, submit, act, children }: Props) {
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const go = async () => {
    setBusy(true);
    try {
      await act();
      closeDialog();
    } catch (failure) {
      setProblem(asProblem(failure));
      setBusy(false);
    }
  };
  return (
    <Dialog id={id} title={title} onClose={closeDialog}>
      {problem && <ProblemBox problem={problem} />}
      {children}
      <p class="actions">
        <button type="button" class="danger" disabled={busy} onClick={() => void go()}>
          {submit}
        </button>
        <button type="button" autofocus onClick={closeDialog}>
          {t.cancel}
        </button>
      </p>
    </Dialog>
  );
}
