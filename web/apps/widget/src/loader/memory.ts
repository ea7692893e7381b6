// Remembers in this tab that a conversation runs, so that the next page of the same website shows it again. It writes
// only after the visitor has started one, and forgets it when they are done. No identifiers, no words.

export type Remembered = "open" | "closed" | null;

/** The note of one widget in this tab. */
export class Memory {
  readonly #name: string;
  #keeping = false;

  constructor(key: string) {
    this.#name = `balie.${key}`;
  }

  recall(): Remembered {
    try {
      const value = sessionStorage.getItem(this.#name);
      this.#keeping = value !== null;
      return value === "open" ? "open" : value ? "closed" : null;
    } catch {
      return null;
    }
  }

  keep(open: boolean): void {
    this.#keeping = true;
    this.note(open);
  }

  note(open: boolean): void {
    if (!this.#keeping) return;
    try {
      sessionStorage.setItem(this.#name, open ? "open" : "closed");
    } catch {
      // A website that keeps no store simply shows the button again on the next page.
    }
  }

  forget(): void {
    this.#keeping = false;
    try {
      sessionStorage.removeItem(this.#name);
    } catch {
      // Nothing was kept.
    }
  }
}
