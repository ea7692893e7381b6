/** What goes over the live socket, and reading it without trust. Never throws: what is not a frame is null. */

export type ChangeKind = "contact" | "entry" | "offer" | "offer_gone" | "presence" | "queue";

/** One changed thing, rendered by the server, with its place in the journal; figures of the moment have none. */
export interface Change {
  position: number | null;
  kind: ChangeKind;
  object: unknown;
}

export type ServerFrame =
  | { type: "hello"; position: number }
  | ({ type: "changed" } & Change)
  | { type: "typing"; contact_id: string; who: "customer" | "agent"; typing: boolean }
  | { type: "resync" }
  | { type: "pong" }
  | { type: "signed_out" };

export type ClientFrame =
  | { type: "resume"; after: number | null }
  | { type: "watch" | "unwatch"; contact_id: string }
  | { type: "typing"; contact_id: string; typing: boolean }
  | { type: "ping" };

const kinds: ReadonlySet<string> = new Set(["contact", "entry", "offer", "offer_gone", "presence", "queue"]);

/** Reads one frame; null when it is broken or of a kind that this version does not know. */
export function readFrame(data: unknown): ServerFrame | null {
  const frame = parse(data);
  if (frame === null) return null;
  switch (frame.type) {
    case "hello":
      return typeof frame.position === "number" ? (frame as ServerFrame) : null;
    case "changed":
      return isChange(frame) ? (frame as ServerFrame) : null;
    case "typing":
      return typeof frame.contact_id === "string" ? (frame as ServerFrame) : null;
    case "resync":
    case "pong":
    case "signed_out":
      return frame as ServerFrame;
    default:
      return null;
  }
}

/** The name under which versions of a changed thing are compared; an offer and its end share one. */
export function nameOf(change: Change): string {
  if (change.kind === "presence") return "presence";
  const kind = change.kind === "offer_gone" ? "offer" : change.kind;
  return `${kind}:${String((change.object as { id?: unknown }).id)}`;
}

function parse(data: unknown): Record<string, unknown> | null {
  if (typeof data !== "string") return null;
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function isChange(frame: Record<string, unknown>): boolean {
  return (
    (typeof frame.position === "number" || frame.position === null) &&
    kinds.has(String(frame.kind)) &&
    typeof frame.object === "object" &&
    frame.object !== null
  );
}
