// People: who may sign in, and in which roles.
import { useState } from "preact/hooks";
import { asProblem, type Problem } from "../api/http";
import * as service from "../api/service";
import type { Role } from "../api/shapes";
import { announce } from "../state/announce";
import { dialog } from "../state/dialog";
import { t, time } from "../strings";
import { Field, toFirstWrong } from "../ui/Field";
import { ProblemBox } from "../ui/ProblemBox";
import { useFetched } from "./fetched";
import { Roles } from "./Roles";
import { Waiting } from "./Waiting";

export const PASSWORD_CHARACTERS_MIN = 12;

export function PeoplePage() {
  const people = useFetched(service.people);
  return (
    <>
      <p class="lead">{t.people.lead}</p>
      <section aria-labelledby="people-title">
        <h2 id="people-title">{t.people.list}</h2>
        <Waiting of={people} />
        {people.value && (
          <div class="table-frame" tabIndex={0} role="group" aria-label={t.people.list}>
            <table>
              <thead>
                <tr>
                  {Object.values(t.people.columns).map((column) => (
                    <th scope="col" key={column}>
                      {column}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {people.value.map((person) => (
                  <tr key={person.id}>
                    <th scope="row">{person.name}</th>
                    <td>{person.roles.map((role) => t.nav.roles[role] ?? role).join(", ")}</td>
                    <td>{time(person.createdAt)}</td>
                    <td>
                      <span class={person.disabled ? "tag bad" : "tag ok"}>
                        {person.disabled ? t.people.disabled : t.people.active}
                      </span>
                    </td>
                    <td>
                      <button
                        type="button"
                        class="small"
                        aria-label={t.people.changeOf(person.name)}
                        onClick={() => (dialog.value = { name: "person", person, onDone: people.refresh })}
                      >
                        {t.people.change}
                      </button>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </section>
      <AddPerson onAdded={people.refresh} />
    </>
  );
}

function AddPerson({ onAdded }: { onAdded: () => void }) {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [roles, setRoles] = useState<Role[]>(["staff"]);
  const [tried, setTried] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const nameWrong = name.trim() === "";
  const passwordWrong = password.length < PASSWORD_CHARACTERS_MIN;
  const submit = async (form: HTMLFormElement) => {
    setTried(true);
    if (nameWrong || passwordWrong || roles.length === 0) return toFirstWrong(form);
    setProblem(undefined);
    try {
      await service.createPerson(name.trim(), password, roles);
      announce(t.people.added(name.trim()));
      setName("");
      setPassword("");
      setRoles(["staff"]);
      setTried(false);
      onAdded();
    } catch (failure) {
      setProblem(asProblem(failure));
    }
  };
  return (
    <form
      class="card stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit(event.currentTarget);
      }}
    >
      <h2>{t.people.create}</h2>
      {problem && <ProblemBox problem={problem} />}
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
      <Roles id="person-roles" roles={roles} onRoles={setRoles} error={tried && roles.length === 0 ? t.people.rolesMissing : undefined} />
      <p class="actions">
        <button type="submit" class="primary">
          {t.people.submit}
        </button>
      </p>
    </form>
  );
}
