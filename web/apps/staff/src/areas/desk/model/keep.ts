/** Puts what arrived, by answer or by live line, where the screens look. The only writer of the desk's cache. */
import type { Contact, Entry, Offer, Presence, Queue, Session, Work } from "@balie/api";
import { cache } from "../../../server/cache";
import { live } from "../../../server/live";
import { sessionQuery } from "../../../session/session";
import { mergeEntries } from "./entries";
import { isMine, withContact, withOffer, withoutOffer, withPresence } from "./work";

export function myMembership(): string {
  return cache.getQueryData<Session>(sessionQuery.queryKey)?.membership.id ?? "";
}

export function keepContact(contact: Contact): void {
  cache.setQueryData(["contact", contact.id], contact);
  changeWork((work) => withContact(work, contact, myMembership()));
}

/** Only beside entries that are loaded: half a list would pass for a whole one. */
export function keepEntry(entry: Entry): void {
  cache.setQueryData<Entry[]>(["entries", entry.contact_id], (held) => held && mergeEntries(held, [entry]));
}

export function keepOffer(offer: Offer): void {
  cache.setQueryData(["contact", offer.contact.id], offer.contact);
  changeWork((work) => withOffer(work, offer));
}

export function dropOffer(id: string): void {
  changeWork((work) => withoutOffer(work, id));
}

export function keepPresence(presence: Presence): void {
  changeWork((work) => withPresence(work, presence));
}

export function keepQueue(queue: Queue): void {
  cache.setQueryData<Queue[]>(["queues"], (held) =>
    held?.map((other) => (other.id === queue.id ? queue : other)),
  );
}

/** Runs a call about a contact and keeps its answer, unless a change came by meanwhile: that is at least as new. */
export async function keepingContact(id: string, call: () => Promise<Contact>): Promise<Contact> {
  const name = `contact:${id}`;
  const before = live.versions.of(name);
  const answered = await call();
  if (live.versions.of(name) === before) keepContact(answered);
  return answered;
}

const leaving = new Set<string>();

/** Runs a call by which I give a contact away myself, so that its going is no news. */
export async function givingAway<T>(id: string, call: () => Promise<T>): Promise<T> {
  leaving.add(id);
  try {
    return await call();
  } finally {
    // The live line may tell it a moment after the answer.
    setTimeout(() => leaving.delete(id), 5000);
  }
}

export function isGivenAway(id: string): boolean {
  return leaving.has(id);
}

export function heldContact(id: string): Contact | undefined {
  return (
    cache.getQueryData<Work>(["work"])?.contacts.find((contact) => contact.id === id) ??
    cache.getQueryData<Contact>(["contact", id])
  );
}

export function isHeldMine(id: string): boolean {
  const contact = heldContact(id);
  return contact !== undefined && isMine(contact, myMembership());
}

function changeWork(change: (work: Work) => Work): void {
  cache.setQueryData<Work>(["work"], (work) => work && change(work));
}
