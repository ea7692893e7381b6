/** The one live connection of this page, and its state for screens. */
import { Live, type LiveStatus, openLiveSocket } from "@balie/live";
import { useSyncExternalStore } from "react";

export const live = new Live({ open: openLiveSocket });

export function useLiveStatus(): LiveStatus {
  return useSyncExternalStore(
    (reader) => live.listen((event) => event.type === "status" && reader()),
    () => live.status,
  );
}

globalThis.addEventListener?.("online", () => live.retryNow());
globalThis.document?.addEventListener("visibilitychange", () => !document.hidden && live.retryNow());
