// A world for tests: time that only moves when told to, a server that keeps each message once, and a network that drops,
// doubles, delays and cuts by a seed. The same seed always plays the same story.

import { digest } from "../src/app/chat/digest";
import type { Store } from "../src/app/chat/store";
import type { Socket, World } from "../src/app/chat/world";
import type { ClientFrame, Conversation, ServerFrame, VisitorEntry } from "../src/app/contract";
import { Refused } from "../src/app/refused";

export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export class Clock {
  now = 1_760_000_000_000;
  #queue: { at: number; order: number; call: () => void }[] = [];
  #order = 0;

  after(milliseconds: number, call: () => void): () => void {
    const item = { at: this.now + milliseconds, order: this.#order++, call };
    this.#queue.push(item);
    return () => {
      this.#queue = this.#queue.filter((other) => other !== item);
    };
  }

  async run(milliseconds: number): Promise<void> {
    const end = this.now + milliseconds;
    for (;;) {
      await Promise.resolve();
      const next = this.#queue
        .filter(({ at }) => at <= end)
        .sort((a, b) => a.at - b.at || a.order - b.order)[0];
      if (!next) break;
      this.#queue = this.#queue.filter((other) => other !== next);
      this.now = Math.max(this.now, next.at);
      next.call();
    }
    this.now = end;
    await Promise.resolve();
  }
}

/** How bad the network is: chances per frame, and the longest delay in milliseconds. */
export type Weather = { drop: number; double: number; cut: number; delay: number; reorder: boolean };
export const FINE: Weather = { drop: 0, double: 0, cut: 0, delay: 20, reorder: false };

type Line = { socket: Socket; open: boolean; greeted: boolean; lastDown: number; lastUp: number };

export class Server {
  weather: Weather = FINE;
  refuseNext: string[] = [];
  readonly heard: ClientFrame[] = [];
  readonly entries: VisitorEntry[] = [];
  state: Conversation["state"] = "active";
  stillThereUntil: string | null = null;
  connections = 0;
  readonly #clock: Clock;
  readonly #chance: () => number;
  readonly #lines = new Set<Line>();
  #readByAgent = 0;
  #readByCustomer = 0;

  constructor(clock: Clock, chance: () => number) {
    this.#clock = clock;
    this.#chance = chance;
  }

  get conversation(): Conversation {
    return {
      id: "cnv_1",
      contact_id: "cnt_1",
      state: this.state,
      place: null,
      estimate_seconds: null,
      agent_name: "Anja",
      ended_by: this.state === "ended" ? "agent" : null,
      last_seq: this.entries.length,
      read_by_agent: this.#readByAgent,
      read_by_customer: this.#readByCustomer,
      topic: "Paspoort",
      language: "nl",
      still_there_until: this.stillThereUntil,
    };
  }

  world(): World {
    return {
      now: () => this.#clock.now,
      chance: this.#chance,
      newRef: () => Math.floor(this.#chance() * 2 ** 52).toString(36),
      after: (milliseconds, call) => this.#clock.after(milliseconds, call),
      connect: () => this.#connect(),
    };
  }

  agentSays(text: string): void {
    this.#append("agent", text, null);
  }

  end(): void {
    this.state = "ended";
    this.broadcast({ type: "state", conversation: this.conversation });
  }

  async again(body: { text: string; client_ref: string }): Promise<void> {
    const refusal = this.refuseNext.shift();
    if (refusal) throw new Refused(refusal);
    const ref = digest(body.client_ref);
    if (this.entries.some((entry) => entry.ref === ref)) return this.#answerLate();
    if (this.state !== "ended") throw new Refused("conflict");
    this.state = "waiting";
    this.#append("you", body.text, ref);
    this.broadcast({ type: "state", conversation: this.conversation });
    await this.#answerLate();
  }

  /** Slower than the socket, so that the entry is seen before the answer. */
  #answerLate(): Promise<void> {
    return new Promise((resolve) => this.#clock.after(500, resolve));
  }

  broadcast(frame: ServerFrame): void {
    for (const line of this.#lines) if (line.greeted) this.#down(line, frame);
  }

  cutAll(): void {
    for (const line of this.#lines) this.#cut(line);
  }

  #connect(): Socket {
    this.connections += 1;
    const line: Line = { socket: null as never, open: false, greeted: false, lastDown: 0, lastUp: 0 };
    line.socket = {
      onopen: null,
      onmessage: null,
      onclose: null,
      send: (text) => this.#travel(line, "lastUp", () => line.open && this.#up(line, JSON.parse(text))),
      close: () => this.#cut(line),
    };
    this.#lines.add(line);
    this.#clock.after(5, () => {
      if (!this.#lines.has(line)) return;
      line.open = true;
      line.socket.onopen?.();
    });
    return line.socket;
  }

  #cut(line: Line): void {
    if (!this.#lines.delete(line)) return;
    line.open = false;
    this.#clock.after(1, () => line.socket.onclose?.());
  }

  #travel(line: Line, direction: "lastUp" | "lastDown", arrive: () => void): void {
    const { drop, double, cut, delay, reorder } = this.weather;
    if (this.#chance() < cut) this.#cut(line);
    if (!this.#lines.has(line) || this.#chance() < drop) return;
    for (let copies = this.#chance() < double ? 2 : 1; copies > 0; copies -= 1) {
      let at = this.#clock.now + 1 + this.#chance() * delay;
      if (!reorder) at = line[direction] = Math.max(line[direction], at);
      this.#clock.after(at - this.#clock.now, arrive);
    }
  }

  #down(line: Line, frame: ServerFrame): void {
    const text = JSON.stringify(frame);
    this.#travel(line, "lastDown", () => line.open && line.socket.onmessage?.(text));
  }

  #up(line: Line, frame: ClientFrame): void {
    this.heard.push(frame);
    if (frame.type === "hello") {
      line.greeted = true;
      this.#down(line, { type: "welcome", conversation: this.conversation });
      for (const entry of this.entries.slice(frame.after)) this.#down(line, { type: "entry", entry });
      return;
    }
    if (!line.greeted) return;
    if (frame.type === "say") this.#say(line, frame);
    if (frame.type === "read") this.#readByCustomer = Math.max(this.#readByCustomer, frame.seq);
    if (frame.type === "ping") this.#down(line, { type: "pong", last_seq: this.entries.length });
    if (frame.type === "here") this.stillThereUntil = null;
    if (frame.type === "end") this.end();
  }

  #say(line: Line, { ref, text }: { ref: string; text: string }): void {
    const known = this.entries.find((entry) => entry.ref === ref);
    const code = known ? undefined : this.state === "ended" ? "conflict" : this.refuseNext.shift();
    if (code) this.#down(line, { type: "refused", ref, code, detail: "" });
    else this.#down(line, { type: "ack", ref, seq: known?.seq ?? this.#append("you", text, ref) });
  }

  #append(author: VisitorEntry["author"], text: string, ref: string | null): number {
    const seq = this.entries.length + 1;
    const at = new Date(this.#clock.now).toISOString();
    const entry = { seq, at, author, name: null, text, event: null, attachments: [], ref };
    this.entries.push(entry);
    this.broadcast({ type: "entry", entry });
    return seq;
  }
}

/** One browser with several tabs: what one tab writes, the others hear of. */
export class Device {
  readonly values = new Map<string, string>();
  readonly #tabs = new Set<{ changed: (name: string | null) => void }>();

  tab(): Store {
    const self = { changed: (_: string | null) => {} };
    this.#tabs.add(self);
    const tell = (name: string) => {
      for (const tab of this.#tabs) if (tab !== self) tab.changed(name);
    };
    return {
      lasting: true,
      get: (name) => this.values.get(name) ?? null,
      set: (name, value) => {
        this.values.set(name, value);
        tell(name);
      },
      remove: (name) => {
        if (this.values.delete(name)) tell(name);
      },
      names: (prefix) => [...this.values.keys()].filter((name) => name.startsWith(prefix)),
      watch: (changed) => {
        self.changed = changed;
        return () => void this.#tabs.delete(self);
      },
    };
  }
}
