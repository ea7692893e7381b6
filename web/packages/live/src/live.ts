/**
 * The live connection of one screen: opens the socket, resumes where it was, watches contacts, notices silence and
 * comes back by itself. It passes changes on in an order that never goes back in time; it keeps no objects and
 * renders nothing.
 */
import { backoff } from "./backoff";
import { type Change, type ClientFrame, nameOf, readFrame, type ServerFrame } from "./frames";
import { Versions } from "./versions";

/** `lost`: trying again by itself; `ended`: stopped, or nobody is signed in any more. */
export type LiveStatus = "idle" | "connecting" | "live" | "lost" | "ended";

export type LiveEvent =
  | { type: "status"; status: LiveStatus }
  | { type: "changed"; change: Change }
  | { type: "typing"; contact: string; who: "customer" | "agent"; typing: boolean }
  /** The connection is there again after a break: entries of watched contacts may have been missed. */
  | { type: "back" }
  /** Too much was missed: load everything again. */
  | { type: "resync" }
  | { type: "signed_out" };

/** What is used of a WebSocket. */
export interface Socket {
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: (() => void) | null;
  onerror: (() => void) | null;
  send(data: string): void;
  close(): void;
}

export interface Timers {
  set(run: () => void, ms: number): number;
  clear(timer: number): void;
}

export interface LiveOptions {
  open: () => Socket;
  timers?: Timers;
  random?: () => number;
  /** Every so often a sign of life is asked; without an answer in `patienceMs` the line counts as broken. */
  heartbeatMs?: number;
  patienceMs?: number;
}

const backoffOptions = { firstMs: 500, longestMs: 15_000 };

export class Live {
  readonly versions = new Versions();
  #options: Required<LiveOptions>;
  #listeners = new Set<(event: LiveEvent) => void>();
  #watched = new Map<string, number>();
  #status: LiveStatus = "idle";
  #socket: Socket | null = null;
  #position: number | null = null;
  #attempt = 0;
  #wasLive = false;
  #retry: number | null = null;
  #heartbeat: number | null = null;
  #patience: number | null = null;

