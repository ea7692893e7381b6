/** Messages, notes and events as they stand in a conversation. */
import type { Contact, Entry } from "@balie/api";
import { useWords } from "@balie/i18n";
import { Avatar, Icon } from "@balie/ui";
import type { Block } from "../model/entries";
import { eventWords } from "../model/event-words";
import { Attachments } from "./attachments";
import { SafeText } from "./safe-text";

export interface MessageBlockProps {
  block: Extract<Block, { kind: "messages" | "note" }>;
  contact: Contact;
  mine: string;
  /** The last message of ours: only that one says whether it was read. */
  last: number;
}

export function MessageBlock({ block, contact, mine, last }: MessageBlockProps) {
  const { t, formats } = useWords();
  const note = block.kind === "note";
  const { author, entries } = block;
  const theirs = author.kind === "customer";
  const name = theirs
    ? (contact.customer?.name ?? author.name ?? t("desk.anonymous"))
    : author.id === mine
      ? t("desk.you")
      : (author.name ?? t("desk.system"));
  const first = entries[0];
  const own = entries.find((entry) => entry.seq === last);

  return (
    <article className="block" data-side={theirs ? "theirs" : "ours"} data-note={note || undefined}>
      {theirs && (
        <Avatar id={contact.customer?.id ?? contact.id} name={contact.customer?.name ?? null} size={26} />
      )}
      <div className="block-body">
        <p className="block-head">
          {note && <Icon name="lock" size={12} />}
          <strong>{name}</strong>
          {note && <span>{t("desk.noteSign")}</span>}
          {first && <time dateTime={first.at}>{formats.clock(first.at)}</time>}
        </p>
        {entries.map((entry) => (
          <Message key={entry.id} entry={entry} />
        ))}
        {own && !note && (
          <p className="block-mark">
            <Icon name={contact.read_by_customer >= own.seq ? "checkDouble" : "check"} size={13} />
            {t(contact.read_by_customer >= own.seq ? "desk.readByCustomer" : "desk.sent")}
          </p>
        )}
      </div>
    </article>
  );
}

export function EventLine({ entry }: { entry: Entry }) {
  const { t, formats } = useWords();
  return (
    <p className="talk-event">
      <span>{eventWords(entry.event, t)}</span>
      <time dateTime={entry.at}>{formats.clock(entry.at)}</time>
    </p>
  );
}

function Message({ entry }: { entry: Entry }) {
  const { t } = useWords();
  if (entry.erased) return <p className="bubble bubble-erased">{t("desk.erased")}</p>;
  return (
    <>
      {entry.text && (
        <p className="bubble" dir="auto">
          <SafeText text={entry.text} />
        </p>
      )}
      <Attachments attachments={entry.attachments} foreign={entry.author.kind === "customer"} />
    </>
  );
}
