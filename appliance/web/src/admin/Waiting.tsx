// What stands where something is being fetched, or could not be.
import { t } from "../strings";
import { ProblemBox } from "../ui/ProblemBox";
import type { Fetched } from "./fetched";

export function Waiting({ of }: { of: Fetched<unknown> }) {
  if (of.problem) {
    return (
      <ProblemBox problem={of.problem}>
        <button type="button" onClick={of.refresh}>
          {t.tryAgain}
        </button>
      </ProblemBox>
    );
  }
  return of.value === undefined ? <p class="loading">{t.loading}</p> : null;
}
