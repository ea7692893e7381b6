/** The other contacts of this customer, newest first; each opens beside the one in hand. */
import type { Contact } from "@balie/api";
import { useWords } from "@balie/i18n";
import { Icon, Skeleton, Tag } from "@balie/ui";
import { useQuery } from "@tanstack/react-query";
import { LoadFailed } from "../load-failed";
import type { Opened } from "../model/opened";
import { customerContactsQuery } from "../model/queries";

export function EarlierContacts({ contact, opened }: { contact: Contact; opened: Opened }) {
  const { t, formats } = useWords();
  const { data, error, isPending, refetch } = useQuery(customerContactsQuery(contact.customer?.id ?? ""));
  const others = data?.items.filter((other) => other.id !== contact.id) ?? [];
  return (
    <section className="about-part">
      <h3 className="about-title">{t("desk.earlier.title")}</h3>
      {isPending && <Skeleton lines={3} label={t("common.loading")} />}
      {error && !data && <LoadFailed error={error} onAgain={refetch} />}
      {data && others.length === 0 && <p className="about-none">{t("desk.earlier.none")}</p>}
      <ul className="about-earlier">
        {others.map((other) => (
          <li key={other.id}>
            <button type="button" onClick={() => opened.showBeside(other.id)}>
              <Icon name="chat" size={14} />
              <span className="about-earlier-words">
                <span className="b-cut">{other.subject ?? t("desk.noSubject")}</span>
                <small className="b-muted b-cut">
                  {formats.day(other.started_at, Date.now())}
                  {other.agent && ` · ${other.agent.name}`}
                </small>
              </span>
              {other.state !== "closed" && <Tag tone="accent">{t(`desk.states.${other.state}`)}</Tag>}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
