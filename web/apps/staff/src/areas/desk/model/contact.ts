/** How a contact is named and what it needs, for lists and heads. */
import type { Contact, Entry } from "@balie/api";
import type { Words } from "@balie/i18n";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { unreadIn, waitingSince } from "./entries";
import { contactQuery, entriesQuery, workQuery } from "./queries";

export function nameOf(contact: Contact, t: Words): string {
  return contact.customer?.name ?? t("desk.anonymous");
}

/** A contact of mine from the desk, any other from the server. */
export function useContact(id: string) {
  const mine = useQuery(workQuery).data?.contacts.find((contact) => contact.id === id);
  const loaded = useQuery({ ...contactQuery(id), enabled: !mine });
  return { contact: mine ?? loaded.data, error: mine ? null : loaded.error, refetch: loaded.refetch };
}

/** What the list tells about a contact beyond its name. */
export function useSigns(contact: Contact): { unread: number; waiting: string | null } {
  const entries = useQueryClient().getQueryData<Entry[]>(entriesQuery(contact.id).queryKey);
  const last = contact.last_entry;
  const customersTurn = contact.state === "assigned" && last?.author.kind === "customer";
  if (entries?.length) {
    const waiting = contact.state === "assigned" ? waitingSince(entries) : null;
    return { unread: unreadIn(entries, contact.read_by_agent), waiting };
  }
  return {
    unread: customersTurn && last.seq > contact.read_by_agent ? 1 : 0,
    waiting: customersTurn ? last.at : null,
  };
}
