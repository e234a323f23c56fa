// Changes the roles of a person, whether they may sign in, and their password.
import { useState } from "preact/hooks";
import * as service from "../api/service";
import type { PersonLine, Role } from "../api/shapes";
import { announce } from "../state/announce";
import { closeDialog } from "../state/dialog";
import { t } from "../strings";
import { Dialog } from "../ui/Dialog";
import { Field } from "../ui/Field";
import { Form } from "../ui/Form";
import { PASSWORD_CHARACTERS_MIN } from "./PeoplePage";
import { Roles } from "./Roles";

export function ChangePerson({ line, onDone }: { line: PersonLine; onDone: () => void }) {
  const [roles, setRoles] = useState<Role[]>(line.roles);
  const [disabled, setDisabled] = useState(line.disabled ?? false);
  const [password, setPassword] = useState("");
  const rolesWrong = roles.length === 0;
  const passwordWrong = password !== "" && password.length < PASSWORD_CHARACTERS_MIN;
  const act = async () => {
    await service.changePerson(line.id, { roles, disabled, ...(password === "" ? {} : { password }) });
    announce(t.people.saved(line.name));
    onDone();
    closeDialog();
  };
  const cancel = (
    <button type="button" onClick={closeDialog}>
      {t.cancel}
    </button>
  );
  return (
    <Dialog id="person" title={t.people.changeTitle(line.name)} onClose={closeDialog}>
      <Form submit={t.people.save} wrong={rolesWrong || passwordWrong} act={act} beside={cancel}>
        {(tried) => (
          <>
            <Roles id="change-roles" roles={roles} onRoles={setRoles} error={tried && rolesWrong ? t.people.rolesMissing : undefined} />
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
          </>
        )}
      </Form>
    </Dialog>
  );
}