  constructor(options: LiveOptions) {
    this.#options = {
      timers: windowTimers,
      random: Math.random,
      heartbeatMs: 20_000,
      patienceMs: 10_000,
      ...options,
    };
  }

  get status(): LiveStatus {
    return this.#status;
  }

  /** Tells a listener everything from now on; the answer ends it. */
  listen(listener: (event: LiveEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Begins, from the position of what the screen has loaded. */
  start(after: number | null): void {
    if (after !== null && (this.#position === null || after > this.#position)) this.#position = after;
    if (this.#socket || this.#retry !== null) return;
    this.#connect();
  }

  stop(): void {
    this.#drop();
    this.#become("ended");
  }

  /** Begins anew where it was: somebody signed in again, and what the old line still says is about the old session. */
  restart(): void {
    if (this.#status === "idle") return;
    this.#drop();
    this.#attempt = 0;
    this.#connect();
  }

  /** Does not wait for the next attempt: the computer woke up, or somebody pressed the button. */
  retryNow(): void {
    if (this.#retry === null) return;
    this.#clearTimers();
    this.#connect();
  }

  /** Asks for the entries of a contact; each watch needs its own unwatch. */
  watch(contact: string): () => void {
    const count = this.#watched.get(contact) ?? 0;
    this.#watched.set(contact, count + 1);
    if (count === 0) this.#send({ type: "watch", contact_id: contact });
    let watching = true;
    return () => {
      if (watching) this.#unwatch(contact);
      watching = false;
    };
  }

  typing(contact: string, typing: boolean): void {
    this.#send({ type: "typing", contact_id: contact, typing });
  }

  #unwatch(contact: string): void {
    const count = (this.#watched.get(contact) ?? 0) - 1;
    if (count > 0) {
      this.#watched.set(contact, count);
      return;
    }
    this.#watched.delete(contact);
    this.#send({ type: "unwatch", contact_id: contact });
  }

  #connect(): void {
    this.#become("connecting");
    const socket = this.#options.open();
    this.#socket = socket;
    socket.onopen = () => {
      // One back: several changes can share a position, and the line may have broken between them.
      const after = this.#position === null ? null : Math.max(0, this.#position - 1);
      socket.send(JSON.stringify({ type: "resume", after } satisfies ClientFrame));
      this.#expectAnswer();
      this.#planHeartbeat();
    };
    socket.onmessage = (event) => {
      const frame = readFrame(event.data);
      this.#heard();
      if (frame) this.#receive(frame);
    };
    socket.onclose = () => this.#lost(socket);
    socket.onerror = () => this.#lost(socket);
  }

  #receive(frame: ServerFrame): void {
    switch (frame.type) {
      case "hello":
        this.#welcome(frame.position);
        break;
      case "changed":
        this.#change({ position: frame.position, kind: frame.kind, object: frame.object });
        break;
      case "typing":
        this.#tell({ type: "typing", contact: frame.contact_id, who: frame.who, typing: frame.typing });
        break;
      case "resync":
        this.#position = null;
        this.#tell({ type: "resync" });
        break;
      case "signed_out":
        this.stop();
        this.#tell({ type: "signed_out" });
        break;
      case "pong":
        break;
    }
  }

  #welcome(position: number): void {
    // A known position stays: what lies between is still on its way.
    this.#position ??= position;
    this.#attempt = 0;
    const watched = [...this.#watched.keys()];
    this.#become("live");
    for (const contact of watched) this.#send({ type: "watch", contact_id: contact });
    if (this.#wasLive) this.#tell({ type: "back" });
    this.#wasLive = true;
  }

  #change(change: Change): void {
    const { position } = change;
    if (position !== null) this.#position = Math.max(this.#position ?? 0, position);
    if (position === null || this.versions.admit(nameOf(change), position))
      this.#tell({ type: "changed", change });
  }

  #lost(socket: Socket): void {
    if (this.#socket !== socket) return;
    this.#drop();
    const wait = backoff(this.#attempt, this.#options.random, backoffOptions);
    this.#attempt += 1;
    this.#retry = this.#options.timers.set(() => {
      this.#retry = null;
      this.#connect();
    }, wait);
    this.#become("lost");
  }

  /** Asked at a steady pace, also while much comes in: the server too wants to know that somebody is there. */
  #planHeartbeat(): void {
    this.#heartbeat = this.#options.timers.set(() => {
      this.#send({ type: "ping" });
      this.#expectAnswer();
      this.#planHeartbeat();
    }, this.#options.heartbeatMs);
  }

  #expectAnswer(): void {
    const socket = this.#socket;
    this.#patience ??= this.#options.timers.set(() => {
      if (socket) this.#lost(socket);
    }, this.#options.patienceMs);
  }

  /** Anything that comes in is a sign of life. */
  #heard(): void {
    if (this.#patience !== null) this.#options.timers.clear(this.#patience);
    this.#patience = null;
  }

  /** What is said while there is no line is not kept: watches are repeated at the next welcome. */
  #send(frame: ClientFrame): void {
    if (this.#status === "live") this.#socket?.send(JSON.stringify(frame));
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#clearTimers();
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null;
    socket.close();
  }

  #clearTimers(): void {
    for (const timer of [this.#heartbeat, this.#patience, this.#retry]) {
      if (timer !== null) this.#options.timers.clear(timer);
    }
    this.#heartbeat = this.#patience = this.#retry = null;
  }

  #become(status: LiveStatus): void {
    if (this.#status === status) return;
    this.#status = status;
    this.#tell({ type: "status", status });
  }

  #tell(event: LiveEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

const windowTimers: Timers = {
  set: (run, ms) => globalThis.setTimeout(run, ms) as unknown as number,
  clear: (timer) => globalThis.clearTimeout(timer),
};
