/**
 * What somebody is writing, per contact and separately for answer and note, so that a note never goes out by
 * mistake. Kept for this tab only, over a reload and a new sign-in; gone when the tab closes or somebody signs out.
 */
import type { Attachment } from "@balie/api";

export type Mode = "message" | "note";

export interface DraftFile {
  key: string;
  name: string;
  size: number;
  state: "busy" | "kept" | "failed";
  attachment: Attachment | null;
  file: File | null;
  error: unknown;
}

export interface Draft {
  text: string;
  files: readonly DraftFile[];
}

const empty: Draft = { text: "", files: [] };

function isSomething({ text, files }: Draft): boolean {
  return text.trim() !== "" || files.length > 0;
}

export class Drafts {
  #storage: Pick<Storage, "getItem" | "setItem">;
  #key: string;
  #drafts = new Map<string, Draft>();
  #readers = new Set<() => void>();

  constructor(storage: Pick<Storage, "getItem" | "setItem">, key: string) {
    this.#storage = storage;
    this.#key = key;
    this.#restore();
  }

  of(contact: string, mode: Mode): Draft {
    return this.#drafts.get(`${contact}/${mode}`) ?? empty;
  }

  /** Whether something is written for a contact that has not been sent. */
  has(contact: string): boolean {
    return (["message", "note"] as const).some((mode) => isSomething(this.of(contact, mode)));
  }

  /** How many answers and notes have something in them. */
  get count(): number {
    return [...this.#drafts.values()].filter(isSomething).length;
  }

  write(contact: string, mode: Mode, text: string): void {
    this.#set(contact, mode, { ...this.of(contact, mode), text });
  }

  setFiles(contact: string, mode: Mode, change: (files: readonly DraftFile[]) => readonly DraftFile[]): void {
    const draft = this.of(contact, mode);
    this.#set(contact, mode, { ...draft, files: change(draft.files) });
  }

  /** It is sent, or nobody wants it any more. */
  clear(contact: string, mode: Mode): void {
    this.#set(contact, mode, empty);
  }

  subscribe = (reader: () => void): (() => void) => {
    this.#readers.add(reader);
    return () => this.#readers.delete(reader);
  };

  #set(contact: string, mode: Mode, draft: Draft): void {
    const key = `${contact}/${mode}`;
    if (draft.text === "" && draft.files.length === 0) this.#drafts.delete(key);
    else this.#drafts.set(key, draft);
    this.#keep();
    for (const reader of this.#readers) reader();
  }

  #keep(): void {
    const kept = [...this.#drafts].map(([key, { text, files }]) => {
      const ready = files
        .filter((file) => file.state === "kept")
        .map((file) => ({ ...file, file: null, error: null }));
      return [key, { text, files: ready }];
    });
    try {
      this.#storage.setItem(this.#key, JSON.stringify(kept));
    } catch {
      // A full or closed store: the draft still lives in this page.
    }
  }

  #restore(): void {
    try {
      const kept: unknown = JSON.parse(this.#storage.getItem(this.#key) ?? "[]");
      if (Array.isArray(kept)) this.#drafts = new Map(kept as [string, Draft][]);
    } catch {
      // Broken or closed: begin with nothing.
    }
  }
}
