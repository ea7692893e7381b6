// What this device keeps of a conversation: its token and language, and a question that is still on its way to the
// server. Written from the moment the visitor presses "start", wiped when they are done.

import { type Language, pickLanguage } from "../bridge/messages";
import type { Store } from "./chat/store";
import type { Begin } from "./contract";

export type Session = { token: string; language: Language };

export class Sessions {
  readonly store: Store;
  readonly #prefix: string;

  constructor(store: Store, key: string) {
    this.store = store;
    this.#prefix = `balie:${key}:`;
  }

  get outbox(): string {
    return `${this.#prefix}out:`;
  }

  get draft(): string {
    return `${this.#prefix}draft`;
  }

  get session(): Session | null {
    const kept = this.#read<Session>("conversation");
    return kept && typeof kept.token === "string"
      ? { token: kept.token, language: pickLanguage(kept.language) }
      : null;
  }

  get starting(): Begin | null {
    return this.#read<Begin>("starting");
  }

  begin(body: Begin): void {
    this.store.set(`${this.#prefix}starting`, JSON.stringify(body));
  }

  stopBeginning(): void {
    this.store.remove(`${this.#prefix}starting`);
  }

  begun(session: Session): void {
    this.store.set(`${this.#prefix}conversation`, JSON.stringify(session));
    this.stopBeginning();
  }

  forget(): void {
    for (const name of this.store.names(this.#prefix)) this.store.remove(name);
  }

  /** Another tab started a conversation, or wiped it. */
  watch(changed: () => void): () => void {
    return this.store.watch((name) => (name === null || name === `${this.#prefix}conversation`) && changed());
  }

  #read<T>(name: string): T | null {
    try {
      return JSON.parse(this.store.get(this.#prefix + name) ?? "null") as T | null;
    } catch {
      return null;
    }
  }
}
