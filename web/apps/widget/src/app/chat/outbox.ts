// Messages the visitor sent that the server has not acknowledged yet. Each stands under a name of its own in the store,
// so two tabs never overwrite each other and a reload or crash loses none. Only the conversation decides when one goes.

import type { Attachment } from "../contract";
import type { Store } from "./store";

export type Outgoing = {
  /** What the server shows with its entry. */
  ref: string;
  text: string;
  attachments: Attachment[];
  /** Milliseconds since 1970 by this device's clock; sets the order. */
  at: number;
  order: number;
  /** Of a question after the end, which opens the same conversation again: what only the server hears. Its digest is
   * `ref`. */
  secret: string | null;
  /** The code with which the server refused it for good, if it did. */
  refused: string | null;
};

export class Outbox {
  readonly #store: Store;
  readonly #prefix: string;

  constructor(store: Store, prefix: string) {
    this.#store = store;
    this.#prefix = prefix;
  }

  put(message: Outgoing): void {
    this.#store.set(this.#prefix + message.ref, JSON.stringify(message));
  }

  get(ref: string): Outgoing | null {
    return parse(this.#store.get(this.#prefix + ref));
  }

  remove(ref: string): void {
    this.#store.remove(this.#prefix + ref);
  }

  clear(): void {
    for (const name of this.#store.names(this.#prefix)) this.#store.remove(name);
  }

  /** In the order in which the visitor sent them. */
  all(): Outgoing[] {
    return this.#store
      .names(this.#prefix)
      .map((name) => parse(this.#store.get(name)))
      .filter((message) => message !== null)
      .sort((a, b) => a.at - b.at || a.order - b.order);
  }
}

function parse(value: string | null): Outgoing | null {
  try {
    const message = JSON.parse(value ?? "null") as Outgoing | null;
    return message && typeof message.ref === "string" && typeof message.text === "string" ? message : null;
  } catch {
    return null;
  }
}
