/** What the desk loads, under which names. Reads only; what changes things is in actions.ts. */
import type { Contact, Entry, Work } from "@balie/api";
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api } from "../../../server/api";
import { cache } from "../../../server/cache";
import { live } from "../../../server/live";
import { completeUpTo, mergeEntries } from "./entries";
import { heldContact } from "./keep";
import { reconcile } from "./work";

const http = api.http;
const pageSize = 200;

export const workQuery = queryOptions({
  queryKey: ["work"],
  queryFn: async (): Promise<Work> => {
    const snapshot = await api.answer(http.GET("/api/v1/work"));
    return reconcile(snapshot, cache.getQueryData<Work>(["work"]), live.versions);
  },
});

export const queuesQuery = queryOptions({
  queryKey: ["queues"],
  queryFn: () => api.answer(http.GET("/api/v1/queues")).then(({ items }) => items),
});

export const colleaguesQuery = queryOptions({
  queryKey: ["colleagues"],
  queryFn: () => api.answer(http.GET("/api/v1/colleagues")).then(({ items }) => items),
  staleTime: 5_000,
});

export const reasonsQuery = queryOptions({
  queryKey: ["reasons"],
  queryFn: () => api.answer(http.GET("/api/v1/reasons")).then(({ items }) => items),
  staleTime: 10 * 60_000,
});

export function contactQuery(id: string) {
  return queryOptions({
    queryKey: ["contact", id],
    queryFn: () => unlessOvertaken<Contact>(["contact", id], `contact:${id}`, () => getContact(id)),
  });
}

/** All entries of a contact; what is already there is not asked again. */
export function entriesQuery(contact: string) {
  return queryOptions({
    queryKey: ["entries", contact],
    queryFn: async (): Promise<Entry[]> => {
      const fresh: Entry[] = [];
      let after = completeUpTo(cache.getQueryData<Entry[]>(["entries", contact]) ?? []);
      for (;;) {
        const page = await getEntries(contact, after);
        fresh.push(...page.items);
        after = page.items.at(-1)?.seq ?? after;
        // What came by on the live line while this was loading belongs to it.
        const last = Math.max(page.last_seq, heldContact(contact)?.last_seq ?? 0);
        if (page.items.length === 0 || after >= last) break;
      }
      return mergeEntries(fresh, cache.getQueryData<Entry[]>(["entries", contact]) ?? []);
    },
  });
}

export function customerQuery(id: string) {
  return queryOptions({
    queryKey: ["customer", id],
    queryFn: () => api.answer(http.GET("/api/v1/customers/{id}", { params: { path: { id } } })),
  });
}

export function customerContactsQuery(id: string) {
  return queryOptions({
    queryKey: ["customer", id, "contacts"],
    queryFn: () =>
      api.answer(
        http.GET("/api/v1/customers/{id}/contacts", { params: { path: { id }, query: { limit: 20 } } }),
      ),
  });
}

/** One line through all contacts of a customer, newest first. */
export function timelineQuery(customer: string) {
  return infiniteQueryOptions({
    queryKey: ["customer", customer, "timeline"],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      api.answer(
        http.GET("/api/v1/customers/{id}/timeline", {
          params: { path: { id: customer }, query: { limit: 50, ...(pageParam && { after: pageParam }) } },
        }),
      ),
    getNextPageParam: (page) => page.next,
  });
}

export function casesQuery(customer: string) {
  return queryOptions({
    queryKey: ["cases", customer],
    queryFn: () =>
      api
        .answer(http.GET("/api/v1/cases", { params: { query: { customer, limit: 20 } } }))
        .then(({ items }) => items),
  });
}

export function decisionsQuery(contact: string) {
  return queryOptions({
    queryKey: ["decisions", contact],
    queryFn: () =>
      api
        .answer(http.GET("/api/v1/contacts/{id}/decisions", { params: { path: { id: contact } } }))
        .then(({ items }) => items),
  });
}

export function searchQuery(text: string) {
  return queryOptions({
    queryKey: ["customer-search", text],
    queryFn: ({ signal }) =>
      api
        .answer(http.POST("/api/v1/customers/search", { body: { text }, signal }))
        .then(({ items }) => items),
    enabled: text.trim().length >= 2,
    gcTime: 0,
  });
}

function getContact(id: string): Promise<Contact> {
  return api.answer(http.GET("/api/v1/contacts/{id}", { params: { path: { id } } }));
}

function getEntries(contact: string, after: number) {
  return api.answer(
    http.GET("/api/v1/contacts/{id}/entries", {
      params: { path: { id: contact }, query: { after_seq: after, limit: pageSize } },
    }),
  );
}

/** An answer that a change has overtaken on its way is older than what is shown: the shown one stays. */
async function unlessOvertaken<T>(key: readonly unknown[], name: string, load: () => Promise<T>): Promise<T> {
  const before = live.versions.of(name);
  const loaded = await load();
  const shown = cache.getQueryData<T>(key);
  return live.versions.of(name) !== before && shown !== undefined ? shown : loaded;
}
