import { beforeEach, expect, test } from "vitest";
import { Live, type LiveEvent, type Socket } from "./live";

class FakeSocket implements Socket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  onerror: (() => void) | null = null;
  sent: Record<string, unknown>[] = [];
  closed = false;

  send(data: string) {
    this.sent.push(JSON.parse(data));
  }
  close() {
    this.closed = true;
  }
  says(frame: unknown) {
    this.onmessage?.({ data: typeof frame === "string" ? frame : JSON.stringify(frame) });
  }
  breaks() {
    this.onclose?.();
  }
}

/** Time that passes only when the test says so. */
class FakeTime {
  #now = 0;
  #next = 1;
  #plans = new Map<number, { at: number; run: () => void }>();

  set = (run: () => void, ms: number) => {
    this.#plans.set(this.#next, { at: this.#now + ms, run });
    return this.#next++;
  };
  clear = (timer: number) => {
    this.#plans.delete(timer);
  };
  pass(ms: number) {
    const until = this.#now + ms;
    for (;;) {
      const due = [...this.#plans]
        .filter(([, plan]) => plan.at <= until)
        .sort((a, b) => a[1].at - b[1].at)[0];
      if (!due) break;
      this.#plans.delete(due[0]);
      this.#now = due[1].at;
      due[1].run();
    }
    this.#now = until;
  }
}

let sockets: FakeSocket[];
let time: FakeTime;
let live: Live;
let events: LiveEvent[];

beforeEach(() => {
  sockets = [];
  events = [];
  time = new FakeTime();
  live = new Live({
    open: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    timers: time,
    random: () => 1,
    heartbeatMs: 20_000,
    patienceMs: 10_000,
  });
  live.listen((event) => events.push(event));
});

const socket = () => sockets.at(-1) as FakeSocket;

function connect(after: number | null = 40) {
  live.start(after);
  socket().onopen?.();
  socket().says({ type: "hello", position: 40 });
}

function contact(position: number, state: string, id = "cnt_1") {
  return { type: "changed", position, kind: "contact", object: { id, state } };
}

const states = () =>
  events.flatMap((event) =>
    event.type === "changed" ? [(event.change.object as { state: string }).state] : [],
  );

test("it resumes from what the screen has loaded, and after a break from what it has seen", () => {
  connect(40);
  expect(socket().sent[0]).toEqual({ type: "resume", after: 39 });
  socket().says(contact(41, "assigned"));
  socket().breaks();
  expect(live.status).toBe("lost");
  time.pass(500);
  socket().onopen?.();
  expect(socket().sent[0]).toEqual({ type: "resume", after: 40 });
});

test("a welcome with a later position does not skip what is still on its way", () => {
  live.start(10);
  socket().onopen?.();
  socket().says({ type: "hello", position: 99 });
  socket().breaks();
  time.pass(500);
  socket().onopen?.();
  expect(socket().sent[0]).toEqual({ type: "resume", after: 9 });
});

test("replayed, doubled and late frames never bring an older state back", () => {
  connect();
  socket().says(contact(43, "wrapping_up"));
  socket().says(contact(42, "assigned"));
  socket().says(contact(43, "wrapping_up"));
  socket().says(contact(42, "assigned", "cnt_2"));
  socket().says(contact(44, "closed"));
  expect(states()).toEqual(["wrapping_up", "assigned", "closed"]);
});

test("an offer that is gone does not come back", () => {
  connect();
  socket().says({ type: "changed", position: 51, kind: "offer_gone", object: { id: "off_1" } });
  socket().says({ type: "changed", position: 50, kind: "offer", object: { id: "off_1" } });
  expect(events.filter((event) => event.type === "changed")).toHaveLength(1);
});

test("broken and unknown frames are passed over", () => {
  connect();
  const before = events.length;
  for (const frame of ["{", "null", "7", { type: "party" }, { type: "changed", position: 3 }])
    socket().says(frame);
  socket().says({ type: "changed", position: 60, kind: "unknown", object: {} });
  expect(events).toHaveLength(before);
  expect(live.status).toBe("live");
});

test("watches are asked once, kept over a break, and end with the last reader", () => {
  const first = live.watch("cnt_1");
  connect();
  const second = live.watch("cnt_1");
  expect(socket().sent.filter((frame) => frame.type === "watch")).toHaveLength(1);
  socket().breaks();
  time.pass(500);
  socket().onopen?.();
  socket().says({ type: "hello", position: 41 });
  expect(socket().sent.filter((frame) => frame.type === "watch")).toHaveLength(1);
  expect(events.some((event) => event.type === "back")).toBe(true);
  first();
  first();
  expect(socket().sent.some((frame) => frame.type === "unwatch")).toBe(false);
  second();
  expect(socket().sent.at(-1)).toEqual({ type: "unwatch", contact_id: "cnt_1" });
});

test("silence after a sign of life was asked counts as a broken line", () => {
  connect();
  time.pass(20_000);
  expect(socket().sent.at(-1)).toEqual({ type: "ping" });
  socket().says({ type: "pong" });
  time.pass(29_999);
  expect(live.status).toBe("live");
  time.pass(1);
  expect(sockets[0]?.closed).toBe(true);
  expect(live.status).toBe("lost");
});

test("it says that it is there at a steady pace, also while much comes in", () => {
  connect();
  for (let second = 1; second <= 45; second += 1) {
    time.pass(1000);
    socket().says(contact(100 + second, "assigned"));
  }
  expect(socket().sent.filter((frame) => frame.type === "ping")).toHaveLength(2);
});

test("figures of the moment have no position and always count", () => {
  connect();
  const figures = { type: "changed", position: null, kind: "queue", object: { id: "que_1", state: "1" } };
  socket().says(figures);
  socket().says({ ...figures, object: { id: "que_1", state: "2" } });
  expect(states()).toEqual(["1", "2"]);
  socket().breaks();
  time.pass(500);
  socket().onopen?.();
  expect(socket().sent[0]).toEqual({ type: "resume", after: 39 });
});

test("attempts come ever later but never later than fifteen seconds, and at once when asked", () => {
  live.start(null);
  for (const wait of [500, 1000, 2000, 4000, 8000, 15_000, 15_000]) {
    const opened = sockets.length;
    socket().breaks();
    time.pass(wait - 1);
    expect(sockets).toHaveLength(opened);
    time.pass(1);
    expect(sockets).toHaveLength(opened + 1);
  }
  socket().breaks();
  const opened = sockets.length;
  live.retryNow();
  expect(sockets).toHaveLength(opened + 1);
});

test("being signed out ends it, until somebody signs in again", () => {
  connect();
  socket().says(contact(45, "assigned"));
  socket().says({ type: "signed_out" });
  time.pass(60_000);
  expect(live.status).toBe("ended");
  expect(sockets).toHaveLength(1);
  expect(events.at(-1)).toEqual({ type: "signed_out" });
  live.restart();
  socket().onopen?.();
  expect(socket().sent[0]).toEqual({ type: "resume", after: 44 });
  socket().says({ type: "hello", position: 50 });
  expect(live.status).toBe("live");
  expect(events.at(-1)).toEqual({ type: "back" });
});

test("after beginning anew the old line has nothing more to say", () => {
  connect();
  live.restart();
  expect(sockets.map(({ closed }) => closed)).toEqual([true, false]);
  sockets[0]?.says({ type: "signed_out" });
  sockets[0]?.breaks();
  expect(live.status).toBe("connecting");
  expect(sockets).toHaveLength(2);
});

test("what has not begun does not begin anew, because there is no position yet to go on from", () => {
  live.restart();
  expect(sockets).toHaveLength(0);
});

test("after a resync it goes on from the position of what was loaded anew", () => {
  connect(40);
  socket().says({ type: "resync" });
  live.start(90);
  socket().breaks();
  time.pass(500);
  socket().onopen?.();
  expect(socket().sent[0]).toEqual({ type: "resume", after: 89 });
});
