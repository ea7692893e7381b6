/** The conversation from top to bottom: what is kept, what is on its way, and who is typing. Stays at the newest. */
import type { Contact, Entry } from "@balie/api";
import { useWords } from "@balie/i18n";
import { Button, EmptyState, Skeleton } from "@balie/ui";
import { useQuery } from "@tanstack/react-query";
import { Fragment, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { wordsFor } from "../../../server/words-for";
import { read } from "../model/actions";
import { blocksOf } from "../model/entries";
import { useInSight } from "../model/follow";
import { useNow } from "../model/now";
import { entriesQuery } from "../model/queries";
import { useUnsent } from "../model/stores";
import { useTyping } from "../model/typing";
import { EventLine, MessageBlock } from "./blocks";
import { UnsentMessage } from "./unsent-message";

export interface ConversationProps {
  contact: Contact;
  mine: string;
  /** Somebody works at it, so that what is in sight counts as read. */
  attended: boolean;
}

export function Conversation({ contact, mine, attended }: ConversationProps) {
  const { t, formats } = useWords();
  const now = useNow(60_000);
  const { data: entries, error, isPending, refetch } = useQuery(entriesQuery(contact.id));
  const unsent = useUnsent(contact.id);
  const typing = useTyping(contact.id);
  const blocks = useMemo(() => blocksOf(entries ?? []), [entries]);
  const [readAtFirst] = useState(contact.read_by_agent);
  const firstNew = entries?.find((entry) => entry.seq > readAtFirst && entry.author.kind === "customer")?.id;
  const { scroller, missed, toEnd } = useStayAtEnd([entries, unsent, typing], entries);
  useReading(contact, attended && entries !== undefined && !missed);

  if (isPending)
    return <div className="talk-scroll">{<Skeleton lines={9} label={t("common.loading")} />}</div>;
  if (error && !entries) {
    return (
      <div className="talk-scroll">
        <EmptyState
          icon="offline"
          title={t("desk.entriesFailed")}
          action={<Button onPress={() => refetch()}>{t("common.again")}</Button>}
        >
          {wordsFor(error, t)}
        </EmptyState>
      </div>
    );
  }
  return (
    <div className="talk-place">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keyboard. */}
      <div className="talk-scroll" ref={scroller} tabIndex={0} role="log" aria-label={t("desk.conversation")}>
        <div className="talk-flow">
          {blocks.map((block) => (
            <Fragment key={block.key}>
              {"entries" in block && block.entries.some((entry) => entry.id === firstNew) && (
                <p className="talk-new">
                  <span>{t("desk.new")}</span>
                </p>
              )}
              {block.kind === "day" && (
                <p className="talk-day">
                  <time dateTime={block.at}>{formats.day(block.at, now)}</time>
                </p>
              )}
              {block.kind === "event" && <EventLine entry={block.entry} />}
              {(block.kind === "messages" || block.kind === "note") && (
                <MessageBlock block={block} contact={contact} mine={mine} last={lastOfOurs(entries)} />
              )}
            </Fragment>
          ))}
          {unsent.map((message) => (
            <UnsentMessage key={message.ref} message={message} />
          ))}
          <p className="talk-typing" aria-live="polite">
            {typing && (
              <>
                <i aria-hidden="true" />
                <i aria-hidden="true" />
                <i aria-hidden="true" />
                <span className="b-hidden">{t("desk.typing")}</span>
              </>
            )}
          </p>
        </div>
      </div>
      {missed && (
        <span className="talk-missed">
          <Button small look="primary" icon="chevronDown" onPress={toEnd}>
            {t("desk.newBelow")}
          </Button>
        </span>
      )}
    </div>
  );
}

function lastOfOurs(entries: readonly Entry[] | undefined): number {
  return entries?.findLast((entry) => entry.kind === "message" && entry.author.kind === "agent")?.seq ?? 0;
}

/** The newest message in sight, with the attention, counts as read a moment later. */
function useReading({ id, last_seq: last, read_by_agent: readUpTo }: Contact, attended: boolean): void {
  const inSight = useInSight();
  useEffect(() => {
    if (!attended || !inSight || readUpTo >= last) return;
    const timer = setTimeout(() => read(id, last), 600);
    return () => clearTimeout(timer);
  }, [id, attended, inSight, readUpTo, last]);
}

/** Whoever reads back is left where they are, and told that there is more. */
function useStayAtEnd(changes: readonly unknown[], entries: readonly Entry[] | undefined) {
  const [element, scroller] = useState<HTMLDivElement | null>(null);
  const atEnd = useRef(true);
  const [missed, setMissed] = useState(false);
  const last = entries?.at(-1);

  useEffect(() => {
    if (!element) return;
    let before = element.scrollTop;
    const onScroll = () => {
      const near = element.scrollHeight - element.scrollTop - element.clientHeight < 48;
      // Only going up leaves the end: the content may also have grown since the scroll.
      if (near || element.scrollTop < before) atEnd.current = near;
      before = element.scrollTop;
      if (near) setMissed(false);
    };
    const toBottom = () => {
      if (atEnd.current) element.scrollTop = element.scrollHeight;
    };
    const sizes = new ResizeObserver(toBottom);
    sizes.observe(element);
    if (element.firstElementChild) sizes.observe(element.firstElementChild);
    element.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      sizes.disconnect();
      element.removeEventListener("scroll", onScroll);
    };
  }, [element]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the list given is the list of dependencies.
  useLayoutEffect(() => {
    if (!element) return;
    if (atEnd.current) element.scrollTop = element.scrollHeight;
    else if (last?.author.kind === "customer") setMissed(true);
  }, [element, ...changes]);

  const toEnd = () => {
    atEnd.current = true;
    element?.scrollTo({ top: element.scrollHeight });
    setMissed(false);
  };
  return { scroller, missed, toEnd };
}
