// Erases a conversation for good, after asking.
import type { ConversationLine } from "../api/shapes";
import { announce, silence } from "../state/announce";
import { erase } from "../state/conversations";
import { drop } from "../state/open";
import { t } from "../strings";
import { Confirm } from "../ui/Confirm";

export function EraseConversation({ line }: { line: ConversationLine }) {
  const title = line.title || t.conversations.untitled;
  const act = async () => {
    await erase(line.id);
    drop(line.id);
    silence();
    announce(t.conversations.erased);
  };
  return (
    <Confirm id="erase" title={t.conversations.eraseTitle} submit={t.conversations.eraseSubmit} act={act}>
      <p>{t.conversations.eraseWhat(title)}</p>
      <p>{t.conversations.eraseRecord}</p>
    </Confirm>
  );
}
