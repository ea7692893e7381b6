/**
 * What was sent here and is not yet known to be kept by the server. Sends the things of one contact in order, tries
 * again by itself when the line or the server fails, and asks when the server refuses. The reference goes along with
 * every attempt, so that nothing is ever sent twice. Never drops anything by itself.
 */
import { type Attachment, type Entry, Refusal } from "@balie/api";
import type { Mode } from "./drafts";

export interface Unsent {
  ref: string;
  contact: string;
  mode: Mode;
  text: string;
  attachments: Attachment[];
  at: string;
  /** `waiting`: tried without success, will be tried again; `refused`: somebody has to decide. */
  state: "sending" | "waiting" | "refused";
  error: unknown;
}

export interface OutboxOptions {
  deliver: (unsent: Unsent) => Promise<Entry>;
  delivered: (entry: Entry) => void;
  storage: Pick<Storage, "getItem" | "setItem">;
  key: string;
  newRef: () => string;
  later?: (run: () => void, ms: number) => unknown;
}

const none: readonly Unsent[] = [];

export class Outbox {
  #options: Required<OutboxOptions>;
  #byContact = new Map<string, readonly Unsent[]>();
  #busy = new Set<string>();
  #attempts = new Map<string, number>();
  #readers = new Set<() => void>();

  constructor(options: OutboxOptions) {
    this.#options = { later: (run, ms) => setTimeout(run, ms), ...options };
    this.#restore();
  }

  of(contact: string): readonly Unsent[] {
    return this.#byContact.get(contact) ?? none;
  }

  /** How many things are not known to be kept. */
  get count(): number {
    return [...this.#byContact.values()].flat().length;
  }

  send(contact: string, mode: Mode, text: string, attachments: Attachment[], at: string): void {
    const ref = this.#options.newRef();
    const unsent: Unsent = { ref, contact, mode, text, attachments, at, state: "sending", error: null };
    this.#set(contact, [...this.of(contact), unsent]);
    this.#deliver(contact);
  }

  /** The server has it: it came back over the live line, perhaps before the answer to the call. */
  settle(contact: string, ref: string | null): void {
    if (ref === null || !this.of(contact).some((unsent) => unsent.ref === ref)) return;
    this.#set(
      contact,
      this.of(contact).filter((unsent) => unsent.ref !== ref),
    );
  }

  /** Tries one that was refused again. */
  retry(contact: string, ref: string): void {
    this.#update(contact, ref, { state: "sending", error: null });
    this.#deliver(contact);
  }

  /** Takes one back, to change it or to forget it. */
  takeBack(contact: string, ref: string): Unsent | null {
    const unsent = this.of(contact).find((candidate) => candidate.ref === ref) ?? null;
    this.settle(contact, ref);
    return unsent;
  }

  /** The line is back, or somebody signed in again: try everything that waits, now. */
  flush(): void {
    for (const contact of this.#byContact.keys()) this.#deliver(contact);
  }

  subscribe = (reader: () => void): (() => void) => {
    this.#readers.add(reader);
    return () => this.#readers.delete(reader);
  };

  async #deliver(contact: string): Promise<void> {
    const next = this.of(contact).find((unsent) => unsent.state !== "refused");
    if (!next || this.#busy.has(contact)) return;
    this.#busy.add(contact);
    if (next.state === "waiting") this.#update(contact, next.ref, { state: "sending" });
    try {
      const entry = await this.#options.deliver(next);
      this.#attempts.delete(contact);
      this.#options.delivered(entry);
      this.settle(contact, next.ref);
    } catch (error) {
      this.#failed(contact, next.ref, error);
      return;
    } finally {
      this.#busy.delete(contact);
    }
    this.#deliver(contact);
  }

  #failed(contact: string, ref: string, error: unknown): void {
    const refusal = error instanceof Refusal ? error : null;
    if (refusal?.signInNeeded) {
      this.#update(contact, ref, { state: "waiting", error });
      return;
    }
    if (refusal?.passing) {
      this.#update(contact, ref, { state: "waiting", error });
      const attempt = this.#attempts.get(contact) ?? 0;
      this.#attempts.set(contact, attempt + 1);
      const wait = refusal.retryAfter ? refusal.retryAfter * 1000 : Math.min(30_000, 1000 * 2 ** attempt);
      this.#options.later(() => this.#deliver(contact), wait);
      return;
    }
    this.#update(contact, ref, { state: "refused", error });
    this.#options.later(() => this.#deliver(contact), 0);
  }

  #update(contact: string, ref: string, change: Partial<Unsent>): void {
    this.#set(
      contact,
      this.of(contact).map((unsent) => (unsent.ref === ref ? { ...unsent, ...change } : unsent)),
    );
  }

  #set(contact: string, list: readonly Unsent[]): void {
    if (list.length === 0) this.#byContact.delete(contact);
    else this.#byContact.set(contact, list);
    this.#keep();
    for (const reader of this.#readers) reader();
  }

  #keep(): void {
    try {
      const kept = [...this.#byContact.values()].flat().map((unsent) => ({ ...unsent, error: null }));
      this.#options.storage.setItem(this.#options.key, JSON.stringify(kept));
    } catch {
      // A full or closed store: what was sent still lives in this page.
    }
  }

  #restore(): void {
    try {
      const kept: unknown = JSON.parse(this.#options.storage.getItem(this.#options.key) ?? "[]");
      if (!Array.isArray(kept)) return;
      for (const unsent of kept as Unsent[]) {
        const state = unsent.state === "refused" ? "refused" : "waiting";
        this.#byContact.set(unsent.contact, [...this.of(unsent.contact), { ...unsent, state }]);
      }
    } catch {
      // Broken or closed: begin with nothing.
    }
  }
}
