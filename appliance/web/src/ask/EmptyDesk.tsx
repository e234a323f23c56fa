// Before the first question: what this place is.
import { useEffect } from "preact/hooks";
import { chosen, loadModels, models } from "../state/models";
import { t } from "../strings";
import { SealValid, Mark, List } from "../ui/icons";

const LOOK_AGAIN_MS = 5000;
const FACT_ICONS = [Mark, SealValid, List];

export function EmptyDesk() {
  const noModel = models.value !== undefined && chosen.value === undefined;
  useEffect(() => {
    if (!noModel) return undefined;
    const timer = setInterval(() => void loadModels().catch(() => {}), LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [noModel]);
  return (
    <div class="column empty">
      <h2>{noModel ? t.ask.noModel : t.ask.emptyTitle}</h2>
      {noModel && (
        <div class="lead">
          <p>{t.ask.noModelWhatNow}</p>
          {models.value?.map((model) => model.note && <p key={model.id}>{model.note}</p>)}
        </div>
      )}
      <dl class="facts">
        {t.ask.emptyFacts.map(([title, text], index) => {
          const Icon = FACT_ICONS[index]!;
          return (
            <div key={title}>
              <dt>
                <Icon />
                {title}
              </dt>
              <dd>{text}</dd>
            </div>
          );
        })}
      </dl>
    </div>
  );
}
