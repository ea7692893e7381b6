/** One of my contacts in the list: who, what was last said, what it needs from me. */
import type { Contact } from "@balie/api";
import { useWords } from "@balie/i18n";
import { Avatar, Count, IconButton, Tag } from "@balie/ui";
import { nameOf, useSigns } from "../model/contact";
import { useNow } from "../model/now";
import type { Opened } from "../model/opened";
import { useHasDraft, useUnsent } from "../model/stores";
import { useTyping } from "../model/typing";

const patientMs = 2 * 60_000;

export function ContactRow({ contact, opened }: { contact: Contact; opened: Opened }) {
  const { t, formats } = useWords();
  const now = useNow(10_000);
  const { unread, waiting } = useSigns(contact);
  const typing = useTyping(contact.id);
  const draft = useHasDraft(contact.id);
  const stuck = useUnsent(contact.id).some((unsent) => unsent.state !== "sending");
  const last = contact.last_entry;
  const name = nameOf(contact, t);
  const waited = waiting ? now - Date.parse(waiting) : 0;
  const shown = opened.open.includes(contact.id);

  return (
    <li className="row" data-at={opened.at === contact.id || undefined} data-shown={shown || undefined}>
      <button
        type="button"
        className="row-open"
        aria-current={opened.at === contact.id || undefined}
        onClick={(event) => (event.metaKey || event.ctrlKey ? opened.showBeside : opened.show)(contact.id)}
      >
        <Avatar id={contact.customer?.id ?? contact.id} name={contact.customer?.name ?? null} size={32} />
        <span className="row-words">
          <span className="row-top">
            <strong className="b-cut" data-unread={unread > 0 || undefined}>
              {name}
            </strong>
            {last && <time dateTime={last.at}>{formats.ago(last.at, now)}</time>}
          </span>
          <span className="row-top">
            <span className="row-preview b-cut" data-unread={unread > 0 || undefined}>
              {typing ? (
                <em>{t("desk.typing")}</em>
              ) : (
                <>
                  {last?.author.kind === "agent" && <span className="b-faint">{t("desk.you")}: </span>}
                  {last?.preview ?? contact.subject}
                </>
              )}
            </span>
            <Count value={unread} label={t("desk.unread", { count: unread })} />
          </span>
          <span className="row-signs">
            <span className="b-cut">{contact.subject}</span>
            {contact.state === "wrapping_up" && <Tag tone="accent">{t("desk.wrapUp.sign")}</Tag>}
            {waiting && waited >= 60_000 && (
              <Tag tone={waited > patientMs ? "attention" : "neutral"} icon="clock">
                {t("desk.waits", { time: formats.ago(waiting, now) })}
              </Tag>
            )}
            {stuck && <Tag tone="danger">{t("desk.unsent.sign")}</Tag>}
            {draft && opened.at !== contact.id && <Tag>{t("desk.draft")}</Tag>}
          </span>
        </span>
      </button>
      {!shown && (
        <span className="row-beside">
          <IconButton
            icon="columns"
            label={t("desk.beside", { name })}
            onPress={() => opened.showBeside(contact.id)}
            small
          />
        </span>
      )}
    </li>
  );
}
