// The small rules of the screen: which files may be sent, how lines are grouped, how long is said in words.

import { describe, expect, test } from "vitest";
import type { View } from "../src/app/chat/chat";
import { pause } from "../src/app/chat/link";
import type { Conversation, VisitorEntry } from "../src/app/contract";
import { linesOf } from "../src/app/parts/lines";
import { accepts, kinds } from "../src/app/parts/uploads";
import { en } from "../src/app/words/en";
import { nl } from "../src/app/words/nl";
import { countdown, size } from "../src/app/words/words";
import { pickLanguage } from "../src/bridge/messages";

describe("files", () => {
  const types = ["image/*", "application/pdf", ".odt"];
  test.each([
    ["foto.jpg", "image/jpeg", true],
    ["brief.pdf", "application/pdf", true],
    ["brief.ODT", "", true],
    ["film.mov", "video/quicktime", false],
    ["pagina.html", "text/html", false],
  ])("%s", (name, type, expected) => {
    expect(accepts(types, { name, type })).toBe(expected);
  });

  test("kinds and sizes read as people write them", () => {
    expect(kinds(["image/jpeg", "application/pdf", ".odt"])).toBe("JPG, PDF, ODT");
    expect(size("nl", 348_000)).toBe("348 kB");
    expect(size("nl", 2_500_000)).toBe("2,5 MB");
  });
});

describe("words", () => {
  test("Dutch and English have the same sentences, for every refusal and event", () => {
    expect(Object.keys(en.refused)).toEqual(Object.keys(nl.refused));
    expect(Object.keys(en.events)).toEqual(Object.keys(nl.events));
  });

  test("place and wait are said in words a person can picture", () => {
    expect(nl.waiting.place(1)).toBe("U bent als eerste aan de beurt.");
    expect(nl.waiting.place(2)).toBe("Er is nog 1 persoon voor u.");
    expect(nl.waiting.place(4)).toBe("Er zijn nog 3 mensen voor u.");
    expect(nl.waiting.wait(20)).toBe("De wachttijd is minder dan een minuut.");
    expect(nl.waiting.wait(170)).toBe("De wachttijd is ongeveer 3 minuten.");
    expect(en.waiting.wait(1000)).toBe("The waiting time is about 20 minutes.");
    expect(en.waiting.wait(9000)).toBe("The waiting time is more than an hour.");
    expect(countdown(65_000)).toBe("1:05");
  });

  test("no sentence says only that something went wrong", () => {
    for (const sentence of [...Object.values(nl.refused), ...Object.values(en.refused)]) {
      expect(sentence).not.toMatch(/went wrong|ging (er )?iets (mis|fout)/i);
      expect(sentence.length).toBeGreaterThan(30);
    }
  });

  test("a page's language picks ours", () => {
    expect(["nl-BE", "fy", "", null, "en-US", "de"].map(pickLanguage)).toEqual([
      "nl",
      "nl",
      "nl",
      "nl",
      "en",
      "en",
    ]);
  });
});

test("the pause between attempts grows, is never the same for all, and has an end", () => {
  expect(pause(0, 0.5)).toBeLessThan(pause(3, 0.5));
  expect(pause(3, 0)).toBeLessThan(pause(3, 1));
  expect(pause(50, 1)).toBe(30_000);
});

describe("lines", () => {
  const entry = (seq: number, part: Partial<VisitorEntry>): VisitorEntry => ({
    seq,
    at: `2025-03-03T10:0${seq}:00Z`,
    author: "agent",
    name: "Anja",
    text: "x",
    event: null,
    attachments: [],
    ref: null,
    ...part,
  });
  const view = (entries: VisitorEntry[], part: Partial<View> = {}) =>
    ({
      entries,
      outgoing: [],
      conversation: { read_by_agent: 2 } as Conversation,
      ...part,
    }) as unknown as View;

  test("one speaker's lines form a group, and only the visitor's last line carries the mark", () => {
    const own = { author: "you" as const, name: null };
    const lines = linesOf(view([entry(1, own), entry(2, own), entry(3, {})]));
    expect(lines.map(({ first, last }) => [first, last])).toEqual([
      [true, false],
      [false, true],
      [true, true],
    ]);
    expect(lines.map(({ mark }) => mark)).toEqual([null, "read", null]);
  });

  test("a message keeps its key when the server has it", () => {
    const unsent = { ref: "r1", text: "x", attachments: [], at: 0, order: 1, secret: null, refused: null };
    const before = linesOf(view([], { outgoing: [unsent] }));
    const after = linesOf(view([entry(1, { author: "you", ref: "r1" })]));
    expect(before[0]).toMatchObject({ key: "r1", mark: "sending" });
    expect(after[0]).toMatchObject({ key: "r1", mark: "read" });
  });
});
