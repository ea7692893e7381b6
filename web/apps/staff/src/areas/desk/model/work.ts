/** What is on my desk: offers and contacts, brought up to date by snapshots and changes in any order. Pure. */
import type { Contact, Offer, Presence, Work } from "@balie/api";

/** What is known of the newest state of things, by name. */
export interface Known {
  of(name: string): number | null;
}

/** A contact is on my desk as long as I have it and it is not done. */
export function isMine(contact: Contact, membership: string): boolean {
  return (
    contact.agent?.id === membership && (contact.state === "assigned" || contact.state === "wrapping_up")
  );
}

export function withContact(work: Work, contact: Contact, membership: string): Work {
  const others = work.contacts.filter((other) => other.id !== contact.id);
  if (!isMine(contact, membership)) return { ...work, contacts: others };
  const place = work.contacts.findIndex((other) => other.id === contact.id);
  const contacts = [...others];
  contacts.splice(place < 0 ? contacts.length : place, 0, contact);
  return { ...work, contacts };
}

export function withOffer(work: Work, offer: Offer): Work {
  return { ...work, offers: [...work.offers.filter((other) => other.id !== offer.id), offer] };
}

export function withoutOffer(work: Work, id: string): Work {
  return { ...work, offers: work.offers.filter((offer) => offer.id !== id) };
}

export function withPresence(work: Work, presence: Presence): Work {
  return { ...work, presence };
}

/**
 * A snapshot is true for its position. What changed after it, while it was on its way, stays as the changes left it:
 * also what came and what went.
 */
export function reconcile(snapshot: Work, held: Work | undefined, known: Known): Work {
  if (!held) return snapshot;
  const later = (name: string) => (known.of(name) ?? -1) > snapshot.position;
  return {
    position: snapshot.position,
    presence: later("presence") ? held.presence : snapshot.presence,
    contacts: combine(snapshot.contacts, held.contacts, (id) => later(`contact:${id}`)),
    offers: combine(snapshot.offers, held.offers, (id) => later(`offer:${id}`)),
  };
}

function combine<T extends { id: string }>(fresh: T[], held: T[], later: (id: string) => boolean): T[] {
  const kept = new Map(held.map((item) => [item.id, item]));
  const listed = fresh.flatMap((item) => {
    if (!later(item.id)) return [item];
    const newer = kept.get(item.id);
    return newer ? [newer] : [];
  });
  const names = new Set(fresh.map((item) => item.id));
  return [...listed, ...held.filter((item) => later(item.id) && !names.has(item.id))];
}
