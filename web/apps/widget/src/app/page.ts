// The iframe's side of the talk with the website around it. It listens to its parent window only, once, and from then on
// to the private port it got. Opened by itself in a tab there is no parent, and the chat is simply the page.

import { type FromFrame, type FromPage, GREETING } from "../bridge/messages";

type Opened = { focus: boolean; topic: string | null };

export class Page {
  readonly embedded = window.parent !== window;
  /** Whether the visitor can see the chat. */
  isOpen = !this.embedded;
  /** Whether it fills a small screen. */
  isFull = false;
  #port: MessagePort | null = null;
  #late: FromFrame[] = [];
  readonly #listeners = new Set<(opened: Opened | null) => void>();

  constructor() {
    addEventListener("message", (event: MessageEvent) => {
      const [port] = event.ports;
      if (event.source !== window.parent || event.data !== GREETING || !port || this.#port) return;
      this.#port = port;
      port.onmessage = ({ data }: MessageEvent<FromPage>) => this.#heard(data);
      for (const message of this.#late.splice(0)) port.postMessage(message);
    });
  }

  tell(message: FromFrame): void {
    if (!this.embedded) return;
    if (this.#port) this.#port.postMessage(message);
    else this.#late.push(message);
  }

  /** Calls back when the chat opens, and with null when it closes. */
  listen(listener: (opened: Opened | null) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #heard(message: FromPage): void {
    this.isOpen = message.type === "open";
    if (message.type === "open") this.isFull = message.full;
    const opened = message.type === "open" ? { focus: message.focus, topic: message.topic } : null;
    for (const listener of this.#listeners) listener(opened);
  }
}

/** Puts the focus where a visitor wants to begin: the field to write in, or on a telephone the heading. */
export function focusStart(touch: boolean): void {
  const field = touch ? null : document.querySelector<HTMLElement>("[data-start]");
  (field ?? document.querySelector<HTMLElement>("h1"))?.focus({ preventScroll: true });
}
