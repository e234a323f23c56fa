// The page as a whole: who is signed in decides what is there.
import { useEffect } from "preact/hooks";
import { AdminPages } from "./admin/AdminPages";
import { AskPage } from "./ask/AskPage";
import { Dialogs } from "./Dialogs";
import { Header } from "./Header";
import { SignInAgain, SignInPage } from "./signin/SignIn";
import { silence } from "./state/announce";
import { forgetConversations, loadConversations } from "./state/conversations";
import { forgetCredentials } from "./state/credentials";
import { closeDialog } from "./state/dialog";
import { forgetModels, loadModels } from "./state/models";
import { forgetOpened } from "./state/open";
import { route } from "./state/route";
import { ended, person, whenPersonChanges } from "./state/session";
import { forgetSettings } from "./state/settings";
import { listenForShortcuts } from "./shortcuts";
import { t } from "./strings";
import { Log } from "./ui/Log";
import { Marking } from "./ui/Marking";

whenPersonChanges(() => {
  closeDialog();
  silence();
  forgetOpened();
  forgetConversations();
  forgetCredentials();
  forgetModels();
  forgetSettings();
});

// Going back, or anywhere else, leaves what is over the page.
addEventListener("hashchange", closeDialog);

export function App() {
  const who = person.value;
  if (who === undefined) return <p class="starting">{t.loading}</p>;
  if (who === null) return <SignInPage />;
  return <SignedIn key={who.name} />;
}

function SignedIn() {
  const again = ended.value;
  useEffect(() => {
    if (again) return;
    void loadConversations();
    loadModels().catch(() => {});
  }, [again]);
  useEffect(listenForShortcuts, []);
  return (
    <div class="shell">
      <a class="skip" href="#main" onClick={toMain}>
        {t.skip}
      </a>
      <Marking place="top" />
      <Header />
      {route.value.page === "ask" ? <AskPage /> : <AdminPages part={route.value.part} />}
      <Marking place="bottom" />
      <Log />
      <Dialogs />
      {again && <SignInAgain />}
    </div>
  );
}

function toMain(event: Event): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}
