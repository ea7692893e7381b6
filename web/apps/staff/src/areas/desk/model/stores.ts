/** What this person is writing and sending, one of each for the page. */
import type { Entry } from "@balie/api";
import { useSyncExternalStore } from "react";
import { api } from "../../../server/api";
import { live } from "../../../server/live";
import { newRef } from "../../../server/new-ref";
import { holdsUnsentWork } from "../../../session/unsent-work";
import { type Draft, Drafts, type Mode } from "./drafts";
import { keepEntry, myMembership } from "./keep";
import { Outbox, type Unsent } from "./outbox";

const patience = 20_000;

let made: { membership: string; drafts: Drafts; outbox: Outbox } | null = null;

/** The stores of whoever is signed in; another membership never sees them. */
export function stores(): { drafts: Drafts; outbox: Outbox } {
  const membership = myMembership();
  if (made?.membership !== membership) {
    const drafts = new Drafts(sessionStorage, `balie.drafts.${membership}`);
    const outbox = new Outbox({
      deliver,
      delivered: keepEntry,
      storage: sessionStorage,
      key: `balie.outbox.${membership}`,
      newRef,
    });
    made = { membership, drafts, outbox };
  }
  return made;
}

export function useDraft(contact: string, mode: Mode): Draft {
  const { drafts } = stores();
  return useSyncExternalStore(drafts.subscribe, () => drafts.of(contact, mode));
}

export function useHasDraft(contact: string): boolean {
  const { drafts } = stores();
  return useSyncExternalStore(drafts.subscribe, () => drafts.has(contact));
}

export function useUnsent(contact: string): readonly Unsent[] {
  const { outbox } = stores();
  return useSyncExternalStore(outbox.subscribe, () => outbox.of(contact));
}

function deliver({ contact, mode, text, ref, attachments }: Unsent): Promise<Entry> {
  const params = { path: { id: contact } };
  const signal = AbortSignal.timeout(patience);
  if (mode === "note") {
    return api.answer(
      api.http.POST("/api/v1/contacts/{id}/notes", { params, body: { text, client_ref: ref }, signal }),
    );
  }
  const files = attachments.map((attachment) => attachment.id);
  const body = { text, client_ref: ref, attachments: files };
  return api.answer(api.http.POST("/api/v1/contacts/{id}/messages", { params, body, signal }));
}

holdsUnsentWork(() => stores().drafts.count + stores().outbox.count);
live.listen((event) => {
  if (event.type === "status" && event.status === "live") made?.outbox.flush();
});
globalThis.addEventListener?.("balie:back", () => made?.outbox.flush());
