/**
 * A stand-in for the server that keeps everything in memory: for tests of screens and for looking at them. It
 * answers the same calls with the same shapes, but decides nothing: no routing, no rights, no rules of a contact.
 */
import type { Contact, Customer, Entry, Offer, Presence, Session } from "@balie/api";
import { type Conversation, conversations, offered } from "./data/conversations";
import { decisions } from "./data/decisions";
import { ago, cases, colleagues, customers, me, minute, queues, reasons, session } from "./data/lindedam";

export type Scenario = "busy" | "quiet";

/** What a screen listens with. */
export type Listener = (frame: Record<string, unknown>) => void;

type Handler = (parameters: string[], body: Record<string, unknown>, url: URL) => unknown;

export class FakeBalie {
  signedIn = true;
  presence: Presence;
  offers: Offer[] = [];
  position = 100;
  /** Calls that a test wants to see fail: the next one that matches gets this answer. */
  failNext: { match: RegExp; status: number; code: string }[] = [];
  readonly calls: { method: string; path: string; body: unknown }[] = [];
  #session: Session;
  #customers: Customer[];
  #cases: ReturnType<typeof cases>;
  #queues: ReturnType<typeof queues>;
  #conversations = new Map<string, Conversation>();
  #listeners = new Set<Listener>();
  #now: () => number;
  #next = 1;

  constructor(scenario: Scenario = "busy", now: () => number = Date.now) {
    this.#now = now;
    const busy = scenario === "busy";
    this.#session = session(now());
    this.#customers = customers(now());
    this.#cases = cases(now());
    this.#queues = busy ? queues(now()) : [];
    for (const conversation of busy ? conversations(now()) : []) {
      this.#conversations.set(conversation.contact.id, conversation);
    }
    this.presence = {
      state: busy ? "ready" : "not_ready",
      reason: busy ? null : "signed_in",
      since: ago(now(), busy ? 47 * minute : 0),
      chat: { used: busy ? 3 : 0, total: 4 },
    };
  }

