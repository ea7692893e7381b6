// What stands in the panel until the page inside says that it is ready: a sentence, a way out, and another try when it
// takes too long. It is the website's side, so that it is there when nothing comes from the server.

import type { Words } from "./words";

/** How long the page may take: to be loaded, and once something was loaded that may be no page of ours. */
const SLOW = 15_000;
const LOADED = 4_000;

export class Cover {
  readonly element = document.createElement("div");
  readonly #close = button("x");
  readonly #text = document.createElement("p");
  readonly #again = button("");
  #words: Words;
  #timer = 0;

  constructor(words: Words, close: () => void, again: () => void) {
    this.#words = words;
    this.element.className = "cover";
    this.#close.textContent = "×";
    this.#close.onclick = close;
    this.#again.onclick = () => {
      this.focus();
      again();
    };
    this.#text.setAttribute("role", "status");
    this.element.append(this.#close, this.#text, this.#again);
  }

  get isHere(): boolean {
    return this.element.isConnected;
  }

  /** Whether the visitor can only try again. */
  get failed(): boolean {
    return this.isHere && !this.#again.hidden;
  }

  get isFocused(): boolean {
    return this.element.matches(":focus-within");
  }

  focus(): void {
    this.#close.focus();
  }

  /** Without a visitor's wish nothing takes the focus of the website. */
  blur(): void {
    this.#close.blur();
  }

  speak(words: Words): void {
    this.#words = words;
    this.#close.setAttribute("aria-label", words.close);
    this.#again.textContent = words.again;
    this.#say(this.failed);
  }

  /** Waits for the page. `loaded`: something came, so that ours would speak soon. */
  wait(loaded: boolean): void {
    this.#say(false);
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#say(true), loaded ? LOADED : SLOW);
  }

  /** The page speaks for itself. */
  leave(): void {
    clearTimeout(this.#timer);
    this.element.remove();
  }

  #say(failed: boolean): void {
    this.#again.hidden = !failed;
    this.#text.textContent = failed ? this.#words.failed : this.#words.loading;
  }
}

function button(kind: string): HTMLButtonElement {
  const element = document.createElement("button");
  element.type = "button";
  element.className = kind;
  return element;
}
