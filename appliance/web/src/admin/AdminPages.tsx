// Administration: status, keys, people, seal. The service checks the role again at every request.
import { useEffect, useRef } from "preact/hooks";
import { adminHref, type AdminPage } from "../state/route";
import { has } from "../state/session";
import { t } from "../strings";
import { CheckpointPage } from "./CheckpointPage";
import { KeysPage } from "./KeysPage";
import { ModelsPage } from "./ModelsPage";
import { PeoplePage } from "./PeoplePage";
import { SealPage } from "./SealPage";
import { StatusPage } from "./StatusPage";

const PARTS: readonly AdminPage[] = ["status", "models", "keys", "people", "seal"];
/** Parts that are reached from another one. */
const WITHIN: Partial<Record<AdminPage, AdminPage>> = { checkpoint: "status" };

export function AdminPages({ part }: { part: AdminPage }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const allowed = has("administrator");
  const title = allowed ? t.admin[part] : t.admin.forbidden;
  useEffect(() => {
    document.title = `${title} – ${t.product}`;
    heading.current?.focus({ preventScroll: true });
  }, [title]);
  return (
    <div class="office">
      {allowed && (
        <nav class="office-nav" aria-label={t.admin.nav}>
          <ul>
            {PARTS.map((name) => (
              <li key={name}>
                <a href={adminHref(name)} aria-current={name === part ? "page" : name === WITHIN[part] ? "true" : undefined}>
                  {t.admin[name]}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      )}
      <main class="office-main" id="main" tabIndex={-1}>
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {allowed ? <Part part={part} /> : <p class="lead">{t.admin.forbiddenWhatNow}</p>}
      </main>
    </div>
  );
}

function Part({ part }: { part: AdminPage }) {
  switch (part) {
    case "status":
      return <StatusPage />;
    case "models":
      return <ModelsPage />;
    case "keys":
      return <KeysPage />;
    case "people":
      return <PeoplePage />;
    case "seal":
      return <SealPage />;
    case "checkpoint":
      return <CheckpointPage />;
  }
}
