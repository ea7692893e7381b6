// The files a visitor is adding to a message: checked before they leave, sent at once with progress, and kept in the list
// until the message goes. A file that failed stays, with its reason and a second chance.

import { useRef, useState } from "preact/hooks";
import type { Attachment } from "../contract";
import { codeOf, PASSING } from "../refused";
import { useShared } from "../shared";
import { explain, size } from "../words/words";

export type Upload = {
  id: number;
  name: string;
  file: File | null;
  /** From 0 to 1. */
  part: number;
  done: Attachment | null;
  wrong: string | null;
  /** Whether trying the same file again can help. */
  again: boolean;
  cancel: AbortController;
};

export const MOST_FILES = 5;

export function useUploads(token: string, kept: Attachment[]) {
  const { api, config, language, words } = useShared();
  const [uploads, setUploads] = useState<Upload[]>(() =>
    kept.map((done, index) => finished(-1 - index, done)),
  );
  const [note, setNote] = useState<string | null>(null);
  const next = useRef(0);
  const { file_bytes: limit, file_types: types } = config.limits;

  function change(id: number, part: Partial<Upload>) {
    setUploads((all) => all.map((upload) => (upload.id === id ? { ...upload, ...part } : upload)));
  }

  function wrongWith(file: File): string | null {
    if (file.size === 0) return words.files.empty;
    if (file.size > limit) return words.files.tooLarge(size(language, limit));
    if (!accepts(types, file)) return words.files.wrongType(kinds(types));
    return null;
  }

  function send(upload: Upload) {
    if (!upload.file) return;
    api
      .upload(token, upload.file, (part) => change(upload.id, { part }), upload.cancel.signal)
      .then((done) => change(upload.id, { done, part: 1 }))
      .catch((error: unknown) => {
        const code = codeOf(error);
        change(upload.id, { wrong: explain(words, code), again: PASSING.has(code) });
      });
  }

  function add(files: Iterable<File>) {
    const fresh = [...files].map((file) => started(next.current++, file, wrongWith(file)));
    const room = Math.max(0, MOST_FILES - uploads.length);
    setNote(fresh.length > room ? words.files.tooMany(MOST_FILES) : null);
    const taken = fresh.slice(0, room);
    setUploads((all) => [...all, ...taken]);
    for (const upload of taken) if (!upload.wrong) send(upload);
  }

  function remove(upload: Upload) {
    upload.cancel.abort();
    setUploads((all) => all.filter(({ id }) => id !== upload.id));
    setNote(null);
  }

  function again(upload: Upload) {
    if (!upload.file) return;
    change(upload.id, { wrong: null, part: 0 });
    send(upload);
  }

  function clear() {
    setUploads([]);
    setNote(null);
  }

  return { uploads, note, add, remove, again, clear };
}

function started(id: number, file: File, wrong: string | null): Upload {
  return {
    id,
    name: file.name || "afbeelding.png",
    file,
    part: 0,
    done: null,
    wrong,
    again: false,
    cancel: new AbortController(),
  };
}

function finished(id: number, done: Attachment): Upload {
  return {
    id,
    name: done.name,
    file: null,
    part: 1,
    done,
    wrong: null,
    again: false,
    cancel: new AbortController(),
  };
}

/** Types as a server may list them: image/png, image/*, .pdf. An empty list accepts all and leaves it to the server. */
export function accepts(types: string[], file: { name: string; type: string }): boolean {
  if (types.length === 0) return true;
  const name = file.name.toLowerCase();
  return types.some((type) => {
    if (type.startsWith(".")) return name.endsWith(type.toLowerCase());
    if (type.endsWith("/*")) return file.type.startsWith(type.slice(0, -1));
    return file.type === type;
  });
}

/** The kinds in letters that people know: PNG, JPG, PDF. */
export function kinds(types: string[]): string {
  const known: Record<string, string> = {
    "image/*": "JPG, PNG",
    "image/jpeg": "JPG",
    "text/plain": "TXT",
    "application/msword": "DOC",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "DOCX",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
    "application/vnd.oasis.opendocument.text": "ODT",
  };
  return types.map((type) => known[type] ?? type.replace(/^.*[/.]/, "").toUpperCase()).join(", ");
}
