/** The desk of an agent: my work on the left, conversations in the middle, what is known about them on the right. */
import type { Contact, Entry, Offer } from "@balie/api";
import { useWords } from "@balie/i18n";
import { EmptyState, toast } from "@balie/ui";
import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo, useState } from "react";
import { useCommands } from "../../keys/commands";
import { AboutPanel } from "./about/about-panel";
import { play, useAttention } from "./model/attention";
import { nameOf } from "./model/contact";
import { useFollow, useWatch } from "./model/follow";
import { myMembership } from "./model/keep";
import { useOpened } from "./model/opened";
import { workQuery } from "./model/queries";
import { focusComposer } from "./talk/composer";
import { Talk } from "./talk/talk";
import { WorkPanel } from "./work/work-panel";
import "./desk.css";

const aboutKey = "balie.desk.about";

export function Desk() {
  const { t } = useWords();
  const opened = useOpened();
  const { at, open, show, close } = opened;
  const work = useQuery(workQuery).data;
  const contacts = useMemo(() => work?.contacts ?? [], [work]);
  const [aboutShown, setAboutShown] = useState(() => localStorage.getItem(aboutKey) !== "off");

  const onOffer = useCallback((_: Offer) => play("offer"), []);
  const onMessage = useCallback((_: Entry) => document.hidden && play("message"), []);
  const onGone = useCallback(
    (contact: Contact) => {
      if (contact.state === "waiting") toast({ words: t("desk.gone", { name: nameOf(contact, t) }) });
    },
    [t],
  );
  useFollow({ onOffer, onMessage, onGone });
  useWatch(useMemo(() => [...new Set([...contacts.map(({ id }) => id), ...open])], [contacts, open]));
  const unread = contacts.filter(
    ({ last_entry: last, read_by_agent: read }) => last?.author.kind === "customer" && last.seq > read,
  ).length;
  useAttention({ offers: work?.offers.length ?? 0, unread });

  const turn = (steps: number) => {
    const place = contacts.findIndex((contact) => contact.id === at);
    const next = contacts.at(place < 0 ? (steps > 0 ? 0 : -1) : (place + steps) % contacts.length);
    if (next) show(next.id);
  };
  const toggleAbout = () => {
    localStorage.setItem(aboutKey, aboutShown ? "off" : "on");
    setAboutShown(!aboutShown);
  };
  useCommands([
    { id: "next", words: t("desk.keys.next"), group: "work", keys: "j", run: () => turn(1) },
    { id: "previous", words: t("desk.keys.previous"), group: "work", keys: "k", run: () => turn(-1) },
    { id: "panel", words: t("desk.keys.panel"), group: "about", keys: "i", run: toggleAbout },
    ...contacts.slice(0, 9).map((contact, place) => ({
      id: `open-${place + 1}`,
      words: t("desk.keys.open", { name: nameOf(contact, t) }),
      group: "work" as const,
      keys: String(place + 1),
      run: () => show(contact.id),
    })),
  ]);

  /** After a contact is done: the next one that is not open yet comes in its place. */
  const done = useCallback(
    (id: string) =>
      close(id, contacts.find((contact) => contact.id !== id && !open.includes(contact.id))?.id ?? null),
    [close, contacts, open],
  );

  const pane = at === null ? "work" : (opened.pane ?? "talk");
  return (
    <main
      className="desk"
      id="main"
      tabIndex={-1}
      data-pane={pane}
      data-about={aboutShown && at !== null ? true : undefined}
    >
      <h1 className="b-hidden">{t("desk.title")}</h1>
      <WorkPanel opened={opened} onAccepted={(id) => focusComposer(id)} />
      <section className="desk-talks" data-count={open.length} aria-label={t("desk.talks")}>
        {open.length === 0 && (
          <NothingOpen ready={work?.presence.state === "ready"} some={contacts.length > 0} />
        )}
        {open.map((id) => (
          <Talk
            key={id}
            id={id}
            opened={opened}
            aboutShown={aboutShown}
            onToggleAbout={toggleAbout}
            onDone={() => done(id)}
            mine={myMembership()}
          />
        ))}
      </section>
      {at !== null && (aboutShown || pane === "about") && <AboutPanel key={at} id={at} opened={opened} />}
    </main>
  );
}

function NothingOpen({ ready, some }: { ready: boolean; some: boolean }) {
  const { t } = useWords();
  if (some) {
    return (
      <EmptyState icon="chat" title={t("desk.empty.chooseTitle")}>
        {t("desk.empty.chooseWords")}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={ready ? "inbox" : "cup"}
      title={t(ready ? "desk.empty.readyTitle" : "desk.empty.notReadyTitle")}
    >
      {t(ready ? "desk.empty.readyWords" : "desk.empty.notReadyWords")}
    </EmptyState>
  );
}
