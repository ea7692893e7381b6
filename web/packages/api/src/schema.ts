/**
 * The HTTP interface of the server as types, in the shape that openapi-typescript writes. Never holds code.
 * `npm run generate -w packages/api` replaces this file from docs/api/openapi.json.
 */

type Json<T> = { content: { "application/json": T } };
type Answers<Status extends number, T> = { [S in Status]: Json<T> } & {
  default: { content: { "application/problem+json": components["schemas"]["Problem"] } };
};
type Empty = {
  204: { content?: never };
  default: { content: { "application/problem+json": components["schemas"]["Problem"] } };
};
type Get<T, Query = never, Path = never> = {
  parameters: Parameters_<Query, Path>;
  responses: Answers<200, T>;
};
type Send<Body, Out, Path = never, Status extends number = 200> = {
  parameters: Parameters_<never, Path>;
  requestBody: Json<Body>;
  responses: Answers<Status, Out>;
};
type Do<Out, Path = never> = { parameters: Parameters_<never, Path>; responses: Answers<200, Out> };
type Parameters_<Query, Path> = {
  query?: [Query] extends [never] ? never : Query;
  header?: never;
  cookie?: never;
} & ([Path] extends [never] ? { path?: never } : { path: Path });
type Id = { id: string };
type Paging = { limit?: number; after?: string };

export interface paths {
  "/api/v1/session": {
    get: Get<components["schemas"]["Session"]>;
    post: Send<components["schemas"]["Credentials"], components["schemas"]["Session"]>;
    delete: { parameters: Parameters_<never, never>; responses: Empty };
  };
  "/api/v1/session/organisation": {
    post: Send<{ organisation_id: string }, components["schemas"]["Session"]>;
  };
  "/api/v1/session/person": {
    patch: Send<{ language?: "nl" | "en" }, components["schemas"]["Session"]>;
  };
  "/api/v1/work": { get: Get<components["schemas"]["Work"]> };
  "/api/v1/presence": {
    get: Get<components["schemas"]["Presence"]>;
    put: Send<components["schemas"]["SetPresence"], components["schemas"]["Presence"]>;
  };
  "/api/v1/offers/{id}/accept": { post: Do<components["schemas"]["Contact"], Id> };
  "/api/v1/offers/{id}/decline": { post: { parameters: Parameters_<never, Id>; responses: Empty } };
  "/api/v1/queues": { get: Get<{ items: components["schemas"]["QueueStanding"][] }> };
  "/api/v1/colleagues": { get: Get<{ items: components["schemas"]["Colleague"][] }> };
  "/api/v1/reasons": { get: Get<{ items: components["schemas"]["Reason"][] }> };
  "/api/v1/contacts": {
    get: Get<
      components["schemas"]["PageOfContact"],
      Paging & { state?: string; queue?: string; agent?: string; customer?: string; case?: string }
    >;
  };
  "/api/v1/contacts/{id}": { get: Get<components["schemas"]["Contact"], never, Id> };
  "/api/v1/contacts/{id}/entries": {
    get: Get<components["schemas"]["EntriesOf"], { after_seq?: number; limit?: number }, Id>;
  };
  "/api/v1/contacts/{id}/messages": {
    post: Send<components["schemas"]["NewMessage"], components["schemas"]["Entry"], Id>;
  };
  "/api/v1/contacts/{id}/notes": {
    post: Send<{ text: string; client_ref: string }, components["schemas"]["Entry"], Id>;
  };
  "/api/v1/contacts/{id}/read": {
    post: { parameters: Parameters_<never, Id>; requestBody: Json<{ seq: number }>; responses: Empty };
  };
  "/api/v1/contacts/{id}/end": { post: Do<components["schemas"]["Contact"], Id> };
  "/api/v1/contacts/{id}/wrap-up": {
    post: Send<{ reason_id: string; note: string | null }, components["schemas"]["Contact"], Id>;
  };
  "/api/v1/contacts/{id}/transfer": {
    post: Send<
      { queue_id?: string; agent_id?: string; note?: string },
      components["schemas"]["Contact"],
      Id
    >;
  };
  "/api/v1/contacts/{id}/requeue": { post: Do<components["schemas"]["Contact"], Id> };
  "/api/v1/contacts/{id}/decisions": { get: Get<{ items: components["schemas"]["Decision"][] }, never, Id> };
  "/api/v1/contacts/{id}/customer": {
    put: Send<
      { customer_id: string } | { new: components["schemas"]["NewCustomer"] },
      components["schemas"]["Contact"],
      Id
    >;
    delete: Do<components["schemas"]["Contact"], Id>;
  };
  "/api/v1/contacts/{id}/case": {
    put: Send<{ case_id: string } | { new: { subject: string } }, components["schemas"]["Contact"], Id>;
    delete: Do<components["schemas"]["Contact"], Id>;
  };
  "/api/v1/customers/search": { post: Send<{ text: string }, { items: components["schemas"]["Customer"][] }> };
  "/api/v1/customers/{id}": { get: Get<components["schemas"]["Customer"], never, Id> };
  "/api/v1/customers/{id}/timeline": {
    get: Get<components["schemas"]["PageOfTimelineEntry"], Paging, Id>;
  };
  "/api/v1/customers/{id}/contacts": { get: Get<components["schemas"]["PageOfContact"], Paging, Id> };
  "/api/v1/cases": {
    get: Get<components["schemas"]["PageOfCase"], Paging & { customer?: string; state?: string }>;
  };
}

