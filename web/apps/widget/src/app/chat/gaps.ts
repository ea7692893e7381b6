// Notices that an entry is missing although a later one is known, waits a moment for it to come by itself, and then asks
// for a resume. It gives up after a few tries at the same place, so that it can never ask for ever.

import type { Thread } from "./thread";
import type { World } from "./world";

const PATIENCE = 1_500;
const TRIES = 6;

export class GapWatch {
  readonly #world: World;
  readonly #thread: Thread;
  readonly #resume: () => void;
  #expected = 0;
  #place = 0;
  #tries = 0;
  #cancel: (() => void) | null = null;

  constructor(world: World, thread: Thread, resume: () => void) {
    this.#world = world;
    this.#thread = thread;
    this.#resume = resume;
  }

  /** The server has at least this entry. */
  expect(seq: number): void {
    this.#expected = Math.max(this.#expected, seq);
    if (this.#thread.complete !== this.#place) {
      this.#place = this.#thread.complete;
      this.#tries = 0;
      this.stop();
    }
    if (this.#thread.complete < this.#expected && !this.#cancel && this.#tries < TRIES) this.#arm();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #arm(): void {
    this.#cancel = this.#world.after(PATIENCE * 2 ** this.#tries, () => {
      this.#cancel = null;
      if (this.#thread.complete >= this.#expected) return;
      this.#tries += 1;
      this.#resume();
    });
  }
}
