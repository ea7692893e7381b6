/** My work at a glance: my state, what is offered, my contacts, and how busy the queues are. */
import { useWords } from "@balie/i18n";
import { Button, EmptyState, IconButton, Skeleton } from "@balie/ui";
import { useQuery } from "@tanstack/react-query";
import { wordsFor } from "../../../server/words-for";
import { useSound } from "../model/attention";
import type { Opened } from "../model/opened";
import { workQuery } from "../model/queries";
import { ContactRow } from "./contact-row";
import { OfferCard } from "./offer-card";
import { PresenceCard } from "./presence-card";
import { QueueList } from "./queue-list";
import "./work.css";

export function WorkPanel({ opened, onAccepted }: { opened: Opened; onAccepted: (contact: string) => void }) {
  const { t } = useWords();
  const work = useQuery(workQuery);
  const [sound, setSound] = useSound();
  return (
    <section className="work" aria-label={t("desk.work")}>
      <header className="work-head">
        <p className="work-name">{t("desk.title")}</p>
        <IconButton
          icon={sound ? "bell" : "bellOff"}
          label={t(sound ? "desk.soundOff" : "desk.soundOn")}
          onPress={() => setSound(!sound)}
          small
        />
      </header>
      {work.isPending && <Skeleton lines={6} label={t("common.loading")} />}
      {work.error && !work.data && (
        <EmptyState
          icon="offline"
          title={t("desk.workFailed")}
          small
          action={<Button onPress={() => work.refetch()}>{t("common.again")}</Button>}
        >
          {wordsFor(work.error, t)}
        </EmptyState>
      )}
      {work.data && (
        <>
          <PresenceCard presence={work.data.presence} />
          <section className="work-offers" aria-live="assertive" aria-label={t("desk.offer.label")}>
            {work.data.offers.map((offer, place) => (
              <OfferCard
                key={offer.id}
                offer={offer}
                first={place === 0}
                onAccepted={() => {
                  opened.show(offer.contact.id);
                  setTimeout(() => onAccepted(offer.contact.id), 120);
                }}
              />
            ))}
          </section>
          <div className="work-scroll">
            <h2 className="work-title">
              {t("desk.mine")}
              <span className="b-numbers">{work.data.contacts.length || ""}</span>
            </h2>
            {work.data.contacts.length === 0 ? (
              <p className="work-none">{t("desk.mineNone")}</p>
            ) : (
              <ul className="work-contacts">
                {work.data.contacts.map((contact) => (
                  <ContactRow key={contact.id} contact={contact} opened={opened} />
                ))}
              </ul>
            )}
            <QueueList />
          </div>
        </>
      )}
    </section>
  );
}
