// Changes the roles of a person, whether they may sign in, and their password.
import { useState } from "preact/hooks";
import { asProblem, type Problem } from "../api/http";
import * as service from "../api/service";
import type { PersonLine, Role } from "../api/shapes";
import { announce } from "../state/announce";
import { closeDialog } from "../state/dialog";
import { t } from "../strings";
import { Dialog } from "../ui/Dialog";
import { Field, toFirstWrong } from "../ui/Field";
import { ProblemBox } from "../ui/ProblemBox";
import { PASSWORD_CHARACTERS_MIN } from "./PeoplePage";
import { Roles } from "./Roles";

export function ChangePerson({ line, onDone }: { line: PersonLine; onDone: () => void }) {
  const [roles, setRoles] = useState<Role[]>(line.roles);
  const [disabled, setDisabled] = useState(line.disabled ?? false);
  const [password, setPassword] = useState("");
  const [tried, setTried] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const passwordWrong = password !== "" && password.length < PASSWORD_CHARACTERS_MIN;
  const submit = async (form: HTMLFormElement) => {
    setTried(true);
    if (roles.length === 0 || passwordWrong) return toFirstWrong(form);
    try {
      await service.changePerson(line.id, { roles, disabled, ...(password === "" ? {} : { password }) });
      announce(t.people.saved(line.name));
      onDone();
      closeDialog();
    } catch (failure) {
      setProblem(asProblem(failure));
    }
  };
  return (
    <Dialog id="person" title={t.people.changeTitle(line.name)} onClose={closeDialog}>
      <form
        class="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit(event.currentTarget);
        }}
      >
        {problem && <ProblemBox problem={problem} />}
        <Roles id="change-roles" roles={roles} onRoles={setRoles} error={tried && roles.length === 0 ? t.people.rolesMissing : undefined} />
        <label class="check">
          <input type="checkbox" checked={disabled} onChange={(event) => setDisabled(event.currentTarget.checked)} />
          <span>{t.people.mayNot}</span>
        </label>
        <Field
          id="change-password"
          label={t.people.newPassword}
          type="password"
          autocomplete="new-password"
          value={password}
          onValue={setPassword}
          error={tried && passwordWrong ? t.people.passwordShort : undefined}
        />
        <p class="actions">
          <button type="submit" class="primary">
            {t.people.save}
          </button>
          <button type="button" onClick={closeDialog}>
            {t.cancel}
          </button>
        </p>
      </form>
    </Dialog>
  );
}
