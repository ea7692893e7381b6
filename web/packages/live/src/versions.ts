/** Which state of each thing is the newest one seen. Keeps positions only, never the things themselves. */
export class Versions {
  #seen = new Map<string, number>();

  /** Whether a state from this position is newer than all seen so far; if so it becomes the newest. */
  admit(name: string, position: number): boolean {
    if (position <= (this.#seen.get(name) ?? -1)) return false;
    this.#seen.set(name, position);
    return true;
  }

  /** The position of the newest state seen, to compare before and after a request. */
  of(name: string): number | null {
    return this.#seen.get(name) ?? null;
  }

  /** Forgets everything: after it, any state is new. */
  clear(): void {
    this.#seen.clear();
  }
}
