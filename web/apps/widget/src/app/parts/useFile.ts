// Fetches an attachment with the token in a header and gives it an address inside this page, for as long as it shows.

import { useEffect, useState } from "preact/hooks";
import type { Attachment } from "../contract";
import { useShared } from "../shared";

/** Kinds of picture that cannot carry script. */
const PICTURES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

export function isPicture({ media_type }: Attachment): boolean {
  return PICTURES.has(media_type);
}

/** The address of a picture once it is here; null while it is not, or when it cannot be shown. */
export function usePicture(token: string, attachment: Attachment): string | null {
  const { api } = useShared();
  const [address, setAddress] = useState<string | null>(null);
  const { id, media_type: type } = attachment;
  useEffect(() => {
    if (!PICTURES.has(type)) return;
    let made: string | null = null;
    let gone = false;
    api
      .file(token, id)
      .then((blob) => {
        if (gone) return;
        made = URL.createObjectURL(new Blob([blob], { type }));
        setAddress(made);
      })
      .catch(() => setAddress(null));
    return () => {
      gone = true;
      if (made) URL.revokeObjectURL(made);
    };
  }, [id]);
  return address;
}

/** Puts a file among the visitor's downloads. */
export function saveAs(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
