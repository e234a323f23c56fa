// The marking of the site, in words and colour, at the top and the bottom of the page and of print.
import { site } from "../state/session";
import { t } from "../strings";

const TONES = ["neutral", "green", "blue", "red", "orange", "yellow", "purple"];

export function Marking({ place }: { place: "top" | "bottom" }) {
  const { marking, markingTone } = site.value;
  const tone = TONES.includes(markingTone ?? "") ? markingTone : "neutral";
  return (
    <div class={`marking ${place} ${tone}`} role="region" aria-label={t.marking[place]}>
      {marking}
    </div>
  );
}
