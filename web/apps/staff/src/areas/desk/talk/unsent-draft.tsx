/** What somebody was writing when it could no longer be sent: it stays to be read, copied, or kept as a note. */
import { useWords } from "@balie/i18n";
import { Button, Icon } from "@balie/ui";
import type { Mode } from "../model/drafts";
import { stores, useDraft } from "../model/stores";
import { DraftFiles } from "./draft-files";

export interface UnsentDraftProps {
  contact: string;
  mode: Mode;
  /** The contact is being wrapped up: the words can go along as its note, and are gone after that. */
  wrappingUp?: boolean;
}

export function UnsentDraft({ contact, mode, wrappingUp }: UnsentDraftProps) {
  const { t } = useWords();
  const { text, files } = useDraft(contact, mode);
  if (text.trim() === "" && files.length === 0) return null;

  function toNote() {
    const { drafts } = stores();
    drafts.write(contact, "note", [drafts.of(contact, "note").text, text].filter(Boolean).join("\n"));
    drafts.write(contact, mode, "");
  }

  return (
    <section className="unsent-draft">
      <p className="unsent-draft-head">
        <Icon name="alert" size={14} />
        {t(
          wrappingUp
            ? "desk.unsent.answerWrappingUp"
            : mode === "note"
              ? "desk.unsent.noteTooLate"
              : "desk.unsent.answerTooLate",
        )}
      </p>
      {text && (
        <p className="unsent-draft-text" dir="auto">
          {text}
        </p>
      )}
      <DraftFiles contact={contact} files={files} />
      <div className="unsent-draft-acts">
        {wrappingUp && text && (
          <Button small icon="note" onPress={toNote}>
            {t("desk.unsent.toNote")}
          </Button>
        )}
        <Button small look="quiet" onPress={() => stores().drafts.clear(contact, mode)}>
          {t("desk.unsent.drop")}
        </Button>
      </div>
    </section>
  );
}
