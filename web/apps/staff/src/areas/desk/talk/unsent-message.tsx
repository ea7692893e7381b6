/** A message of mine that the server does not have yet: on its way, waiting for the line, or refused. */
import { useWords } from "@balie/i18n";
import { Button, Icon } from "@balie/ui";
import { wordsFor } from "../../../server/words-for";
import type { Unsent } from "../model/outbox";
import { stores } from "../model/stores";
import { Attachments } from "./attachments";
import { focusComposer } from "./composer";
import { SafeText } from "./safe-text";

export function UnsentMessage({ message }: { message: Unsent }) {
  const { t } = useWords();
  const { contact, ref, mode, state } = message;

  /** Back into the composer, before what is already there. */
  function change() {
    const { drafts, outbox } = stores();
    const taken = outbox.takeBack(contact, ref);
    if (!taken) return;
    drafts.write(contact, mode, [taken.text, drafts.of(contact, mode).text].filter(Boolean).join("\n"));
    drafts.setFiles(contact, mode, (files) => [
      ...taken.attachments.map((attachment) => ({
        key: attachment.id,
        name: attachment.name,
        size: attachment.size,
        state: "kept" as const,
        attachment,
        file: null,
        error: null,
      })),
      ...files,
    ]);
    focusComposer(contact, mode);
  }

  return (
    <article className="block" data-side="ours" data-note={mode === "note" || undefined} data-unsent={state}>
      <div className="block-body">
        {message.text && (
          <p className="bubble" dir="auto">
            <SafeText text={message.text} />
          </p>
        )}
        <Attachments attachments={message.attachments} />
        {state === "sending" && <p className="block-mark">{t("desk.unsent.sending")}</p>}
        {state === "waiting" && (
          <p className="block-mark">
            <Icon name="offline" size={13} /> {t("desk.unsent.waiting")}
            <Button small look="quiet" onPress={() => stores().outbox.flush()}>
              {t("common.again")}
            </Button>
          </p>
        )}
        {state === "refused" && (
          <div className="block-refused" role="alert">
            <p>
              <strong>{t("desk.unsent.refused")}</strong> {message.error ? wordsFor(message.error, t) : null}
            </p>
            <Button small onPress={() => stores().outbox.retry(contact, ref)}>
              {t("common.again")}
            </Button>
            <Button small look="quiet" onPress={change}>
              {t("desk.unsent.change")}
            </Button>
            <Button small look="quiet" onPress={() => stores().outbox.takeBack(contact, ref)}>
              {t("desk.unsent.drop")}
            </Button>
          </div>
        )}
      </div>
    </article>
  );
}
