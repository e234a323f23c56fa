// API keys: made here, shown once, revoked here.
import { useState } from "preact/hooks";
import { asProblem, type Problem } from "../api/http";
import * as service from "../api/service";
import type { CreatedKey, Role } from "../api/shapes";
import { dialog } from "../state/dialog";
import { t, time } from "../strings";
import { CopyButton } from "../ui/CopyButton";
import { Field, toFirstWrong } from "../ui/Field";
import { ProblemBox } from "../ui/ProblemBox";
import { useFetched } from "./fetched";
import { Waiting } from "./Waiting";

const ROLES: readonly Role[] = ["staff", "compliance", "administrator"];

export function KeysPage() {
  const keys = useFetched(service.apiKeys);
  const [created, setCreated] = useState<CreatedKey>();
  return (
    <>
      <p class="lead">{t.keys.lead}</p>
      {created ? (
        <NewKey created={created} onDone={() => setCreated(undefined)} />
      ) : (
        <CreateKey
          onCreated={(key) => {
            setCreated(key);
            keys.refresh();
          }}
        />
      )}
      <section aria-labelledby="keys-title">
        <h2 id="keys-title">{t.keys.list}</h2>
        <Waiting of={keys} />
        {keys.value?.length === 0 && <p>{t.keys.none}</p>}
        {keys.value && keys.value.length > 0 && (
          <div class="table-frame" tabIndex={0} role="group" aria-label={t.keys.list}>
            <table>
              <thead>
                <tr>
                  {Object.values(t.keys.columns).map((column) => (
                    <th scope="col" key={column}>
                      {column}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {keys.value.map((key) => (
                  <tr key={key.id}>
                    <th scope="row">{key.name}</th>
                    <td>{t.nav.roles[key.role] ?? key.role}</td>
                    <td>{time(key.createdAt)}</td>
                    <td>{key.lastUsedAt ? time(key.lastUsedAt) : t.keys.never}</td>
                    <td>
                      <span class={key.revokedAt ? "tag" : "tag ok"}>{key.revokedAt ? t.keys.revoked : t.keys.active}</span>
                    </td>
                    <td>
                      {!key.revokedAt && (
                        <button
                          type="button"
                          class="small"
                          aria-label={t.keys.revokeOf(key.name)}
                          onClick={() => (dialog.value = { name: "revoke", key, onDone: keys.refresh })}
                        >
                          {t.keys.revoke}
                        </button>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </section>
    </>
  );
}

function CreateKey({ onCreated }: { onCreated: (key: CreatedKey) => void }) {
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("staff");
  const [wrong, setWrong] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const submit = async (form: HTMLFormElement) => {
    setWrong(name.trim() === "");
    if (name.trim() === "") return toFirstWrong(form);
    setProblem(undefined);
    try {
      onCreated(await service.createKey(name.trim(), role));
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
      <h2>{t.keys.create}</h2>
      {problem && <ProblemBox problem={problem} />}
      <Field
        id="key-name"
        label={t.keys.name}
        hint={t.keys.nameHint}
        value={name}
        onValue={setName}
        error={wrong ? t.keys.nameMissing : undefined}
      />
      <div class="field">
        <label for="key-role">{t.keys.role}</label>
        <select id="key-role" value={role} onChange={(event) => setRole(event.currentTarget.value as Role)}>
          {ROLES.map((option) => (
            <option key={option} value={option}>
              {t.nav.roles[option]}
            </option>
          ))}
        </select>
      </div>
      <p class="actions">
        <button type="submit" class="primary">
          {t.keys.submit}
        </button>
      </p>
    </form>
  );
}

function NewKey({ created, onDone }: { created: CreatedKey; onDone: () => void }) {
  return (
    <section class="card secret" role="status" aria-labelledby="new-key-title">
      <h2 id="new-key-title">{t.keys.createdTitle}</h2>
      <p>{t.keys.createdLead}</p>
      <p class="hash">
        <code>{created.secret}</code>
        <CopyButton text={created.secret} label={t.credential.copyValue(t.keys.secret)} iconOnly />
      </p>
      <p class="actions">
        <button type="button" class="primary" onClick={onDone}>
          {t.keys.createdDone}
        </button>
      </p>
    </section>
  );
}
