// The panel: a dialog with the iframe in it. On a small screen it fills the screen and makes the page behind it inert;
// on a large one it stands beside the page. It makes the iframe at the first opening and never before.

import { type FromFrame, type FromPage, GREETING, type Language } from "../bridge/messages";
import type { Settings } from "./settings";

/** When there is not enough room beside the page: a telephone, or a desktop zoomed far in. */
const SMALL = "(max-width: 540px), (max-height: 500px)";

export class Panel {
  readonly element = document.createElement("dialog");
  readonly #settings: Settings;
  readonly #heard: (message: FromFrame) => void;
  readonly #small = matchMedia(SMALL);
  #frame: HTMLIFrameElement | null = null;
  #port: MessagePort | null = null;
  #waiting: FromPage | null = null;
  #pageOverflow = "";

  constructor(settings: Settings, heard: (message: FromFrame) => void) {
    this.#settings = settings;
    this.#heard = heard;
    this.element.className = settings.side;
    this.element.addEventListener("cancel", (event) => {
      event.preventDefault();
      heard({ type: "close" });
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
  load(language: Language, title: string): void {
    if (this.#frame) return;
    const { origin, key, scheme } = this.#settings;
    const frame = document.createElement("iframe");
    frame.title = title;
    frame.allow = "camera 'none'; microphone 'none'; geolocation 'none'";
    frame.referrerPolicy = "strict-origin-when-cross-origin";
    frame.src = `${origin}/widget/${key}/?language=${language}${scheme ? `&scheme=${scheme}` : ""}`;
    frame.addEventListener("load", () => this.#connect(frame, origin));
    this.element.append(frame);
    this.#frame = frame;
  }

  open(focus: boolean, topic: string | null): void {
    if (!this.isOpen) this.#show();
    if (focus) this.#frame?.focus();
    this.#tell({ type: "open", focus, topic, full: this.isSmall });
  }

  close(): void {
    if (!this.isOpen) return;
    this.element.close();
    this.#tell({ type: "close" });
    this.#unlock();
  }

  label(title: string): void {
    this.element.setAttribute("aria-label", title);
    if (this.#frame) this.#frame.title = title;
  }

  /** A private port to the iframe, sent to our own origin only. A reload of the iframe gets a fresh one. */
  #connect(frame: HTMLIFrameElement, origin: string): void {
    this.#port?.close();
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.onmessage = (event: MessageEvent<FromFrame>) => {
      if (event.data.type !== "ready") return this.#heard(event.data);
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
