/** The live socket of staff screens, without any framework. */
export type { Change, ChangeKind } from "./frames";
export { Live, type LiveEvent, type LiveOptions, type LiveStatus, type Socket, type Timers } from "./live";
export { Versions } from "./versions";

import type { Socket } from "./live";

/** The socket of this page's own server. */
export function openLiveSocket(): Socket {
  const address = new URL("/api/v1/live", globalThis.location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  return new WebSocket(address) as unknown as Socket;
}
