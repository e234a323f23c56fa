// What the appliance says of itself, section by section.
import * as service from "../api/service";
import { t, time } from "../strings";
import { useFetched } from "./fetched";
import { Waiting } from "./Waiting";

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const readable = (value: string) => (INSTANT.test(value) ? time(value) : value);

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
          </section>
        ))}
      </div>
    </>
  );
}
