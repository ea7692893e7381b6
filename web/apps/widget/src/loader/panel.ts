// The panel: a dialog with the iframe in it, and a cover over it until the page inside is ready. On a small screen it fills the screen and makes the page behind it inert;
// on a large one it stands beside the page. It makes the iframe at the first opening and never before.

import { type FromFrame, type FromPage, GREETING, type Language } from "../bridge/messages";
import { Cover } from "./cover";
import type { Settings } from "./settings";
import { WORDS } from "./words";

/** When there is not enough room beside the page: a telephone, or a desktop zoomed far in. */
const SMALL = "(max-width: 540px), (max-height: 500px)";

export class Panel {
  readonly element = document.createElement("dialog");
  readonly #settings: Settings;
  readonly #heard: (message: FromFrame) => void;
  readonly #small = matchMedia(SMALL);
  readonly #cover: Cover;
  #language: Language;
  #frame: HTMLIFrameElement | null = null;
  #port: MessagePort | null = null;
  #waiting: FromPage | null = null;
  #pageOverflow = "";

  constructor(settings: Settings, heard: (message: FromFrame) => void) {
    this.#settings = settings;
    this.#heard = heard;
    this.#language = settings.language;
    const close = () => heard({ type: "close" });
    this.#cover = new Cover(WORDS[this.#language], close, () => this.#begin());
    this.element.className = settings.side;
    this.element.addEventListener("cancel", (event) => {
      event.preventDefault();
      close();
    });
    this.#small.addEventListener("change", () => this.isOpen && this.#reshow());
    visualViewport?.addEventListener("resize", () => this.#fit());
    visualViewport?.addEventListener("scroll", () => this.#fit());
  }

  get isOpen(): boolean {
    return this.element.open;
  }

  get isSmall(): boolean {
    return this.#small.matches;
  }

  /** Makes the iframe, if it is not there yet. From here on there is traffic with the server. */
  load(): void {
    if (!this.#frame) this.#begin();
  }

  /** A fresh iframe; another try when there was one. */
  #begin(): void {
    const { origin, key, scheme } = this.#settings;
    const [frame, language] = [document.createElement("iframe"), this.#language];
    frame.title = WORDS[language].frame;
    frame.allow = "camera 'none'; microphone 'none'; geolocation 'none'";
    frame.referrerPolicy = "strict-origin-when-cross-origin";
    frame.src = `${origin}/widget/${key}/?language=${language}${scheme ? `&scheme=${scheme}` : ""}`;
    frame.addEventListener("load", () => {
      this.#wait(true);
      this.#connect(frame, origin);
    });
    this.#frame?.remove();
    this.element.append(frame);
    this.#frame = frame;
    this.#wait(false);
  }

  #wait(loaded: boolean): void {
    if (!this.#cover.isHere) this.element.prepend(this.#cover.element);
    this.#cover.wait(loaded);
  }

  #ready(): void {
    const focused = this.#cover.isFocused;
    this.#cover.leave();
    if (focused) this.#frame?.focus();
  }

  open(focus: boolean, topic: string | null): void {
    if (this.#cover.failed) this.#begin();
    if (!this.isOpen) this.#show();
    if (!focus) this.#cover.blur();
    else if (this.#cover.isHere) this.#cover.focus();
    else this.#frame?.focus();
    this.#tell({ type: "open", focus, topic, full: this.isSmall });
  }

  close(): void {
    if (!this.isOpen) return;
    this.element.close();
    this.#tell({ type: "close" });
    this.#unlock();
  }

  speak(language: Language): void {
    const words = WORDS[language];
    this.#language = language;
    this.#cover.speak(words);
    this.element.setAttribute("aria-label", words.frame);
    if (this.#frame) this.#frame.title = words.frame;
  }

  /** A private port to the iframe, sent to our own origin only. A reload of the iframe gets a fresh one. */
  #connect(frame: HTMLIFrameElement, origin: string): void {
    this.#port?.close();
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.onmessage = (event: MessageEvent<FromFrame>) => {
      if (event.data.type !== "ready") return this.#heard(event.data);
      this.#ready();
      if (this.#waiting && this.isOpen) port1.postMessage(this.#waiting);
    };
    frame.contentWindow?.postMessage(GREETING, origin, [port2]);
  }

  #tell(message: FromPage): void {
    this.#waiting = message;
    this.#port?.postMessage(message);
  }

  #reshow(): void {
    this.element.close();
    this.#unlock();
    this.#show();
    this.#tell({ type: "open", focus: false, topic: null, full: this.isSmall });
  }

  #show(): void {
    const small = this.isSmall;
    this.element.classList.toggle("full", small);
    if (small) {
      this.element.showModal();
      this.#pageOverflow = document.documentElement.style.overflow;
      document.documentElement.style.overflow = "hidden";
    } else {
      this.element.show();
    }
    this.#fit();
  }

  #unlock(): void {
    if (!this.element.classList.contains("full")) return;
    this.element.classList.remove("full");
    document.documentElement.style.overflow = this.#pageOverflow;
    this.#fit();
  }

  /** On a telephone: exactly the part of the screen that the keyboard leaves free. */
  #fit(): void {
    const { style } = this.element;
    const view = this.isOpen && this.element.classList.contains("full") ? visualViewport : null;
    style.height = view && view.scale === 1 ? `${view.height}px` : "";
    style.top = view && view.scale === 1 ? `${view.offsetTop}px` : "";
  }
}
