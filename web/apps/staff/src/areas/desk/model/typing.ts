/** Which customers are typing. A sign of typing that is not repeated runs out by itself. */
import { useSyncExternalStore } from "react";

const runsOutMs = 8_000;
const typing = new Map<string, ReturnType<typeof setTimeout>>();
const readers = new Set<() => void>();

export function noteTyping(contact: string, on: boolean): void {
  clearTimeout(typing.get(contact));
  typing.delete(contact);
  if (on)
    typing.set(
      contact,
      setTimeout(() => noteTyping(contact, false), runsOutMs),
    );
  for (const reader of readers) reader();
}

export function useTyping(contact: string): boolean {
  return useSyncExternalStore(subscribe, () => typing.has(contact));
}

function subscribe(reader: () => void): () => void {
  readers.add(reader);
  return () => readers.delete(reader);
}
