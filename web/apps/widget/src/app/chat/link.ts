// The line to the server: opens a socket, says hello with the token in the first frame, notices when the line is dead and
// opens a new one after a growing, random pause. It knows nothing of messages; whoever uses it decides what to send.

import type { ClientFrame, ServerFrame } from "../contract";
import type { Socket, World } from "./world";

export type LinkState = "connecting" | "open" | "lost" | "stopped";

const ANSWER_WITHIN = 10_000;
const PING_EVERY = 25_000;
const LONGEST_PAUSE = 30_000;
const STEADY_AFTER = 8_000;

/** How long to wait before attempt number `attempt` (from 0): grows, with chance so that not all come back at once. */
export function pause(attempt: number, chance: number): number {
  return Math.min(LONGEST_PAUSE, 600 * 2 ** attempt) * (0.5 + chance / 2);
}

type Callbacks = {
  hello(): ClientFrame;
  frame(frame: ServerFrame): void;
  changed(state: LinkState): void;
};

export class Link {
  readonly #world: World;
  readonly #callbacks: Callbacks;
  #socket: Socket | null = null;
  #state: LinkState = "stopped";
  #attempt = 0;
  #openedAt = 0;
  #timers: (() => void)[] = [];

  constructor(world: World, callbacks: Callbacks) {
    this.#world = world;
    this.#callbacks = callbacks;
  }

  get state(): LinkState {
    return this.#state;
  }

  start(): void {
    if (this.#state === "stopped") this.#open();
  }

  stop(): void {
    this.#drop();
    this.#set("stopped");
  }

  /** Sends when the line is open; otherwise does nothing and says so. */
  send(frame: ClientFrame): boolean {
    if (this.#state !== "open" || !this.#socket) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** Opens a fresh line now and asks for what is missing. */
  resume(): void {
    if (this.#state === "stopped") return;
    this.#drop();
    this.#open();
  }

  /** The network or the screen came back: do not sit out the pause, and check a line that seems open. */
  wake(): void {
    if (this.#state === "lost") this.resume();
    else if (this.#state === "open") this.#ping();
  }

  #open(): void {
    this.#set("connecting");
    const socket = this.#world.connect();
    this.#socket = socket;
    this.#expectAnswer();
    socket.onopen = () => socket.send(JSON.stringify(this.#callbacks.hello()));
    socket.onmessage = (text) => this.#socket === socket && this.#heard(text);
    socket.onclose = () => this.#socket === socket && this.#lost();
  }

  #heard(text: string): void {
    const frame = parse(text);
    if (!frame) return;
    this.#clearTimers();
    this.#later(PING_EVERY, () => this.#ping());
    if (frame.type === "welcome" && this.#state !== "open") {
      this.#openedAt = this.#world.now();
      this.#set("open");
    }
    this.#callbacks.frame(frame);
  }

  #ping(): void {
    this.#clearTimers();
    this.send({ type: "ping" });
    this.#expectAnswer();
  }

  #expectAnswer(): void {
    this.#later(ANSWER_WITHIN, () => this.#lost());
  }

  #lost(): void {
    const steady = this.#state === "open" && this.#world.now() - this.#openedAt > STEADY_AFTER;
    this.#attempt = steady ? 0 : this.#attempt + 1;
    this.#drop();
    this.#set("lost");
    this.#later(pause(Math.max(0, this.#attempt - 1), this.#world.chance()), () => this.#open());
  }

  #drop(): void {
    this.#clearTimers();
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #later(milliseconds: number, call: () => void): void {
    this.#timers.push(this.#world.after(milliseconds, call));
  }

  #clearTimers(): void {
    for (const cancel of this.#timers.splice(0)) cancel();
  }

  #set(state: LinkState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#callbacks.changed(state);
  }
}

function parse(text: string): ServerFrame | null {
  try {
    const frame: unknown = JSON.parse(text);
    return frame !== null && typeof frame === "object" && "type" in frame ? (frame as ServerFrame) : null;
  } catch {
    return null;
  }
}
