// Draws the dialog that was asked for.
import { ChangePerson } from "./admin/ChangePerson";
import { RevokeKey } from "./admin/RevokeKey";
import { UnloadModel } from "./admin/UnloadModel";
import { ConversationList } from "./ask/ConversationList";
import { EraseConversation } from "./ask/EraseConversation";
import { RenameConversation } from "./ask/RenameConversation";
import { CredentialDialog, NoCredentialDialog } from "./credential/CredentialDialog";
import { HelpDialog } from "./HelpDialog";
import { closeDialog, dialog } from "./state/dialog";
import { t } from "./strings";
import { Dialog } from "./ui/Dialog";

export function Dialogs() {
  const asked = dialog.value;
  switch (asked?.name) {
    case undefined:
      return null;
    case "credential":
      return <CredentialDialog outputId={asked.outputId} part={asked.part} />;
    case "no-credential":
      return <NoCredentialDialog />;
    case "rename":
      return <RenameConversation line={asked.line} />;
    case "erase":
      return <EraseConversation line={asked.line} />;
    case "revoke":
      return <RevokeKey apiKey={asked.key} onDone={asked.onDone} />;
    case "person":
      return <ChangePerson line={asked.person} onDone={asked.onDone} />;
    case "unload":
      return <UnloadModel model={asked.model} onDone={asked.onDone} />;
    case "conversations":
      return (
        <Dialog id="conversations-dialog" title={t.conversations.title} onClose={closeDialog} side>
          <ConversationList inDialog />
        </Dialog>
      );
    case "help":
      return <HelpDialog />;
  }
}
