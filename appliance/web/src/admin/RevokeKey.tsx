// Revokes an API key, after asking.
import * as service from "../api/service";
import type { ApiKey } from "../api/shapes";
import { announce } from "../state/announce";
import { t } from "../strings";
import { Confirm } from "../ui/Confirm";

export function RevokeKey({ apiKey, onDone }: { apiKey: ApiKey; onDone: () => void }) {
  const act = async () => {
    await service.revokeKey(apiKey.id);
    announce(t.keys.revokedSaid(apiKey.name));
    onDone();
  };
  return (
    <Confirm id="revoke" title={t.keys.revokeTitle} submit={t.keys.revokeSubmit} act={act}>
      <p>{t.keys.revokeWhat(apiKey.name)}</p>
    </Confirm>
  );
}
