// Gives a conversation another title.
import { useState } from "preact/hooks";
import { asProblem, type Problem } from "../api/http";
import type { ConversationLine } from "../api/shapes";
import { announce } from "../state/announce";
import { rename } from "../state/conversations";
import { closeDialog } from "../state/dialog";
import { t } from "../strings";
import { Dialog } from "../ui/Dialog";
import { Field, toFirstWrong } from "../ui/Field";
import { ProblemBox } from "../ui/ProblemBox";

export function RenameConversation({ line }: { line: ConversationLine }) {
  const [title, setTitle] = useState(line.title);
  const [wrong, setWrong] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const submit = async (form: HTMLFormElement) => {
    setWrong(title.trim() === "");
    if (title.trim() === "") return toFirstWrong(form);
    try {
      await rename(line.id, title.trim());
      announce(t.conversations.renamed);
      closeDialog();
    } catch (failure) {
      setProblem(asProblem(failure));
    }
  };
  return (
    <Dialog id="rename" title={t.conversations.renameTitle} onClose={closeDialog}>
      <form
        class="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit(event.currentTarget);
        }}
      >
        {problem && <ProblemBox problem={problem} />}
        <Field
          id="title"
          label={t.conversations.renameField}
          value={title}
          onValue={setTitle}
          autofocus
          error={wrong ? t.conversations.renameMissing : undefined}
        />
        <p class="actions">
          <button type="submit" class="primary">
            {t.conversations.renameSubmit}
          </button>
          <button type="button" onClick={closeDialog}>
            {t.cancel}
          </button>
        </p>
      </form>
    </Dialog>
  );
}
