/** One open contact: head, conversation, and below it what can be done now: answer, wrap up, or only read. */
import type { Contact } from "@balie/api";
import { useWords } from "@balie/i18n";
import { Button, EmptyState, Skeleton, toast } from "@balie/ui";
import { useState } from "react";
import { useCommands } from "../../../keys/commands";
import { wordsFor } from "../../../server/words-for";
import { Confirm } from "../../../shell/confirm";
import { lazily } from "../../../shell/lazily";
import { end, requeue } from "../model/actions";
import { useContact } from "../model/contact";
import type { Opened } from "../model/opened";
import { isMine } from "../model/work";
import { Composer, focusComposer } from "./composer";
import { Conversation } from "./conversation";
import { TalkHead } from "./talk-head";
import { UnsentDraft } from "./unsent-draft";
import { WrapUp } from "./wrap-up";
import "./talk.css";

const TransferDialog = lazily(() => import("./transfer-dialog").then((part) => part.TransferDialog));

export interface TalkProps {
  id: string;
  opened: Opened;
  aboutShown: boolean;
  onToggleAbout: () => void;
  onDone: () => void;
  mine: string;
}

export type Question = "transfer" | "requeue" | "end" | null;

export function Talk({ id, opened, aboutShown, onToggleAbout, onDone, mine }: TalkProps) {
  const { t } = useWords();
  const { contact, error, refetch } = useContact(id);
  const [question, setQuestion] = useState<Question>(null);
  const attended = opened.at === id;
  const active = contact !== undefined && isMine(contact, mine) && contact.state === "assigned";
  useCommands(attended ? commands() : []);

  function commands() {
    const close = {
      id: "close",
      words: t("desk.keys.close"),
      group: "talk" as const,
      keys: "escape",
      run: () => opened.close(id),
    };
    if (!active) return [close];
    return [
      {
        id: "answer",
        words: t("desk.keys.answer"),
        group: "talk" as const,
        keys: "r",
        run: () => focusComposer(id, "message"),
      },
      {
        id: "note",
        words: t("desk.keys.note"),
        group: "talk" as const,
        keys: "n",
        run: () => focusComposer(id, "note"),
      },
      {
        id: "transfer",
        words: t("desk.transfer.title"),
        group: "talk" as const,
        keys: "t",
        run: () => setQuestion("transfer"),
      },
      {
        id: "requeue",
        words: t("desk.requeue.title"),
        group: "talk" as const,
        keys: "q",
        run: () => setQuestion("requeue"),
      },
      {
        id: "end",
        words: t("desk.end.title"),
        group: "talk" as const,
        keys: "e",
        run: () => setQuestion("end"),
      },
      close,
    ];
  }

  /** Does what was asked, and closes the column when the contact is no longer mine. Whoever asked tells a refusal. */
  async function act(call: () => Promise<Contact>, told: string | null) {
    const after = await call();
    setQuestion(null);
    if (told) toast({ words: told });
    if (!isMine(after, mine)) onDone();
  }

  return (
    <section
      className="talk"
      data-attended={attended || undefined}
      aria-label={
        contact
          ? t("desk.talkWith", { subject: contact.subject ?? t("desk.anonymous") })
          : t("common.loading")
      }
      onFocusCapture={() => !attended && opened.show(id)}
      onPointerDownCapture={() => !attended && opened.show(id)}
    >
      {contact && (
        <TalkHead
          contact={contact}
          opened={opened}
          active={active}
          aboutShown={aboutShown}
          onToggleAbout={onToggleAbout}
          onQuestion={setQuestion}
        />
      )}
      {!contact && !error && <Skeleton lines={8} label={t("common.loading")} />}
      {!contact && error && (
        <EmptyState
          icon="alert"
          title={t("desk.contactFailed")}
          action={
            <div className="talk-acts">
              <Button onPress={() => refetch()}>{t("common.again")}</Button>
              <Button look="quiet" onPress={() => opened.close(id)}>
                {t("common.close")}
              </Button>
            </div>
          }
        >
          {wordsFor(error, t)}
        </EmptyState>
      )}
      {contact && <Conversation contact={contact} mine={mine} attended={attended && active} />}
      {contact && <Foot contact={contact} mine={mine} attended={attended} onDone={onDone} />}
      {question === "transfer" && contact && (
        <TransferDialog
          contact={contact}
          onClose={() => setQuestion(null)}
          onTransfer={(call, to) => act(call, t("desk.transfer.done", { to }))}
        />
      )}
      {question === "requeue" && (
        <Confirm
          title={t("desk.requeue.title")}
          words={t("desk.requeue.words")}
          doIt={t("desk.requeue.act")}
          onClose={() => setQuestion(null)}
          onConfirm={() => act(() => requeue(id), t("desk.requeue.done"))}
        />
      )}
      {question === "end" && (
        <Confirm
          title={t("desk.end.title")}
          words={t("desk.end.words")}
          doIt={t("desk.end.act")}
          onClose={() => setQuestion(null)}
          onConfirm={() => act(() => end(id), null)}
        />
      )}
    </section>
  );
}

function Foot(props: { contact: Contact; mine: string; attended: boolean; onDone: () => void }) {
  const { t, formats } = useWords();
  const { contact, mine, attended, onDone } = props;
  if (!isMine(contact, mine)) {
    const closed = contact.closed_at ?? contact.ended_at;
    return (
      <>
        <UnsentDraft contact={contact.id} mode="message" />
        <UnsentDraft contact={contact.id} mode="note" />
        <p className="talk-closed">
          {closed
            ? t("desk.closedAt", {
                when: formats.moment(closed, Date.now()),
                who: contact.agent?.name ?? t("desk.nobody"),
              })
            : t("desk.notMine")}
        </p>
      </>
    );
  }
  if (contact.state === "wrapping_up")
    return <WrapUp contact={contact} attended={attended} onDone={onDone} />;
  return <Composer contact={contact.id} subject={contact.subject ?? null} />;
}
