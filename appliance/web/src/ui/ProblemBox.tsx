// What went wrong: what happened, and what to do about it.
import type { ComponentChildren } from "preact";
import type { Problem } from "../api/http";
import { t } from "../strings";
import { Warning } from "./icons";

export function ProblemBox({ problem, children }: { problem: Problem; children?: ComponentChildren }) {
  const { what, todo } = t.problem(problem);
  return (
    <div class="problem" role="alert">
      <Warning />
      <div>
        <p class="problem-what">
          <span class="hidden">{t.problemTitle}: </span>
          {what}
        </p>
        {todo && <p>{todo}</p>}
        {children && <p class="actions">{children}</p>}
      </div>
    </div>
  );
}
