// The icons, drawn here, so that there is no icon font and no sprite to fetch. All are decoration:
// words beside them, or the label of their button, carry the meaning.
import type { ComponentChildren } from "preact";

function Icon({ children, solid }: { children: ComponentChildren; solid?: boolean }) {
  return (
    <svg class={solid ? "icon solid" : "icon"} viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

export const Mark = () => (
  <svg class="mark" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true" focusable="false">
    <path d="M4 3l6 3h12l6-3 1 1-3 6v12l3 6-1 1-6-3H10l-6 3-1-1 3-6V10L3 4z" />
    <path class="keyhole" d="M16 10.5a3.4 3.4 0 0 1 1.7 6.35L18.8 22h-5.6l1.1-5.15A3.4 3.4 0 0 1 16 10.5z" />
  </svg>
);

const SEAL = "M12 2.5l2.3 1.7 2.85-.1.8 2.75 2.35 1.6-1 2.65 1 2.7-2.35 1.6-.8 2.75-2.85-.1L12 19.75 9.7 18.05l-2.85.1-.8-2.75L3.7 13.8l1-2.7-1-2.65 2.35-1.6.8-2.75 2.85.1z";

export const SealValid = () => (
  <Icon>
    <path d={SEAL} />
    <path d="M8.3 11.3l2.5 2.5 4.9-5" />
    <path d="M9 19l-1 3 4-1.2L16 22l-1-3" />
  </Icon>
);
export const SealUnknown = () => (
  <Icon>
    <path d={SEAL} />
    <path d="M9.8 9.3a2.2 2.2 0 1 1 3.2 2c-.7.4-1 .8-1 1.5M12 15.3v.1" />
  </Icon>
);
export const SealInvalid = () => (
  <Icon>
    <path d="M8 2.8h8l5.2 5.2v8L16 21.2H8L2.8 16V8z" />
    <path d="M8.8 8.8l6.4 6.4M15.2 8.8l-6.4 6.4" />
  </Icon>
);
export const SealPending = () => (
  <Icon>
    <path d={SEAL} class="dashed" />
    <path d="M9 11.1h.1M12 11.1h.1M15 11.1h.1" />
  </Icon>
);
export const SealNone = () => (
  <Icon>
    <circle cx="12" cy="12" r="9" class="dashed" />
    <path d="M8 12h8" />
  </Icon>
);
export const Copy = () => (
  <Icon>
    <rect x="8.5" y="8.5" width="11.5" height="12" rx="2" />
    <path d="M15.5 8.5V5.5a2 2 0 0 0-2-2H6a2 2 0 0 0-2 2v8.5a2 2 0 0 0 2 2h2.5" />
  </Icon>
);
export const Check = () => (
  <Icon>
    <path d="M5 12.5l4.5 4.5L19 7.5" />
  </Icon>
);
export const Download = () => (
  <Icon>
    <path d="M12 3.5v11.5M7 10.5l5 5 5-5M4 20.5h16" />
  </Icon>
);
export const Plus = () => (
  <Icon>
    <path d="M12 5v14M5 12h14" />
  </Icon>
);
export const List = () => (
  <Icon>
    <path d="M4 6h16M4 12h16M4 18h10" />
  </Icon>
);
export const Pencil = () => (
  <Icon>
    <path d="M4 20l1-4.5L16.5 4a2 2 0 0 1 2.8 0l.7.7a2 2 0 0 1 0 2.8L8.5 19z" />
  </Icon>
);
export const Bin = () => (
  <Icon>
    <path d="M4 6.5h16M9 6.5V4h6v2.5M6 6.5l1 14h10l1-14M10 10.5v6M14 10.5v6" />
  </Icon>
);
export const Close = () => (
  <Icon>
    <path d="M5.5 5.5l13 13M18.5 5.5l-13 13" />
  </Icon>
);
export const Send = () => (
  <Icon>
    <path d="M12 19.5V5M5.5 11L12 4.5l6.5 6.5" />
  </Icon>
);
export const Stop = () => (
  <Icon solid>
    <rect x="6" y="6" width="12" height="12" rx="1.5" />
  </Icon>
);
export const Down = () => (
  <Icon>
    <path d="M12 4.5V19M5.5 13l6.5 6.5 6.5-6.5" />
  </Icon>
);
export const Person = () => (
  <Icon>
    <circle cx="12" cy="8" r="4" />
    <path d="M4 20.5c.8-4 4-6 8-6s7.2 2 8 6" />
  </Icon>
);
export const Warning = () => (
  <Icon>
    <path d="M12 3.5l9.5 17h-19zM12 10v5M12 17.8v.1" />
  </Icon>
);
