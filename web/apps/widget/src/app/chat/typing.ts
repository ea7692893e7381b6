// Who is typing. Tells the server at most once in a few seconds that the visitor types, and stops showing that the agent
// types when nothing more is heard. What is typed never passes here.

import type { World } from "./world";

const REPEAT = 4_000;
const IDLE = 5_000;
const FORGOTTEN = 8_000;

export class OwnTyping {
  readonly #world: World;
  readonly #tell: (typing: boolean) => void;
  #toldAt = Number.NEGATIVE_INFINITY;
  #typing = false;
  #cancel: (() => void) | null = null;

  constructor(world: World, tell: (typing: boolean) => void) {
    this.#world = world;
    this.#tell = tell;
  }

  typed(text: string): void {
    this.#cancel?.();
    if (text.trim() === "") {
      this.stop();
      return;
    }
    this.#cancel = this.#world.after(IDLE, () => this.stop());
    const now = this.#world.now();
    if (this.#typing && now - this.#toldAt < REPEAT) return;
    this.#typing = true;
    this.#toldAt = now;
    this.#tell(true);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
    if (!this.#typing) return;
    this.#typing = false;
    this.#tell(false);
  }
}

export class AgentTyping {
  readonly #world: World;
  readonly #changed: () => void;
  #typing = false;
  #cancel: (() => void) | null = null;

  constructor(world: World, changed: () => void) {
    this.#world = world;
    this.#changed = changed;
  }

  get now(): boolean {
    return this.#typing;
  }

  heard(typing: boolean): void {
    this.stop();
    this.#typing = typing;
    if (!typing) return;
    this.#cancel = this.#world.after(FORGOTTEN, () => {
      this.#typing = false;
      this.#changed();
    });
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }
}