export interface components {
  schemas: {
    Named: { id: string; name: string };
    Problem: {
      type: string;
      title: string;
      status: number;
      code: string;
      detail: string;
      fields?: { field: string; message: string }[];
    };
    Credentials: { email: string; password: string };
    Session: {
      person: { id: string; name: string; email: string; language: "nl" | "en" };
      organisation: { id: string; name: string; slug: string };
      membership: {
        id: string;
        roles: ("agent" | "team_lead" | "administrator")[];
        permissions: string[];
        site: components["schemas"]["Named"] | null;
        teams: components["schemas"]["Named"][];
      };
      organisations: components["schemas"]["Named"][];
      expires_at: string;
    };
    Contact: {
      id: string;
      channel: "chat";
      state: "waiting" | "assigned" | "wrapping_up" | "closed";
      closing: "handled" | "abandoned" | "silent" | null;
      subject: string | null;
      language: string;
      entry_point: components["schemas"]["Named"] | null;
      queue: components["schemas"]["Named"] | null;
      agent: components["schemas"]["Named"] | null;
      customer: {
        id: string;
        kind: "person" | "organisation";
        name: string | null;
        anonymous: boolean;
        restricted: boolean;
      } | null;
      case: { id: string; number: string; subject: string | null } | null;
      started_at: string;
      assigned_at: string | null;
      ended_at: string | null;
      closed_at: string | null;
      ended_by: "customer" | "agent" | "system" | null;
      last_seq: number;
      read_by_agent: number;
      read_by_customer: number;
      last_entry: {
        seq: number;
        at: string;
        author: components["schemas"]["EntryAuthor"];
        preview: string | null;
      } | null;
    };
    Entry: {
      id: string;
      contact_id: string;
      seq: number;
      at: string;
      kind: "message" | "note" | "event";
      author: components["schemas"]["EntryAuthor"];
      visibility: "public" | "internal";
      text: string | null;
      event: { code: string; params: Record<string, string> } | null;
      attachments: components["schemas"]["Attachment"][];
      client_ref: string | null;
      erased: boolean;
    };
    EntryAuthor: { kind: "customer" | "agent" | "system"; id: string | null; name: string | null };
    EntriesOf: { items: components["schemas"]["Entry"][]; last_seq: number };
    NewMessage: { text: string; client_ref: string; attachments: string[] };
    Attachment: { id: string; name: string; media_type: string; size: number; scanned: boolean };
    Handle: { id: string; kind: string; value: string };
    Customer: {
      id: string;
      kind: "person" | "organisation";
      name: string | null;
      language: string;
      handles: components["schemas"]["Handle"][];
      restricted: boolean;
      erased: boolean;
      created_at: string;
      version: number;
    };
    NewCustomer: {
      kind: "person" | "organisation";
      name: string;
      language: string;
      handles: { kind: string; value: string }[];
    };
    TimelineEntry: components["schemas"]["Entry"] & {
      contact: { id: string; channel: string; started_at: string; subject: string | null };
    };
    Case: {
      id: string;
      number: string;
      subject: string | null;
      state: "open" | "closed";
      customer_id: string | null;
      opened_at: string;
      closed_at: string | null;
      contacts: number;
      version: number;
    };
    Task: {
      id: string;
      kind: "follow_up" | "call_back";
      text: string | null;
      state: "open" | "done";
      due_at: string | null;
      agent: components["schemas"]["Named"] | null;
      team: components["schemas"]["Named"] | null;
      contact_id: string | null;
      case_id: string | null;
      done_at: string | null;
    };
    Reason: { id: string; code: string; label: string };
    Presence: {
      state: "ready" | "not_ready" | "offline";
      reason:
        | "break"
        | "meeting"
        | "training"
        | "administration"
        | "missed_offer"
        | "signed_in"
        | null;
      since: string;
      chat: { used: number; total: number };
    };
    SetPresence: {
      state: "ready" | "not_ready";
      reason?: "break" | "meeting" | "training" | "administration";
    };
    Work: {
      presence: components["schemas"]["Presence"];
      offers: components["schemas"]["Offer"][];
      contacts: components["schemas"]["Contact"][];
      position: number;
    };
    Offer: {
      id: string;
      contact: components["schemas"]["Contact"];
      queue: components["schemas"]["Named"];
      offered_at: string;
      expires_at: string;
      waited_since: string;
      preview: string | null;
    };
    QueueStanding: {
      id: string;
      name: string;
      waiting: number;
      longest_waiting_since: string | null;
      estimate_seconds: number | null;
      agents_ready: number;
    };
    Colleague: {
      membership_id: string;
      name: string;
      team: string | null;
      state: "ready" | "not_ready" | "offline";
      chat: { used: number; total: number };
    };
    Decision: {
      id: string;
      at: string;
      queue: components["schemas"]["Named"];
      waited_since: string;
      stage: number;
      kept: boolean;
      chosen: components["schemas"]["Named"];
      outcome: string | null;
      eligible: number;
      candidates: components["schemas"]["Candidate"][];
      excluded: Record<string, number>;
    };
    Candidate: {
      agent: components["schemas"]["Named"];
      excluded: string | null;
      busy: number | null;
      levels: number | null;
      idle_since: string | null;
    };
    PageOfContact: { items: components["schemas"]["Contact"][]; next: string | null };
    PageOfCase: { items: components["schemas"]["Case"][]; next: string | null };
    PageOfTimelineEntry: { items: components["schemas"]["TimelineEntry"][]; next: string | null };
  };
}
