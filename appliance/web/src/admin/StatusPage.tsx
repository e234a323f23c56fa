// What the appliance says of itself, section by section.
import * as service from "../api/service";
import { adminHref } from "../state/route";
import { t, time } from "../strings";
import { useFetched } from "./fetched";
import { Waiting } from "./Waiting";

const INSTANTS = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z\b/g;
const readable = (value: string) => value.replace(INSTANTS, (instant) => time(instant));

export function StatusPage() {
  const status = useFetched(service.status);
  return (
    <>
      <p class="actions">
        <button type="button" onClick={status.refresh}>
          {t.admin.refresh}
        </button>
      </p>
      <Waiting of={status} />
      <div class="status-grid">
        {status.value?.sections.map((section) => (
          <section key={section.title} class="card">
            <h2>{section.title}</h2>
            <dl class="pairs">
              {section.rows.map((row) => (
                <div key={row.label}>
                  <dt>{row.label}</dt>
                  <dd>
                    {row.state && <span class={`tag ${row.state}`}>{t.admin.states[row.state]}</span>} {readable(row.value)}
                  </dd>
                </div>
              ))}
            </dl>
            {section.name === "record" && (
              <p class="actions">
                <a class="button" href={adminHref("checkpoint")}>
                  {t.admin.checkpoint}
                </a>
              </p>
            )}
          </section>
        ))}
      </div>
    </>
  );
}
