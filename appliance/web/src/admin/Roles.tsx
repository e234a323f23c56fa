// The choice of roles, each with what it allows.
import type { Role } from "../api/shapes";
import { t } from "../strings";

export const ROLES: readonly Role[] = ["staff", "compliance", "administrator"];

interface Props {
  id: string;
  roles: readonly Role[];
  onRoles: (roles: Role[]) => void;
  error?: string | undefined;
}

export function Roles({ id, roles, onRoles, error }: Props) {
  return (
    <fieldset class={error ? "field wrong" : "field"}>
      <legend>{t.people.roles}</legend>
      {error && (
        <p class="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
      {ROLES.map((role) => (
        <label class="check" key={role}>
          <input
            type="checkbox"
            checked={roles.includes(role)}
            aria-invalid={error ? "true" : undefined}
            onChange={(event) =>
              onRoles(ROLES.filter((other) => (other === role ? event.currentTarget.checked : roles.includes(other))))
            }
          />
          <span>
            {t.nav.roles[role]}
            <small>{t.people.roleHints[role]}</small>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
