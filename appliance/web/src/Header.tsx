// The bar at the top: what this is, where to go, who is signed in.
import { adminHref, ASK_HREF, route } from "./state/route";
import { dialog } from "./state/dialog";
import { has, person, signOut, site } from "./state/session";
import { t } from "./strings";
import { Mark, Person } from "./ui/icons";

export function Header() {
  const who = person.value!;
  const page = route.value.page;
  return (
    <header class="top">
      <a class="brand" href={ASK_HREF}>
        <Mark />
        <span class="brand-name">{t.product}</span>
        {site.value.name !== t.product && <span class="brand-site">{site.value.name}</span>}
      </a>
      {has("administrator") && (
        <nav class="pages" aria-label={t.nav.label}>
          <a href={ASK_HREF} aria-current={page === "ask" ? "page" : undefined}>
            {t.nav.ask}
          </a>
          <a href={adminHref("status")} aria-current={page === "admin" ? "page" : undefined}>
            {t.nav.administration}
          </a>
        </nav>
      )}
      <button type="button" class="quiet account" popovertarget="account" aria-label={t.nav.account(who.name)}>
        <Person />
        <span class="account-name">{who.name}</span>
      </button>
      <div id="account" popover="auto" class="menu">
        <p class="menu-head">
          <strong>{who.name}</strong>
          <br />
          {who.roles.map((role) => t.nav.roles[role] ?? role).join(", ")}
        </p>
        <button type="button" class="quiet" popovertarget="account" onClick={() => (dialog.value = { name: "help" })}>
          {t.nav.help}
        </button>
        <button type="button" class="quiet" onClick={() => void signOut()}>
          {t.nav.signOut}
        </button>
      </div>
    </header>
  );
}
