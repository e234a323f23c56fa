// Models: what each is and holds, whether it fits, and what is to be done with it.
import { useEffect, useState } from "preact/hooks";
import { asProblem, type Problem } from "../api/http";
import * as service from "../api/service";
import type { ModelPlan, ModelRules, PlannedModel } from "../api/shapes";
import { announce } from "../state/announce";
import { dialog } from "../state/dialog";
import { t } from "../strings";
import { Field } from "../ui/Field";
import { Form } from "../ui/Form";
import { ProblemBox } from "../ui/ProblemBox";
import { useFetched } from "./fetched";
import { Act, Listing, Tag } from "./Listing";

const LOOK_MS = 1000;
const ON_THE_WAY = ["loading", "unloading", "down"];

export function ModelsPage() {
  const plan = useFetched(service.modelPlan);
  const [problem, setProblem] = useState<Problem>();
  const moving = plan.value?.models.some((model) => ON_THE_WAY.includes(model.state)) ?? false;
  useEffect(() => {
    if (!moving) return;
    const look = setInterval(plan.refresh, LOOK_MS);
    return () => clearInterval(look);
  }, [moving, plan.refresh]);

  const act = async (done: Promise<unknown>) => {
    setProblem(undefined);
    try {
      await done;
    } catch (failure) {
      setProblem(asProblem(failure));
    }
    plan.refresh();
  };

  return (
    <>
      <p class="lead">{t.models.lead}</p>
      {problem && <ProblemBox problem={problem} />}
      <Listing
        id="models-title"
        title={t.models.list}
        none={t.models.none}
        columns={t.models.columns}
        of={{ ...plan, value: plan.value?.models }}
        cells={(model) => [
          <State model={model} />,
          <>
            <Memory model={model} />
            <Draft model={model} all={plan.value?.models ?? []} act={(done) => void act(done)} />
          </>,
          model.sha256 ? <code class="short">{model.sha256.slice(0, 16)}…</code> : "",
          stays(model),
          <Actions model={model} act={(done) => void act(done)} refresh={plan.refresh} />,
        ]}
      />
      {plan.value && <p>{t.models.planned(size(plan.value.plannedBytes))}</p>}
      {plan.value && <Rules plan={plan.value} onSaved={plan.refresh} />}
    </>
  );
}

function State({ model }: { model: PlannedModel }) {
  const tone = model.state === "ready" ? "ok" : model.state === "refused" || model.state === "down" ? "bad" : "";
  return (
    <>
      <Tag tone={tone}>{t.models.states[model.state] ?? model.state}</Tag>{" "}
      {model.standard && <Tag tone="">{t.models.standard}</Tag>} {model.answering > 0 && t.models.answering(model.answering)}
      {tone === "bad" && <p>{model.note}</p>}
    </>
  );
}

function Memory({ model }: { model: PlannedModel }) {
  const loaded = (model.adapters ?? []).filter((adapter) => adapter.state === "ready").map((adapter) => adapter.name);
  return (
    <>
      {model.verdict ?? ""}
      {loaded.length > 0 && <p>{t.models.adapters(loaded.join(", "))}</p>}
    </>
  );
}

interface DraftProps {
  model: PlannedModel;
  all: PlannedModel[];
  act: (done: Promise<unknown>) => void;
}

function Draft({ model, all, act }: DraftProps) {
  const others = all.filter((other) => other.id !== model.id || other.id === model.draft);
  if (others.length === 0) return null;
  const later = model.state === "ready" && (model.guessing?.id ?? "") !== (model.draft ?? "");
  return (
    <p>
      <label>
        {t.models.draft}{" "}
        <select
          aria-label={t.models.draftOf(model.name)}
          value={model.draft ?? ""}
          onChange={(event) => act(service.changeModel(model.id, { draft: event.currentTarget.value }))}
        >
          <option value="">{t.models.noDraft}</option>
          {others.map((other) => (
            <option value={other.id}>{other.name}</option>
          ))}
        </select>
      </label>{" "}
      {later && t.models.draftLater}
    </p>
  );
}

function stays(model: PlannedModel): string {
  if (model.pinned) return t.models.pinned;
  return model.idleMinutes > 0 ? t.models.idleFor(model.idleMinutes) : t.models.whileIdle;
}

interface ActionsProps {
  model: PlannedModel;
  act: (done: Promise<unknown>) => void;
  refresh: () => void;
}

function Actions({ model, act, refresh }: ActionsProps) {
  const { id, name } = model;
  const ready = model.state === "ready";
  const unload = () => (dialog.value = { name: "unload", model, onDone: refresh });
  const load = () => act(service.loadModel(id, false));
  return (
    <span class="acts">
      {/* One button whose words change, so that whoever pressed it stays where they were. */}
      <Act
        label={ready ? t.models.unload : t.models.load}
        of={ready ? t.models.unloadOf(name) : t.models.loadOf(name)}
        onClick={ready ? unload : load}
        waits={ON_THE_WAY.includes(model.state)}
      />
      {ready && <Act label={t.models.again} of={t.models.againOf(name)} onClick={() => act(service.loadModel(id, true))} />}
      {model.pinned ? (
        <Act label={t.models.unpin} of={t.models.unpinOf(name)} onClick={() => act(service.changeModel(id, { pinned: false }))} />
      ) : (
        <Act label={t.models.pin} of={t.models.pinOf(name)} onClick={() => act(service.changeModel(id, { pinned: true }))} />
      )}
    </span>
  );
}

function Rules({ plan, onSaved }: { plan: ModelPlan; onSaved: () => void }) {
  const [rules, setRules] = useState<ModelRules>(plan.settings);
  const [memory, setMemory] = useState(String(plan.settings.memoryMib));
  const wrong = !/^\d{1,8}$/.test(memory.trim());
  const act = async () => {
    await service.changeRules({ ...rules, memoryMib: Number(memory) });
    announce(t.models.saved);
    onSaved();
  };
  return (
    <Form title={t.models.rules} submit={t.models.save} wrong={wrong} act={act}>
      {(tried) => (
        <>
          <label class="check">
            <input type="checkbox" checked={rules.loadOnDemand} onChange={(event) => setRules({ ...rules, loadOnDemand: event.currentTarget.checked })} />
            <span>{t.models.onDemand}</span>
          </label>
          <label class="check">
            <input type="checkbox" checked={rules.makeRoom} onChange={(event) => setRules({ ...rules, makeRoom: event.currentTarget.checked })} />
            <span>{t.models.makeRoom}</span>
          </label>
          <Field id="memory" label={t.models.memory} value={memory} onValue={setMemory} error={tried && wrong ? t.models.memoryWrong : undefined} />
        </>
      )}
    </Form>
  );
}

function size(bytes: number): string {
  const mib = bytes / (1 << 20);
  return mib >= 1024 ? `${(mib / 1024).toFixed(1)} GiB` : `${mib.toFixed(0)} MiB`;
}
