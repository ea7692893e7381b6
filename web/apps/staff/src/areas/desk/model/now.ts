/** The moment of now for things that run: one clock for the page, by the server's time. */
import { useSyncExternalStore } from "react";
import { serverNow } from "../../../server/api";

const readers = new Set<() => void>();
let now = serverNow();
let timer: ReturnType<typeof setInterval> | null = null;

/** Changes every second while somebody looks. Coarser readers round it themselves and are not drawn again. */
export function useNow(everyMs = 1000): number {
  return useSyncExternalStore(subscribe, () => Math.floor(now / everyMs) * everyMs);
}

function subscribe(reader: () => void): () => void {
  readers.add(reader);
  if (timer === null) {
    now = serverNow();
    timer = setInterval(tick, 1000);
  }
  return () => {
    readers.delete(reader);
    if (readers.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };
}

function tick(): void {
  now = serverNow();
  for (const reader of readers) reader();
}
