// The live region. It is apart from what is seen, so that a growing answer is not read out token by
// token.
import { announcements } from "../state/announce";
import { t } from "../strings";

export function Log() {
  return (
    <div class="hidden" role="log" aria-live="polite" aria-label={t.ask.log}>
      {announcements.value.map(({ id, text }) => (
        <p key={id}>{text}</p>
      ))}
    </div>
  );
}
