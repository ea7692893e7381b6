/** To whom a contact goes on: a queue or a colleague, with a word for whoever takes it. */
import type { Colleague, Contact, Queue } from "@balie/api";
import { useWords } from "@balie/i18n";
import { Avatar, Button, Dialog, Icon, IconButton, TextArea } from "@balie/ui";
import { Finder } from "@balie/ui/finder";
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useState } from "react";
import { wordsFor } from "../../../server/words-for";
import { LoadFailed } from "../load-failed";
import { type Target, transfer } from "../model/actions";
import { myMembership } from "../model/keep";
import { colleaguesQuery, queuesQuery } from "../model/queries";
import "./lines.css";

type Choice = { id: string; name: string; target: Target } & (
  | { kind: "queue"; queue: Queue }
  | { kind: "colleague"; colleague: Colleague }
);

export interface TransferDialogProps {
  contact: Contact;
  onClose: () => void;
  /** Does it, or throws why not. */
  onTransfer: (call: () => Promise<Contact>, to: string) => Promise<void>;
}

export function TransferDialog({ contact, onClose, onTransfer }: TransferDialogProps) {
  const { t } = useWords();
  const queues = useQuery(queuesQuery);
  const colleagues = useQuery(colleaguesQuery);
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState<Choice | null>(null);
  const [note, setNote] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const failed = queues.error ?? colleagues.error;
  const wanted = text.trim().toLocaleLowerCase();
  const choices = choicesOf(queues.data ?? [], colleagues.data ?? [], contact).filter((choice) =>
    choice.name.toLocaleLowerCase().includes(wanted),
  );

  async function go() {
    if (!chosen || busy) return;
    setBusy(true);
    setError(null);
    try {
      await onTransfer(() => transfer(contact.id, chosen.target, note), chosen.name);
    } catch (refusal) {
      setError(refusal);
    } finally {
      setBusy(false);
    }
  }

  function again() {
    if (queues.error) queues.refetch();
    if (colleagues.error) colleagues.refetch();
  }

  function chooseAnother() {
    setChosen(null);
    setError(null);
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    go();
  }

  return (
    <Dialog title={t("desk.transfer.title")} closeLabel={t("common.close")} onClose={onClose}>
      {chosen ? (
        // biome-ignore lint/a11y/noStaticElementInteractions: Enter in the note sends, as in the composer.
        <div className="transfer-last" onKeyDown={onKeyDown}>
          <div className="transfer-chosen">
            <ChoiceLine choice={chosen} />
            <IconButton icon="x" label={t("desk.transfer.other")} onPress={chooseAnother} small />
          </div>
          <TextArea
            label={t("desk.transfer.note")}
            advice={t("desk.transfer.noteAdvice")}
            value={note}
            onChange={setNote}
            autoFocus
          />
          {error !== null && (
            <p className="b-error" role="alert">
              {wordsFor(error, t)}
            </p>
          )}
          <div className="b-dialog-answers">
            <Button onPress={chooseAnother}>{t("common.back")}</Button>
            <Button look="primary" keys="↵" isDisabled={busy} onPress={go}>
              {t("desk.transfer.act")}
            </Button>
          </div>
        </div>
      ) : (
        <>
          {failed && <LoadFailed error={failed} onAgain={again} />}
          <Finder
            label={t("desk.transfer.find")}
            text={text}
            onText={setText}
            items={choices}
            words={(choice) => choice.name}
            render={(choice) => <ChoiceLine choice={choice} />}
            onChoose={setChosen}
            busy={queues.isPending || colleagues.isPending}
            empty={queues.isPending ? t("common.loading") : t("desk.transfer.none")}
            autoFocus
          />
        </>
      )}
    </Dialog>
  );
}

function ChoiceLine({ choice }: { choice: Choice }) {
  const { t } = useWords();
  if (choice.kind === "queue") {
    const { waiting, agents_ready: ready } = choice.queue;
    return (
      <span className="transfer-line">
        <span className="transfer-sign">
          <Icon name="inbox" size={14} />
        </span>
        <span className="b-cut">{choice.name}</span>
        <small className="b-muted">{t("desk.transfer.queueFacts", { waiting, ready })}</small>
      </span>
    );
  }
  const { membership_id: id, state, chat, team } = choice.colleague;
  return (
    <span className="transfer-line">
      <Avatar id={id} name={choice.name} size={24} state={state} />
      <span className="b-cut">{choice.name}</span>
      <small className="b-muted">
        {[team, state === "ready" ? t("desk.presence.room", chat) : t(`desk.presence.states.${state}`)]
          .filter(Boolean)
          .join(" · ")}
      </small>
    </span>
  );
}

/** Colleagues who can take it now first, then queues, then who is busy. Who is not signed in cannot take it. */
function choicesOf(queues: readonly Queue[], colleagues: readonly Colleague[], contact: Contact): Choice[] {
  const people = colleagues
    .filter((colleague) => colleague.membership_id !== myMembership() && colleague.state !== "offline")
    .map((colleague): Choice => {
      const id = colleague.membership_id;
      return { id, name: colleague.name, kind: "colleague", colleague, target: { agent_id: id } };
    });
  const ready = (choice: Choice) =>
    choice.kind === "colleague" &&
    choice.colleague.state === "ready" &&
    choice.colleague.chat.used < choice.colleague.chat.total;
  const lines = queues
    .filter((queue) => queue.id !== contact.queue?.id)
    .map(
      (queue): Choice => ({
        id: queue.id,
        name: queue.name,
        kind: "queue",
        queue,
        target: { queue_id: queue.id },
      }),
    );
  return [...people.filter(ready), ...lines, ...people.filter((person) => !ready(person))];
}
