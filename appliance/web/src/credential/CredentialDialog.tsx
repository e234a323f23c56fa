// The story of one credential, in three levels: whether it holds; what it says; the whole manifest.
// One that does not hold shows no claim at all.
import { useEffect } from "preact/hooks";
import type { CredentialStory } from "../api/shapes";
import { check, credentialOf, type Known } from "../state/credentials";
import { closeDialog } from "../state/dialog";
import { t } from "../strings";
import { CopyButton } from "../ui/CopyButton";
import { Dialog } from "../ui/Dialog";
import { ProblemBox } from "../ui/ProblemBox";
import { Downloads } from "./Downloads";
import { Facts } from "./Facts";
import { ManifestTree } from "./ManifestTree";
import { pinName, PinIcon } from "./Pin";
import { Profile } from "./Profile";
import { Replay } from "./Replay";

export function CredentialDialog({ outputId, part }: { outputId: string; part: "story" | "downloads" }) {
  const known = credentialOf(outputId).value;
  useEffect(() => {
    void check(outputId);
  }, [outputId]);
  return (
    <Dialog id="credential" title={t.credential.title} onClose={closeDialog} wide>
      <Verdict known={known} />
      {known.name === "unavailable" && (
        <ProblemBox problem={known.problem}>
          <button type="button" onClick={() => void check(outputId)}>
            {t.tryAgain}
          </button>
        </ProblemBox>
      )}
      {known.name === "told" &&
        (known.story.state === "invalid" || known.story.state === "absent" ? (
          <DoesNotHold story={known.story} outputId={outputId} />
        ) : (
          <>
            <Facts story={known.story} outputId={outputId} />
            <Downloads outputId={outputId} focused={part === "downloads"} />
            <ManifestTree manifest={known.story.manifest} />
            <Replay outputId={outputId} />
            <Profile outputId={outputId} />
          </>
        ))}
    </Dialog>
  );
}

function Verdict({ known }: { known: Known }) {
  const name = pinName(known);
  const [title, text] =
    known.name === "told"
      ? t.credential.verdict[known.story.state]
      : known.name === "checking"
        ? [t.credential.pin.checking, ""]
        : [t.credential.unavailableTitle, t.credential.unavailableText];
  return (
    <div class={`verdict ${name}`} role="status">
      <PinIcon name={name} />
      <div>
        <p class="verdict-title">{title}</p>
        {text && <p>{text}</p>}
      </div>
    </div>
  );
}

function DoesNotHold({ story, outputId }: { story: CredentialStory; outputId: string }) {
  return (
    <>
      {story.why?.message && (
        <dl class="pairs">
          <div>
            <dt>{t.credential.reason}</dt>
            <dd>
              {story.why.message} {story.why.code && <code>{story.why.code}</code>}
            </dd>
          </div>
        </dl>
      )}
      <p>{t.credential.invalidWhatNow}</p>
      <p class="hash">
        <code>{outputId}</code>
        <CopyButton text={outputId} label={t.credential.copyValue(t.credential.output)} iconOnly />
      </p>
    </>
  );
}

export function NoCredentialDialog() {
  return (
    <Dialog id="no-credential" title={t.credential.title} onClose={closeDialog}>
      <div class="verdict none">
        <PinIcon name="none" />
        <div>
          <p class="verdict-title">{t.credential.noneTitle}</p>
          <p>{t.credential.noneText}</p>
        </div>
      </div>
    </Dialog>
  );
}
