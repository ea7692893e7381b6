/** What can be done at the desk: one call each, and its effect on the screen. */
import type { Contact, NewCustomer, Offer, SetPresence } from "@balie/api";
import { api } from "../../../server/api";
import { cache } from "../../../server/cache";
import { dropOffer, givingAway, heldContact, keepContact, keepingContact, keepPresence } from "./keep";

const http = api.http;
const on = (id: string) => ({ params: { path: { id } } });
const onceOn = (id: string, key: string) => ({
  params: { path: { id }, header: { "Idempotency-Key": key } },
});

export async function setPresence(body: SetPresence): Promise<void> {
  keepPresence(await api.answer(http.PUT("/api/v1/presence", { body })));
}

export async function accept(offer: Offer): Promise<void> {
  try {
    await keepingContact(offer.contact.id, () =>
      api.answer(http.POST("/api/v1/offers/{id}/accept", on(offer.id))),
    );
  } finally {
    dropOffer(offer.id);
  }
}

export async function letPass(offer: Offer): Promise<void> {
  dropOffer(offer.id);
  await api.answer(http.POST("/api/v1/offers/{id}/decline", on(offer.id)));
}

export function end(id: string): Promise<Contact> {
  return keepingContact(id, () => api.answer(http.POST("/api/v1/contacts/{id}/end", on(id))));
}

export function requeue(id: string): Promise<Contact> {
  return giving(id, () => api.answer(http.POST("/api/v1/contacts/{id}/requeue", on(id))));
}

export type Target = { queue_id: string } | { agent_id: string };

export function transfer(id: string, target: Target, note: string): Promise<Contact> {
  const body = { ...target, ...(note.trim() && { note: note.trim() }) };
  return giving(id, () => api.answer(http.POST("/api/v1/contacts/{id}/transfer", { ...on(id), body })));
}

export function wrapUp(id: string, reason: string, note: string): Promise<Contact> {
  const body = { reason_id: reason, note: note.trim() || null };
  return giving(id, () => api.answer(http.POST("/api/v1/contacts/{id}/wrap-up", { ...on(id), body })));
}

/** Reading shows at once; when the call fails the next reading says it again. */
export async function read(id: string, seq: number): Promise<void> {
  const held = heldContact(id);
  if (!held || held.read_by_agent >= seq) return;
  keepContact({ ...held, read_by_agent: seq });
  await api
    .answer(http.POST("/api/v1/contacts/{id}/read", { ...on(id), body: { seq } }))
    .catch(() => undefined);
}

/** The key stands for one intention: whoever sends again with the same key never makes a second customer. */
export function linkCustomer(
  id: string,
  customer: { customer_id: string } | { new: NewCustomer },
  key: string,
): Promise<Contact> {
  return afterLink(
    keepingContact(id, () =>
      api.answer(http.PUT("/api/v1/contacts/{id}/customer", { ...onceOn(id, key), body: customer })),
    ),
  );
}

export function unlinkCustomer(id: string): Promise<Contact> {
  return afterLink(
    keepingContact(id, () => api.answer(http.DELETE("/api/v1/contacts/{id}/customer", on(id)))),
  );
}

/** The key stands for one intention: whoever sends again with the same key never opens a second case. */
export function linkCase(
  id: string,
  body: { case_id: string } | { new: { subject: string } },
  key: string,
): Promise<Contact> {
  return afterLink(
    keepingContact(id, () =>
      api.answer(http.PUT("/api/v1/contacts/{id}/case", { ...onceOn(id, key), body })),
    ),
  );
}

export function unlinkCase(id: string): Promise<Contact> {
  return afterLink(keepingContact(id, () => api.answer(http.DELETE("/api/v1/contacts/{id}/case", on(id)))));
}

function giving(id: string, call: () => Promise<Contact>): Promise<Contact> {
  return givingAway(id, () => keepingContact(id, call));
}

async function afterLink(call: Promise<Contact>): Promise<Contact> {
  const contact = await call;
  cache.invalidateQueries({ queryKey: ["customer"] });
  cache.invalidateQueries({ queryKey: ["cases"] });
  return contact;
}
