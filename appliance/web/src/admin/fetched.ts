// Something that a page of the administration shows, and how to fetch it again.
import { useCallback, useEffect, useState } from "preact/hooks";
import { asProblem, type Problem } from "../api/http";

export interface Fetched<T> {
  value: T | undefined;
  problem: Problem | undefined;
  refresh: () => void;
}

export function useFetched<T>(fetch: () => Promise<T>): Fetched<T> {
  const [value, setValue] = useState<T>();
  const [problem, setProblem] = useState<Problem>();
  const refresh = useCallback(() => {
    fetch().then(
      (fetched) => {
        setValue(() => fetched);
        setProblem(undefined);
      },
      (failure) => setProblem(asProblem(failure)),
    );
  }, [fetch]);
  useEffect(refresh, [refresh]);
  return { value, problem, refresh };
}
