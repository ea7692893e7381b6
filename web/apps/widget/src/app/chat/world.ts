// What the conversation needs from the outside: time, chance, timers and sockets. Handed in, so that tests can play with
// them; nothing in this folder reads the browser's clock by itself.

export interface Socket {
  send(text: string): void;
  close(): void;
  onopen: (() => void) | null;
  onmessage: ((text: string) => void) | null;
  onclose: (() => void) | null;
}

export interface World {
  now(): number;
  /** Between 0 and 1. */
  chance(): number;
  newRef(): string;
  /** Calls once after so many milliseconds; the answer cancels it. */
  after(milliseconds: number, call: () => void): () => void;
  connect(): Socket;
}

/** The real one: this browser and the given socket address. */
export function browserWorld(address: string): World {
  return {
    now: () => Date.now(),
    chance: () => Math.random(),
    newRef,
    after(milliseconds, call) {
      const timer = setTimeout(call, milliseconds);
      return () => clearTimeout(timer);
    },
    connect: () => openSocket(address),
  };
}

/** 128 random bits: nobody can guess the reference with which a conversation was begun. */
export function newRef(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function openSocket(address: string): Socket {
  const web = new WebSocket(address);
  const socket: Socket = {
    send: (text) => web.send(text),
    close: () => web.close(),
    onopen: null,
    onmessage: null,
    onclose: null,
  };
  web.onopen = () => socket.onopen?.();
  web.onmessage = (event) => typeof event.data === "string" && socket.onmessage?.(event.data);
  web.onclose = () => socket.onclose?.();
  return socket;
}
