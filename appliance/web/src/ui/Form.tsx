// A form that does one act: shows what is wrong once somebody has tried, does the act once at a time,
// and shows why it was refused.
import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { asProblem, type Problem } from "../api/http";
import { toFirstWrong } from "./Field";
import { ProblemBox } from "./ProblemBox";

interface Props {
  title?: string;
  submit: string;
  /** Whether anything is filled in wrongly at this moment. */
  wrong: boolean;
  act: () => Promise<void>;
  /** Further buttons. */
  beside?: ComponentChildren;
  /** The fields; they show what is wrong with them only when `tried`. */
  children: (tried: boolean) => ComponentChildren;
}

export function Form({ title, submit, wrong, act, beside, children }: Props) {
  const [tried, setTried] = useState(false);
  // Not a state: a second click can come before the next drawing.
  const busy = useRef(false);
  const [problem, setProblem] = useState<Problem>();
  const go = async (form: HTMLFormElement) => {
    setTried(true);
    if (wrong) return toFirstWrong(form);
    busy.current = true;
    setProblem(undefined);
    try {
      await act();
      setTried(false);
    } catch (failure) {
      setProblem(asProblem(failure));
    } finally {
      busy.current = false;
    }
  };
  return (
    <form
      class={title === undefined ? "stack" : "card stack"}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy.current) void go(event.currentTarget);
      }}
    >
      {title !== undefined && <h2>{title}</h2>}
      {problem && <ProblemBox problem={problem} />}
      {children(tried)}
      <p class="actions">
        <button type="submit" class="primary">
          {submit}
        </button>
        {beside}
      </p>
    </form>
  );
}
