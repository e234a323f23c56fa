// The pin on an answer: whether it carries a credential, and whether that is valid. The states differ
// in word, shape and colour; one that could not be checked is none of the others.
import { useEffect, useRef, useState } from "preact/hooks";
import { credentialOf, type Known } from "../state/credentials";
import { dialog } from "../state/dialog";
import { t } from "../strings";
import { Download, SealInvalid, SealNone, SealPending, SealUnknown, SealValid } from "../ui/icons";

/** Asks for the credential once the answer comes near the view. */
export function Pin({ outputId, number }: { outputId: string; number: number }) {
  const element = useRef<HTMLSpanElement>(null);
  const [near, setNear] = useState(false);
  useEffect(() => {
    const watcher = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) setNear(true);
      },
      // The margin of the scrolling transcript; not yet in the DOM types.
      { rootMargin: "400px", scrollMargin: "400px" } as IntersectionObserverInit,
    );
    watcher.observe(element.current!);
    return () => watcher.disconnect();
  }, []);
  return (
    <span class="pin-place" ref={element}>
      {near ? <KnownPin outputId={outputId} number={number} /> : <span class="pin checking">{t.credential.pin.checking}</span>}
    </span>
  );
}

function KnownPin({ outputId, number }: { outputId: string; number: number }) {
  const known = credentialOf(outputId).value;
  const name = pinName(known);
  return (
    <>
      <button
        type="button"
        class={`pin ${name}`}
        aria-haspopup="dialog"
        aria-label={`${t.credential.pin[name]}, ${t.ask.answer(number)}`}
        onClick={() => (dialog.value = { name: "credential", outputId, part: "story" })}
      >
        <PinIcon name={name} />
        {t.credential.pin[name]}
      </button>
      {(name === "valid" || name === "unknown_signer") && (
        <button
          type="button"
          class="quiet small"
          aria-haspopup="dialog"
          aria-label={`${t.ask.downloads}, ${t.ask.answer(number)}`}
          onClick={() => (dialog.value = { name: "credential", outputId, part: "downloads" })}
        >
          <Download />
          <span>{t.ask.downloads}</span>
        </button>
      )}
    </>
  );
}

export type PinName = keyof typeof t.credential.pin;

export function pinName(known: Known): PinName {
  if (known.name === "told") return known.story.state;
  return known.name;
}

export function PinIcon({ name }: { name: PinName }) {
  switch (name) {
    case "valid":
      return <SealValid />;
    case "unknown_signer":
      return <SealUnknown />;
    case "invalid":
      return <SealInvalid />;
    case "sealing":
    case "checking":
      return <SealPending />;
    case "absent":
    case "unavailable":
    case "none":
      return <SealNone />;
  }
}

export function SealingPin() {
  return (
    <span class="pin sealing">
      <SealPending />
      {t.credential.pin.sealing}
    </span>
  );
}

export function NoPin() {
  return (
    <button type="button" class="pin none" aria-haspopup="dialog" onClick={() => (dialog.value = { name: "no-credential" })}>
      <SealNone />
      {t.credential.pin.none}
    </button>
  );
}
