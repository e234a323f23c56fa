// Unloads a model, after asking.
import * as service from "../api/service";
import type { PlannedModel } from "../api/shapes";
import { announce } from "../state/announce";
import { t } from "../strings";
import { Confirm } from "../ui/Confirm";

export function UnloadModel({ model, onDone }: { model: PlannedModel; onDone: () => void }) {
  const act = async () => {
    await service.unloadModel(model.id);
    announce(t.models.said(model.name, t.models.states["unloading"] ?? ""));
    onDone();
  };
  return (
    <Confirm id="unload" title={t.models.unloadTitle} submit={t.models.unloadSubmit} act={act}>
      <p>{t.models.unloadWhat(model.name)}</p>
    </Confirm>
  );
}
