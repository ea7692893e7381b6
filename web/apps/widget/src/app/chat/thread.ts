// The entries of one conversation as this screen has them. Takes them in any order and as often as they come, keeps each
// number once, and knows up to where nothing is missing. It never talks to the network.

import type { VisitorEntry } from "../contract";

export class Thread {
  readonly #bySeq = new Map<number, VisitorEntry>();
  readonly #refs = new Set<string>();
  #complete = 0;
  #list: readonly VisitorEntry[] | null = null;

  /** Takes an entry. The latest text of a number wins, so that an erased entry replaces what it was. */
  add(entry: VisitorEntry): void {
    this.#bySeq.set(entry.seq, entry);
    if (entry.ref) this.#refs.add(entry.ref);
    while (this.#bySeq.has(this.#complete + 1)) this.#complete += 1;
    this.#list = null;
  }

  hasRef(ref: string): boolean {
    return this.#refs.has(ref);
  }

  has(seq: number): boolean {
    return this.#bySeq.has(seq);
  }

  /** The last number up to which nothing is missing: from here we ask the server to go on. */
  get complete(): number {
    return this.#complete;
  }

  /** The highest number seen. Higher than `complete` means that something between is missing. */
  get last(): number {
    return this.list.at(-1)?.seq ?? 0;
  }

  get list(): readonly VisitorEntry[] {
    this.#list ??= [...this.#bySeq.values()].sort((a, b) => a.seq - b.seq);
    return this.#list;
  }
}
