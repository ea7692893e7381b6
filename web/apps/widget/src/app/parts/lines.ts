// Turns entries and unsent messages into the lines of the screen: days, groups of one speaker, and where the read mark
// stands. A message keeps its key when the server acknowledges it, so that nothing is read out twice.

import type { View } from "../chat/chat";
import type { Outgoing } from "../chat/outbox";
import type { VisitorEntry } from "../contract";

export type Mark = "sending" | "sent" | "read" | "refused" | null;

export type Line = {
  key: string;
  at: string;
  author: VisitorEntry["author"];
  name: string | null;
  text: string | null;
  event: VisitorEntry["event"];
  attachments: VisitorEntry["attachments"];
  /** First of a day, first and last of a group by the same speaker. */
  newDay: boolean;
  first: boolean;
  last: boolean;
  mark: Mark;
  unsent: Outgoing | null;
};

const SAME_GROUP = 5 * 60_000;

export function linesOf(view: View): Line[] {
  const readUpTo = view.conversation?.read_by_agent ?? 0;
  const lines = [...view.entries.map((entry) => fromEntry(entry)), ...view.outgoing.map(fromOutgoing)];
  const lastOwn = view.entries.findLast(({ author }) => author === "you")?.seq ?? 0;
  return lines.map(({ seq, ...line }, index) => {
    const before = lines[index - 1];
    const after = lines[index + 1];
    const newDay = !before || new Date(before.at).toDateString() !== new Date(line.at).toDateString();
    const own = seq !== null && seq === lastOwn;
    return {
      ...line,
      newDay,
      first: newDay || !sameGroup(before, line),
      last: !after || !sameGroup(line, after),
      mark: line.mark ?? (own ? (seq <= readUpTo ? "read" : "sent") : null),
    };
  });
}

type Draft = Omit<Line, "newDay" | "first" | "last"> & { seq: number | null };

function fromEntry({ seq, ref, ...entry }: VisitorEntry): Draft {
  return { ...entry, key: ref ?? `s${seq}`, seq, mark: null, unsent: null };
}

function fromOutgoing(unsent: Outgoing): Draft {
  const { ref, text, attachments, at, refused } = unsent;
  const mark = refused ? "refused" : "sending";
  const when = new Date(at).toISOString();
  return {
    key: ref,
    seq: null,
    at: when,
    author: "you",
    name: null,
    text,
    event: null,
    attachments,
    mark,
    unsent,
  };
}

function sameGroup(a: Omit<Draft, "seq"> | undefined, b: Omit<Draft, "seq">): boolean {
  if (!a || a.author !== b.author || a.name !== b.name || a.event || b.event) return false;
  return Date.parse(b.at) - Date.parse(a.at) < SAME_GROUP;
}
