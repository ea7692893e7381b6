/** Follows the live line for the desk: what changed is kept, what was missed is loaded again. */
import type { Contact, Entry, Offer, Presence, Queue } from "@balie/api";
import type { Change, LiveEvent } from "@balie/live";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { cache } from "../../../server/cache";
import { live } from "../../../server/live";
import { needSignIn } from "../../../server/sign-in-need";
import { completeUpTo } from "./entries";
import {
  dropOffer,
  isGivenAway,
  isHeldMine,
  keepContact,
  keepEntry,
  keepOffer,
  keepPresence,
  keepQueue,
} from "./keep";
import { entriesQuery, queuesQuery, workQuery } from "./queries";
import { stores } from "./stores";
import { noteTyping } from "./typing";

export interface FollowOptions {
  onOffer: (offer: Offer) => void;
  onMessage: (entry: Entry) => void;
  /** A contact of mine went to somebody else or closed. */
  onGone: (contact: Contact) => void;
}

/** Connects as soon as there is a snapshot to go on from. */
export function useFollow({ onOffer, onMessage, onGone }: FollowOptions): void {
  const position = useQuery(workQuery).data?.position;

  useEffect(() => {
    if (position !== undefined) live.start(position);
  }, [position]);

  useEffect(
    () =>
      live.listen((event) => {
        if (event.type === "changed") takeChange(event.change, { onOffer, onMessage, onGone });
        else takeEvent(event);
      }),
    [onOffer, onMessage, onGone],
  );
}

/** Asks for the entries of these contacts as they come. */
export function useWatch(contacts: readonly string[]): void {
  const names = contacts.join(" ");
  useEffect(() => {
    const stops = names
      .split(" ")
      .filter(Boolean)
      .map((contact) => live.watch(contact));
    return () => {
      for (const stop of stops) stop();
    };
  }, [names]);
}

/** Whether the page is in sight. */
export function useInSight(): boolean {
  return useSyncExternalStore(
    (reader) => {
      document.addEventListener("visibilitychange", reader);
      return () => document.removeEventListener("visibilitychange", reader);
    },
    () => !document.hidden,
  );
}

function takeChange({ kind, object }: Change, options: FollowOptions): void {
  switch (kind) {
    case "contact":
      takeContact(object as Contact, options);
      break;
    case "entry":
      takeEntry(object as Entry, options);
      break;
    case "offer":
      keepOffer(object as Offer);
      options.onOffer(object as Offer);
      break;
    case "offer_gone":
      dropOffer((object as { id: string }).id);
      break;
    case "presence":
      keepPresence(object as Presence);
      break;
    case "queue":
      keepQueue(object as Queue);
      break;
  }
}

function takeContact(contact: Contact, { onGone }: FollowOptions): void {
  const wasMine = isHeldMine(contact.id);
  keepContact(contact);
  const entries = cache.getQueryData<Entry[]>(entriesQuery(contact.id).queryKey);
  if (entries && completeUpTo(entries) < contact.last_seq) loadMissing(contact.id);
  if (wasMine && !isHeldMine(contact.id) && !isGivenAway(contact.id)) onGone(contact);
}

function takeEntry(entry: Entry, { onMessage }: FollowOptions): void {
  const held = cache.getQueryData<Entry[]>(entriesQuery(entry.contact_id).queryKey);
  const known = held?.some((other) => other.seq === entry.seq);
  keepEntry(entry);
  stores().outbox.settle(entry.contact_id, entry.client_ref ?? null);
  if (held && completeUpTo(held) < entry.seq - 1) loadMissing(entry.contact_id);
  if (known || entry.author.kind !== "customer" || entry.kind !== "message") return;
  noteTyping(entry.contact_id, false);
  onMessage(entry);
}

function takeEvent(event: Exclude<LiveEvent, { type: "changed" }>): void {
  if (event.type === "typing" && event.who === "customer") noteTyping(event.contact, event.typing);
  if (event.type === "signed_out") needSignIn();
  if (event.type === "back") {
    cache.invalidateQueries({ queryKey: ["entries"] });
    cache.invalidateQueries(workQuery);
    cache.invalidateQueries(queuesQuery);
  }
  if (event.type === "resync") cache.invalidateQueries();
}

/** A moment later, because the frame that fills the gap is usually right behind. */
function loadMissing(contact: string): void {
  setTimeout(() => {
    const { queryKey } = entriesQuery(contact);
    const entries = cache.getQueryData<Entry[]>(queryKey) ?? [];
    if (completeUpTo(entries) < (entries.at(-1)?.seq ?? 0) || isBehind(contact, entries)) {
      cache.invalidateQueries({ queryKey });
    }
  }, 400);
}

function isBehind(contact: string, entries: readonly Entry[]): boolean {
  const last = cache.getQueryData<Contact>(["contact", contact])?.last_seq ?? 0;
  return completeUpTo(entries) < last;
}