  /** Answers one call, as `fetch` would. */
  handle = async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    const body = await readBody(request);
    this.calls.push({ method: request.method, path: url.pathname, body });
    const failing = this.failNext.findIndex(({ match }) => match.test(`${request.method} ${url.pathname}`));
    if (failing >= 0) {
      const [failure] = this.failNext.splice(failing, 1);
      if (failure) return problem(failure.status, failure.code);
    }
    if (!this.signedIn && !(request.method === "POST" && url.pathname === "/api/v1/session")) {
      return problem(401, "sign_in_needed");
    }
    for (const [method, pattern, handler] of this.#routes) {
      const found = method === request.method ? pattern.exec(url.pathname) : null;
      if (found) return this.#answered(() => handler(found.slice(1), body, url));
    }
    return problem(404, "not_found");
  };

  /** A screen that listens from now on; the answer ends it. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What a screen says over its socket. */
  hear(frame: Record<string, unknown>, back: Listener): void {
    if (!this.signedIn) back({ type: "signed_out" });
    else if (frame.type === "resume") back({ type: "hello", position: this.position });
    else if (frame.type === "ping") back({ type: "pong" });
  }

  /** A contact is offered. */
  offer(seconds = 20): Offer {
    const conversation = offered(this.#now());
    conversation.contact.id = `cnt_offer${this.#next}`;
    this.#conversations.set(conversation.contact.id, conversation);
    const offer: Offer = {
      id: this.#id("off"),
      contact: conversation.contact,
      queue: conversation.contact.queue as Offer["queue"],
      offered_at: ago(this.#now(), 0),
      expires_at: ago(this.#now(), -seconds * 1000),
      waited_since: conversation.contact.started_at,
      preview: conversation.entries.find((entry) => entry.kind === "message")?.text ?? null,
    };
    this.offers.push(offer);
    this.#changed("offer", offer);
    return offer;
  }

  /** The customer of a contact says something. */
  say(contact: string, text: string): Entry {
    return this.#append(contact, {
      kind: "message",
      text,
      author: { kind: "customer", id: null, name: null },
    });
  }

  /** The customer of a contact begins or stops typing. */
  type(contact: string, typing: boolean): void {
    this.#tell({ type: "typing", contact_id: contact, who: "customer", typing, preview: null });
  }

  /** The customer leaves. */
  leave(contact: string): void {
    this.#change(contact, { state: "wrapping_up", ended_by: "customer", ended_at: ago(this.#now(), 0) });
  }

  /** The session ends, as after a night. */
  expire(): void {
    this.signedIn = false;
    this.#tell({ type: "signed_out" });
  }

  readonly #routes: [string, RegExp, Handler][] = [
    ["GET", at("session"), () => this.#session],
    ["POST", at("session"), (_, body) => this.#signIn(body)],
    ["DELETE", at("session"), () => this.#signOut()],
    ["POST", at("session/organisation"), (_, body) => this.#switch(String(body.organisation_id))],
    ["PATCH", at("session/person"), (_, body) => this.#speak(body.language as "nl" | "en")],
    ["GET", at("work"), () => this.#work()],
    ["GET", at("presence"), () => this.presence],
    ["PUT", at("presence"), (_, body) => this.#setPresence(body as unknown as Presence)],
    ["GET", at("queues"), () => ({ items: this.#queues })],
    ["GET", at("colleagues"), () => ({ items: colleagues })],
    ["GET", at("reasons"), () => ({ items: reasons })],
    ["POST", at("offers/([^/]+)/accept"), ([id]) => this.#accept(String(id))],
    ["POST", at("offers/([^/]+)/decline"), ([id]) => this.#decline(String(id))],
    ["GET", at("contacts/([^/]+)"), ([id]) => this.#conversation(id).contact],
    ["GET", at("contacts/([^/]+)/entries"), ([id], _, url) => this.#entries(id, url)],
    ["POST", at("contacts/([^/]+)/messages"), ([id], body) => this.#write(id, "message", body)],
    ["POST", at("contacts/([^/]+)/notes"), ([id], body) => this.#write(id, "note", body)],
    ["POST", at("contacts/([^/]+)/read"), ([id], body) => this.#read(String(id), Number(body.seq))],
    ["POST", at("contacts/([^/]+)/end"), ([id]) => this.#end(String(id))],
    ["POST", at("contacts/([^/]+)/wrap-up"), ([id]) => this.#close(String(id))],
    ["POST", at("contacts/([^/]+)/transfer"), ([id]) => this.#give(String(id))],
    ["POST", at("contacts/([^/]+)/requeue"), ([id]) => this.#give(String(id))],
    ["GET", at("contacts/([^/]+)/decisions"), () => ({ items: decisions(this.#now()) })],
    ["PUT", at("contacts/([^/]+)/customer"), ([id], body) => this.#linkCustomer(String(id), body)],
    ["DELETE", at("contacts/([^/]+)/customer"), ([id]) => this.#change(String(id), { customer: null })],
    ["PUT", at("contacts/([^/]+)/case"), ([id], body) => this.#linkCase(String(id), body)],
    ["DELETE", at("contacts/([^/]+)/case"), ([id]) => this.#change(String(id), { case: null })],
    ["POST", at("customers/search"), (_, body) => this.#search(String(body.text ?? ""))],
    ["GET", at("customers/([^/]+)"), ([id]) => this.#customers.find((customer) => customer.id === id)],
    ["GET", at("customers/([^/]+)/timeline"), ([id]) => this.#timeline(String(id))],
    [
      "GET",
      at("customers/([^/]+)/contacts"),
      ([id]) => ({ items: this.#contactsOf(String(id)), next: null }),
    ],
    ["GET", at("cases"), (_, __, url) => this.#casesOf(url.searchParams.get("customer"))],
    ["POST", at("attachments"), (_, body) => this.#keepFile(body)],
  ];

  #answered(run: () => unknown): Response {
    try {
      const value = run();
      if (value instanceof Response) return value;
      return value === undefined ? new Response(null, { status: 204 }) : Response.json(value);
    } catch (refusal) {
      if (refusal instanceof Response) return refusal;
      throw refusal;
    }
  }

  #signIn(body: Record<string, unknown>): unknown {
    if (body.password !== "lindedam") return problem(401, "wrong_credentials");
    this.signedIn = true;
    return this.#session;
  }

  #signOut(): undefined {
    this.signedIn = false;
  }

  #switch(organisation: string): Session {
    const found = this.#session.organisations.find((candidate) => candidate.id === organisation);
    if (found) this.#session = { ...this.#session, organisation: { ...found, slug: found.id.slice(4) } };
    return this.#session;
  }

  #speak(language: "nl" | "en"): Session {
    this.#session = { ...this.#session, person: { ...this.#session.person, language } };
    return this.#session;
  }

  #work() {
    const mine = [...this.#conversations.values()].map(({ contact }) => contact).filter(isMine);
    return { presence: this.presence, offers: this.offers, contacts: mine, position: this.position };
  }

  #setPresence({ state, reason }: Presence): Presence {
    this.presence = { ...this.presence, state, reason: reason ?? null, since: ago(this.#now(), 0) };
    this.#changed("presence", this.presence);
    return this.presence;
  }

  #accept(id: string): unknown {
    const offer = this.offers.find((candidate) => candidate.id === id);
    if (!offer) return problem(409, "conflict");
    this.offers = this.offers.filter((candidate) => candidate.id !== id);
    this.#changed("offer_gone", { id });
    this.#append(offer.contact.id, {
      kind: "event",
      event: { code: "assigned", params: { agent_name: me.name } },
      author: { kind: "system", id: null, name: null },
    });
    return this.#change(offer.contact.id, { state: "assigned", agent: me, assigned_at: ago(this.#now(), 0) });
  }

  #decline(id: string): undefined {
    this.offers = this.offers.filter((candidate) => candidate.id !== id);
    this.#changed("offer_gone", { id });
  }

  #entries(id: string | undefined, url: URL) {
    const { entries, contact } = this.#conversation(id);
    const after = Number(url.searchParams.get("after_seq") ?? 0);
    const limit = Number(url.searchParams.get("limit") ?? 200);
    const items = entries.filter((entry) => entry.seq > after).slice(0, limit);
    return { items, last_seq: contact.last_seq };
  }

  #write(id: string | undefined, kind: "message" | "note", body: Record<string, unknown>): Entry {
    const { entries } = this.#conversation(id);
    const ref = String(body.client_ref);
    const before = entries.find((entry) => entry.client_ref === ref);
    if (before) return before;
    return this.#append(String(id), {
      kind,
      text: String(body.text),
      client_ref: ref,
      author: { kind: "agent", ...me },
      visibility: kind === "note" ? "internal" : "public",
      attachments: ((body.attachments as string[]) ?? [])
        .map((file) => this.#files.get(file))
        .filter((file) => !!file),
    });
  }

  #read(id: string, seq: number): undefined {
    this.#change(id, { read_by_agent: seq });
  }

  #end(id: string): Contact {
    return this.#change(id, { state: "wrapping_up", ended_by: "agent", ended_at: ago(this.#now(), 0) });
  }

  #close(id: string): Contact {
    return this.#change(id, { state: "closed", closing: "handled", closed_at: ago(this.#now(), 0) });
  }

  #give(id: string): Contact {
    return this.#change(id, { state: "waiting", agent: null });
  }

  #linkCustomer(id: string, body: Record<string, unknown>): Contact {
    const made = body.new as Customer | undefined;
    const customer = made
      ? {
          ...made,
          id: this.#id("cus"),
          restricted: false,
          erased: false,
          created_at: ago(this.#now(), 0),
          version: 1,
        }
      : this.#customers.find((candidate) => candidate.id === body.customer_id);
    if (made && customer) this.#customers.push(customer);
    if (!customer) throw problem(404, "not_found");
    return this.#change(id, {
      customer: {
        id: customer.id,
        kind: customer.kind,
        name: customer.name ?? null,
        anonymous: false,
        restricted: false,
      },
    });
  }

  #linkCase(id: string, body: Record<string, unknown>): Contact {
    const made = body.new as { subject: string } | undefined;
    const found = made
      ? { id: this.#id("cas"), number: "2026-004200", subject: made.subject }
      : this.#cases.find((candidate) => candidate.id === body.case_id);
    if (!found) throw problem(404, "not_found");
    return this.#change(id, { case: { id: found.id, number: found.number, subject: found.subject ?? null } });
  }

  #search(text: string) {
    const wanted = text.trim().toLowerCase();
    const items = this.#customers.filter((customer) =>
      [customer.name, ...customer.handles.map((handle) => handle.value)]
        .join(" ")
        .toLowerCase()
        .includes(wanted),
    );
    return { items };
  }

  #timeline(customer: string) {
    const items = [...this.#conversations.values()]
      .filter(({ contact }) => contact.customer?.id === customer)
      .flatMap(({ contact, entries }) =>
        entries.map((entry) => ({
          ...entry,
          contact: {
            id: contact.id,
            channel: contact.channel,
            started_at: contact.started_at,
            subject: contact.subject,
          },
        })),
      )
      .sort((a, b) => b.at.localeCompare(a.at));
    return { items, next: null };
  }

  #contactsOf(customer: string): Contact[] {
    return [...this.#conversations.values()]
      .map(({ contact }) => contact)
      .filter((contact) => contact.customer?.id === customer)
      .sort((a, b) => b.started_at.localeCompare(a.started_at));
  }

  #casesOf(customer: string | null) {
    return { items: this.#cases.filter((candidate) => candidate.customer_id === customer), next: null };
  }

  readonly #files = new Map<string, Entry["attachments"][number]>();

  #keepFile(body: Record<string, unknown>) {
    const file = body.file as File;
    const kept = {
      id: this.#id("att"),
      name: file.name,
      media_type: file.type,
      size: file.size,
      scanned: true,
    };
    this.#files.set(kept.id, kept);
    return kept;
  }

  #append(id: string, more: Partial<Entry> & Pick<Entry, "kind" | "author">): Entry {
    const conversation = this.#conversation(id);
    const seq = conversation.contact.last_seq + 1;
    const entry: Entry = {
      id: this.#id("ent"),
      contact_id: id,
      seq,
      at: ago(this.#now(), 0),
      visibility: "public",
      text: null,
      event: null,
      attachments: [],
      client_ref: null,
      erased: false,
      ...more,
    };
    conversation.entries.push(entry);
    this.#changed("entry", entry);
    this.#change(id, {
      last_seq: seq,
      ...(entry.kind === "message" && {
        last_entry: {
          seq,
          at: entry.at,
          author: entry.author,
          preview: entry.text?.slice(0, 120) ?? null,
        },
      }),
      ...(entry.author.kind === "agent" && { read_by_agent: seq }),
    });
    return entry;
  }

  #change(id: string, difference: Partial<Contact>): Contact {
    const conversation = this.#conversation(id);
    conversation.contact = { ...conversation.contact, ...difference };
    this.#changed("contact", conversation.contact);
    return conversation.contact;
  }

  #conversation(id: string | undefined): Conversation {
    const found = this.#conversations.get(String(id));
    if (!found) throw problem(404, "not_found");
    return found;
  }

  #changed(kind: string, object: unknown): void {
    this.position += 1;
    this.#tell({ type: "changed", position: this.position, kind, object });
  }

  #tell(frame: Record<string, unknown>): void {
    for (const listener of this.#listeners) listener(structuredClone(frame));
  }

  #id(prefix: string): string {
    this.#next += 1;
    return `${prefix}_${this.#next}`;
  }
}

function isMine(contact: Contact): boolean {
  return contact.agent?.id === me.id && contact.state !== "closed";
}

function at(path: string): RegExp {
  return new RegExp(`^/api/v1/${path}$`);
}

async function readBody(request: Request): Promise<Record<string, unknown>> {
  const type = request.headers.get("content-type") ?? "";
  if (type.startsWith("multipart/")) return Object.fromEntries(await request.formData());
  const text = await request.text();
  return text ? JSON.parse(text) : {};
}

const advice: Record<string, string> = {
  wrong_credentials: "The e-mail address or the password is not right.",
  conflict: "A colleague was first.",
};

function problem(status: number, code: string): Response {
  const body = { type: `/errors/${code}`, title: code, status, code, detail: advice[code] ?? code };
  return Response.json(body, { status, headers: { "content-type": "application/problem+json" } });
}
