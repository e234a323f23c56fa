// Keyboard shortcuts, and what the pins mean.
import { PinIcon } from "./credential/Pin";
import { closeDialog } from "./state/dialog";
import { t } from "./strings";
import { Dialog } from "./ui/Dialog";

const PINS = ["valid", "unknown_signer", "invalid", "sealing"] as const;

export function HelpDialog() {
  return (
    <Dialog id="help" title={t.help.title} onClose={closeDialog}>
      <h3>{t.help.shortcuts}</h3>
      <dl class="shortcuts">
        {t.help.keys.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              {keys.split(" + ").map((key, index) => (
                <>
                  {index > 0 && " + "}
                  <kbd>{key}</kbd>
                </>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <h3>{t.help.pins}</h3>
      <dl class="pin-help">
        {PINS.map((name) => (
          <div key={name}>
            <dt>
              <span class={`pin ${name}`}>
                <PinIcon name={name} />
                {t.credential.pin[name]}
              </span>
            </dt>
            <dd>{t.help.pinTexts[name]}</dd>
          </div>
        ))}
      </dl>
      <p>
        <a href="/notices.txt" target="_blank" rel="noopener">
          {t.help.notices}
        </a>
      </p>
    </Dialog>
  );
}
