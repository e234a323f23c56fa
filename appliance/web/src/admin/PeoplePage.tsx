// People: who may sign in, and in which roles.
import { useState } from "preact/hooks";
import * as service from "../api/service";
import type { Role } from "../api/shapes";
import { announce } from "../state/announce";
import { dialog } from "../state/dialog";
import { t, time } from "../strings";
import { Field } from "../ui/Field";
import { Form } from "../ui/Form";
import { useFetched } from "./fetched";
import { Act, Listing, Tag } from "./Listing";
import { Roles } from "./Roles";

export const PASSWORD_CHARACTERS_MIN = 12;

export function PeoplePage() {
  const people = useFetched(service.people);
  return (
    <>
      <p class="lead">{t.people.lead}</p>
      <Listing
        id="people-title"
        title={t.people.list}
        none={t.people.none}
        columns={t.people.columns}
        of={people}
        cells={(person) => [
          person.roles.map((role) => t.nav.roles[role] ?? role).join(", "),
          time(person.createdAt),
          person.disabled ? <Tag tone="bad">{t.people.disabled}</Tag> : <Tag tone="ok">{t.people.active}</Tag>,
          <Act
            label={t.people.change}
            of={t.people.changeOf(person.name)}
            onClick={() => (dialog.value = { name: "person", person, onDone: people.refresh })}
          />,
        ]}
      />
      <AddPerson onAdded={people.refresh} />
    </>
  );
}

function AddPerson({ onAdded }: { onAdded: () => void }) {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [roles, setRoles] = useState<Role[]>(["staff"]);
  const nameWrong = name.trim() === "";
  const passwordWrong = password.length < PASSWORD_CHARACTERS_MIN;
  const rolesWrong = roles.length === 0;
  const act = async () => {
    await service.createPerson(name.trim(), password, roles);
    announce(t.people.added(name.trim()));
    setName("");
    setPassword("");
    setRoles(["staff"]);
    onAdded();
  };
  return (
    <Form title={t.people.create} submit={t.people.submit} wrong={nameWrong || passwordWrong || rolesWrong} act={act}>
      {(tried) => (
        <>
          <Field
            id="person-name"
            label={t.people.name}
            hint={t.people.nameHint}
            value={name}
            onValue={setName}
            error={tried && nameWrong ? t.people.nameMissing : undefined}
          />
          <Field
            id="person-password"
            label={t.people.password}
            hint={t.people.passwordHint}
            type="password"
            autocomplete="new-password"
            value={password}
            onValue={setPassword}
            error={tried && passwordWrong ? t.people.passwordShort : undefined}
          />
          <Roles id="person-roles" roles={roles} onRoles={setRoles} error={tried && rolesWrong ? t.people.rolesMissing : undefined} />
        </>
      )}
    </Form>
  );
}
