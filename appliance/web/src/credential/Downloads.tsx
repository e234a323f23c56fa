// Taking an answer away with its credential, its proof and what is needed to verify both.
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { asProblem, type Problem } from "../api/http";
import { downloadPath, save, TRUST_PATH, type DownloadForm } from "../api/service";
import { announce } from "../state/announce";
import { t } from "../strings";
import { Download } from "../ui/icons";
import { ProblemBox } from "../ui/ProblemBox";

const FORMS: readonly DownloadForm[] = ["txt", "md", "detached", "proof"];

export function Downloads({ outputId, focused }: { outputId: string; focused: boolean }) {
  const [problem, setProblem] = useState<Problem>();
  const [saved, setSaved] = useState("");
  const first = useRef<HTMLDivElement>(null);
  // The browser minds autofocus when the dialog opens; this is for when the story comes in later.
  useLayoutEffect(() => {
    if (focused) first.current?.querySelector("button")?.focus();
  }, [focused]);

  const take = async (path: string) => {
    setProblem(undefined);
    try {
      const name = await save(path);
      setSaved(t.credential.saved(name));
      announce(t.credential.saved(name));
    } catch (failure) {
      setSaved("");
      setProblem(asProblem(failure));
    }
  };

  return (
    <section aria-labelledby="downloads-title" class="downloads">
      <h3 id="downloads-title">{t.credential.download}</h3>
      <p>{t.credential.downloadLead}</p>
      <div class="forms" ref={first}>
        {FORMS.map((form) => {
          const [title, detail] = t.credential.forms[form];
          return (
            <button type="button" key={form} data-form={form} autofocus={focused && form === FORMS[0]} onClick={() => void take(downloadPath(outputId, form))}>
              <Download />
              <span>
                <strong>{title}</strong>
                <small>{detail}</small>
              </span>
            </button>
          );
        })}
      </div>
      {problem && <ProblemBox problem={problem} />}
      {saved && <p class="saved">{saved}</p>}
      <p class="verify">
        {t.credential.verify} <code>{t.credential.verifyCommand}</code>
      </p>
      <p>
        <button type="button" class="link" data-form="trust" onClick={() => void take(TRUST_PATH)}>
          {t.credential.trust}
        </button>
      </p>
    </section>
  );
}
