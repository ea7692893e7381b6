import type { Entry } from "@balie/api";
import { expect, test } from "vitest";
import { blocksOf, completeUpTo, mergeEntries, unreadIn, waitingSince } from "./entries";

function entry(seq: number, more: Partial<Entry> & { who?: "customer" | "agent" } = {}): Entry {
  const { who = "customer", ...rest } = more;
  return {
    id: `ent_${seq}`,
    contact_id: "cnt_1",
    seq,
    at: new Date(2026, 10, 23, 10, seq).toISOString(),
    kind: "message",
    author: { kind: who, id: null, name: null },
    visibility: "public",
    text: `text ${seq}`,
    event: null,
    attachments: [],
    client_ref: null,
    erased: false,
    ...rest,
  };
}

test("entries in any order, twice or erased later, make one list in order", () => {
  const merged = mergeEntries(
    [entry(1), entry(3)],
    [entry(2), entry(3), entry(1, { erased: true, text: null })],
  );
  expect(merged.map((item) => item.seq)).toEqual([1, 2, 3]);
  expect(merged[0]?.erased).toBe(true);
});

test("a gap is seen, so that what is missing can be loaded", () => {
  expect(completeUpTo([entry(1), entry(2), entry(5)])).toBe(2);
  expect(completeUpTo([])).toBe(0);
});

test("messages of one author stand together; a note, an event and a new day stand apart", () => {
  const blocks = blocksOf([
    entry(1),
    entry(2),
    entry(3, { kind: "note", who: "agent" }),
    entry(4, { who: "agent" }),
    entry(5, { kind: "event", event: { code: "ended", params: {} } }),
    entry(6, { at: new Date(2026, 10, 24, 9, 0).toISOString() }),
  ]);
  expect(blocks.map((block) => block.kind)).toEqual([
    "day",
    "messages",
    "note",
    "messages",
    "event",
    "day",
    "messages",
  ]);
});

test("the customer waits since the first message after our last; notes are no answer", () => {
  const entries = [
    entry(1),
    entry(2, { who: "agent" }),
    entry(3),
    entry(4),
    entry(5, { kind: "note", who: "agent" }),
  ];
  expect(waitingSince(entries)).toBe(entries[2]?.at);
  expect(waitingSince(entries.slice(0, 2))).toBeNull();
  expect(unreadIn(entries, 3)).toBe(1);
});
