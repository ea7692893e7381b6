// What this device keeps of a conversation: its token and language, a question that is still on its way to the server, and
// what was written and not sent. Written from the moment the visitor presses "start", wiped when they are done.

import { type Language, pickLanguage } from "../bridge/messages";
import type { Store } from "./chat/store";
import type { Attachment, Begin } from "./contract";

export type Session = { token: string; language: Language };
export type Draft = { text: string; files: Attachment[] };

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

  /** What was written in the conversation and not sent. */
  get draft(): Draft {
    const kept = this.#read<Partial<Draft>>("draft");
    return { text: kept?.text ?? "", files: Array.isArray(kept?.files) ? kept.files : [] };
  }

  /** Called at every letter, so that nothing that ends the page or the field loses any. */
  keepDraft(draft: Draft): void {
    const name = `${this.#prefix}draft`;
    if (draft.text.trim() === "" && draft.files.length === 0) this.store.remove(name);
    else this.store.set(name, JSON.stringify(draft));
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
