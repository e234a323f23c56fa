// What a credential that holds says: signer, model, date, and the entries of the record.
import type { ComponentChildren } from "preact";
import type { CredentialStory } from "../api/shapes";
import { exactTime, t } from "../strings";
import { CopyButton } from "../ui/CopyButton";

export function Facts({ story, outputId }: { story: CredentialStory; outputId: string }) {
  const { entry, model } = story;
  return (
    <section aria-labelledby="facts-title">
      <h3 id="facts-title">{t.credential.facts}</h3>
      <dl class="pairs">
        <Pair name={t.credential.signer}>{story.signer ?? t.credential.notStated}</Pair>
        <Pair name={t.credential.date}>{exactTime(story.date)}</Pair>
        <Pair name={t.credential.model}>{model?.name ?? t.credential.notStated}</Pair>
        {model?.sha256 && (
          <Pair name={t.credential.measure}>
            <Hash value={model.sha256} name={t.credential.measure} />
          </Pair>
        )}
        {story.replayable && <Pair name={t.credential.computed}>{t.credential.byItself}</Pair>}
        <Pair name={t.credential.generator}>{story.generator ?? t.credential.notStated}</Pair>
        {entry && (
          <>
            <Pair name={t.credential.entries}>
              <ul class="entries">
                {(["intent", "output", "seal"] as const).map(
                  (kind) =>
                    entry[kind] !== undefined && (
                      <li key={kind}>
                        <strong>{entry[kind]}</strong> {t.credential.entry[kind]}
                      </li>
                    ),
                )}
              </ul>
            </Pair>
            {entry.logId && (
              <Pair name={t.credential.record}>
                <Hash value={entry.logId} name={t.credential.record} />
              </Pair>
            )}
            {entry.leafHash && (
              <Pair name={t.credential.leaf}>
                <Hash value={entry.leafHash} name={t.credential.leaf} />
              </Pair>
            )}
          </>
        )}
        <Pair name={t.credential.output}>
          <Hash value={outputId} name={t.credential.output} />
        </Pair>
      </dl>
    </section>
  );
}

function Pair({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Hash({ value, name }: { value: string; name: string }) {
  return (
    <span class="hash">
      <code>{value}</code>
      <CopyButton text={value} label={t.credential.copyValue(name)} iconOnly />
    </span>
  );
}
