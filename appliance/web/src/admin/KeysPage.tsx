// API keys: made here, shown once, revoked here.
import { useState } from "preact/hooks";
import * as service from "../api/service";
import type { CreatedKey, Role } from "../api/shapes";
import { dialog } from "../state/dialog";
import { t, time } from "../strings";
import { CopyButton } from "../ui/CopyButton";
import { Field } from "../ui/Field";
import { Form } from "../ui/Form";
import { useFetched } from "./fetched";
import { Act, Listing, Tag } from "./Listing";
import { ROLES } from "./Roles";

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
      <Listing
        id="keys-title"
        title={t.keys.list}
        none={t.keys.none}
        columns={t.keys.columns}
        of={keys}
        cells={(key) => [
          t.nav.roles[key.role] ?? key.role,
          time(key.createdAt),
          key.lastUsedAt ? time(key.lastUsedAt) : t.keys.never,
          key.revokedAt ? <Tag tone="">{t.keys.revoked}</Tag> : <Tag tone="ok">{t.keys.active}</Tag>,
          !key.revokedAt && (
            <Act
              label={t.keys.revoke}
              of={t.keys.revokeOf(key.name)}
              onClick={() => (dialog.value = { name: "revoke", key, onDone: keys.refresh })}
            />
          ),
        ]}
      />
    </>
  );
}

function CreateKey({ onCreated }: { onCreated: (key: CreatedKey) => void }) {
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("staff");
  const nameWrong = name.trim() === "";
  const act = async () => onCreated(await service.createKey(name.trim(), role));
  return (
    <Form title={t.keys.create} submit={t.keys.submit} wrong={nameWrong} act={act}>
      {(tried) => (
        <>
          <Field
            id="key-name"
            label={t.keys.name}
            hint={t.keys.nameHint}
            value={name}
            onValue={setName}
            error={tried && nameWrong ? t.keys.nameMissing : undefined}
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
        </>
      )}
    </Form>
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
