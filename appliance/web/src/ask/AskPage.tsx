// The staff page: conversations at the side, one conversation in the middle.
import { current } from "../state/open";
import { ConversationList } from "./ConversationList";
import { ConversationView } from "./ConversationView";

export function AskPage() {
  const conversation = current.value;
  return (
    <div class="desk">
      <aside class="sidebar" id="conversations">
        <ConversationList />
      </aside>
      {conversation && <ConversationView conversation={conversation} />}
    </div>
  );
}
