/** The entries of a contact as a list without gaps, doubles or disorder, and how they stand on the screen. Pure. */
import type { Entry } from "@balie/api";

/** One list out of two; of two versions of one entry the later given stays. */
export function mergeEntries(held: readonly Entry[], arrived: readonly Entry[]): Entry[] {
  const bySeq = new Map(held.map((entry) => [entry.seq, entry]));
  for (const entry of arrived) bySeq.set(entry.seq, entry);
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}

/** The last entry up to which nothing is missing: from there the rest is loaded. */
export function completeUpTo(entries: readonly Entry[]): number {
  let last = 0;
  for (const entry of entries) {
    if (entry.seq !== last + 1) break;
    last = entry.seq;
  }
  return last;
}

/** Messages of one author shortly after each other stand together, and a new day gets a heading. */
export type Block<E extends Pick<Entry, "at" | "kind" | "author"> = Entry> =
  | { kind: "day"; key: string; at: string }
  | { kind: "event"; key: string; entry: E }
  | { kind: "messages" | "note"; key: string; author: E["author"]; entries: E[] };

const together = 5 * 60_000;

export function blocksOf(entries: readonly Entry[]): Block[] {
  const blocks: Block[] = [];
  let before: Entry | null = null;
  for (const entry of entries) {
    if (!before || dayOf(before.at) !== dayOf(entry.at)) {
      blocks.push({ kind: "day", key: `day-${entry.id}`, at: entry.at });
    }
    const last = blocks.at(-1);
    const kind = entry.kind === "note" ? "note" : "messages";
    if (entry.kind === "event") {
      blocks.push({ kind: "event", key: entry.id, entry });
    } else if (last?.kind === kind && before && belongsTogether(before, entry)) {
      last.entries.push(entry);
    } else {
      blocks.push({ kind, key: entry.id, author: entry.author, entries: [entry] });
    }
    before = entry;
  }
  return blocks;
}

/** How many messages of the customer the agent has not read. */
export function unreadIn(entries: readonly Entry[], readUpTo: number): number {
  return entries.filter(
    (entry) => entry.seq > readUpTo && entry.kind === "message" && entry.author.kind === "customer",
  ).length;
}

/** Since when the customer waits for an answer: the first message after the last one of ours. */
export function waitingSince(entries: readonly Entry[]): string | null {
  let since: string | null = null;
  for (const entry of entries) {
    if (entry.kind !== "message") continue;
    if (entry.author.kind !== "customer") since = null;
    else since ??= entry.at;
  }
  return since;
}

function belongsTogether(before: Entry, entry: Entry): boolean {
  return (
    before.author.kind === entry.author.kind &&
    before.author.id === entry.author.id &&
    Date.parse(entry.at) - Date.parse(before.at) < together
  );
}

function dayOf(at: string): string {
  return new Date(at).toDateString();
}
