import { type Entry, Refusal } from "@balie/api";
import { beforeEach, expect, test } from "vitest";
import { Outbox, type Unsent } from "./outbox";

let kept: Map<string, string>;
let later: (() => void)[];
let outcomes: ("kept" | Refusal)[];
let tried: string[];
let delivered: Entry[];

beforeEach(() => {
  kept = new Map();
  later = [];
  outcomes = [];
  tried = [];
  delivered = [];
});

function outbox(): Outbox {
  let next = tried.length;
  return new Outbox({
    deliver: async (unsent: Unsent) => {
      tried.push(unsent.text);
      const outcome = outcomes.shift() ?? "kept";
      if (outcome !== "kept") throw outcome;
      return { seq: tried.length, client_ref: unsent.ref } as Entry;
    },
    delivered: (entry) => delivered.push(entry),
    storage: { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) },
    key: "outbox",
    newRef: () => `ref_${next++}`,
    later: (run) => later.push(run),
  });
}

const settled = () => new Promise((done) => setTimeout(done, 0));
const unreachable = () => new Refusal({ code: "unreachable" });
const send = (box: Outbox, text: string) => box.send("cnt_1", "message", text, [], "");

test("things go out in order, one at a time", async () => {
  const box = outbox();
  send(box, "one");
  send(box, "two");
  expect(tried).toEqual(["one"]);
  await settled();
  expect(tried).toEqual(["one", "two"]);
  expect(box.of("cnt_1")).toEqual([]);
  expect(delivered).toHaveLength(2);
});

test("a broken line keeps everything and the order, and it goes on when the line is back", async () => {
  const box = outbox();
  outcomes = [unreachable(), unreachable()];
  send(box, "one");
  send(box, "two");
  await settled();
  expect(box.of("cnt_1").map((unsent) => unsent.state)).toEqual(["waiting", "sending"]);
  later.shift()?.();
  await settled();
  box.flush();
  await settled();
  expect(tried).toEqual(["one", "one", "one", "two"]);
  expect(box.of("cnt_1")).toEqual([]);
});

test("after a reload what was not sent is still there, with the same reference", async () => {
  outcomes = [unreachable()];
  const before = outbox();
  send(before, "one");
  await settled();
  const after = outbox();
  expect(after.of("cnt_1")).toMatchObject([{ ref: "ref_0", text: "one", state: "waiting" }]);
  after.flush();
  await settled();
  expect(delivered).toMatchObject([{ client_ref: "ref_0" }]);
});

test("a refusal waits for somebody, and does not hold up what comes after", async () => {
  const box = outbox();
  outcomes = [new Refusal({ code: "invalid", status: 422, detail: "Too long." })];
  send(box, "one");
  send(box, "two");
  await settled();
  later.shift()?.();
  await settled();
  expect(tried).toEqual(["one", "two"]);
  expect(box.of("cnt_1")).toMatchObject([{ text: "one", state: "refused" }]);
  expect(box.takeBack("cnt_1", "ref_0")?.text).toBe("one");
  expect(box.of("cnt_1")).toEqual([]);
});

test("an ended session waits for the new one instead of hammering", async () => {
  const box = outbox();
  outcomes = [new Refusal({ code: "sign_in_needed", status: 401 })];
  send(box, "one");
  await settled();
  expect(later).toEqual([]);
  box.flush();
  await settled();
  expect(box.of("cnt_1")).toEqual([]);
});

test("what came back over the live line is not shown twice", async () => {
  const box = outbox();
  outcomes = [unreachable()];
  send(box, "one");
  await settled();
  box.settle("cnt_1", "ref_0");
  later.shift()?.();
  await settled();
  expect(tried).toEqual(["one"]);
  expect(box.of("cnt_1")).toEqual([]);
});
