// Signing in: as a page, and as a dialog over the page when a session has ended.
import { useState } from "preact/hooks";
import { asProblem, type Problem } from "../api/http";
import { person, signIn, site } from "../state/session";
import { t } from "../strings";
import { Dialog } from "../ui/Dialog";
import { Field, toFirstWrong } from "../ui/Field";
import { Marking } from "../ui/Marking";
import { Mark } from "../ui/icons";
import { ProblemBox } from "../ui/ProblemBox";

export function SignInPage() {
  return (
    <div class="signin-page">
      <Marking place="top" />
      <main class="signin" id="main" tabIndex={-1}>
        <div class="signin-card">
          <p class="brand">
            <Mark />
            <span>{t.product}</span>
          </p>
          <h1>{t.signIn.title}</h1>
          <p class="lead">{t.signIn.lead(site.value.name === t.product ? t.signIn.thisAppliance : site.value.name)}</p>
          <SignInForm name="" />
          <p class="hint">{t.signIn.firstUse}</p>
        </div>
        <ul class="signin-notes">
          <li>{t.signIn.sealed}</li>
          <li>{t.signIn.notice}</li>
        </ul>
      </main>
      <Marking place="bottom" />
    </div>
  );
}

export function SignInAgain() {
  return (
    <Dialog id="again" title={t.signIn.again} onClose={() => {}} firm>
      <p class="lead">{t.signIn.againLead}</p>
      <SignInForm name={person.value?.name ?? ""} />
    </Dialog>
  );
}

function SignInForm({ name: known }: { name: string }) {
  const [name, setName] = useState(known);
  const [password, setPassword] = useState("");
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();

  const submit = async (form: HTMLFormElement) => {
    setTried(true);
    if (name.trim() === "" || password === "") return toFirstWrong(form);
    setBusy(true);
    setProblem(undefined);
    try {
      await signIn(name.trim(), password);
    } catch (failure) {
      setProblem(asProblem(failure));
      setPassword("");
      setTried(false);
      form.querySelector<HTMLElement>("#password")?.focus();
    } finally {
      setBusy(false);
    }
  };

  return (
    <form
      class="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit(event.currentTarget);
      }}
    >
      {problem && <ProblemBox problem={problem} />}
      <Field
        id="name"
        label={t.signIn.name}
        value={name}
        onValue={setName}
        autocomplete="username"
        autofocus={known === ""}
        error={tried && name.trim() === "" ? t.signIn.nameMissing : undefined}
      />
      <Field
        id="password"
        label={t.signIn.password}
        type="password"
        value={password}
        onValue={setPassword}
        autocomplete="current-password"
        autofocus={known !== ""}
        error={tried && password === "" ? t.signIn.passwordMissing : undefined}
      />
      <button type="submit" class="primary" disabled={busy}>
        {busy ? t.signIn.busy : t.signIn.submit}
      </button>
    </form>
  );
}
