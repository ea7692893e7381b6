// The script that a website loads. It puts one button on the page and makes the chat when somebody presses it. Before
// that: no cookie, nothing stored, no call but the one that fetched this file.

import type { FromFrame, Language } from "../bridge/messages";
import { Memory } from "./memory";
import { Panel } from "./panel";
import { readSettings, type Settings } from "./settings";
import { STYLE } from "./style";
import { WORDS } from "./words";

type PublicFace = { open(topic?: string): void; close(): void };

declare global {
  interface Window {
    Balie?: PublicFace;
  }
}

const ICON =
  '<svg viewBox="0 0 24 24" aria-hidden="true"><path fill="currentColor" d="M4 3h16a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2h-8l-5.3 3.8A.5.5 0 0 1 6 21.4V18H4a2 2 0 0 1-2-2V5c0-1.1.9-2 2-2Zm3 5v1.8h10V8H7Zm0 3.7v1.8h7v-1.8H7Z"/></svg>';

function start(settings: Settings): PublicFace {
  const host = document.createElement("balie-chat");
  const root = host.attachShadow({ mode: "open" });
  dress(root);
  for (const [token, value] of Object.entries(settings.tokens)) host.style.setProperty(token, value);
  if (settings.scheme) host.style.colorScheme = settings.scheme;

  const button = document.createElement("button");
  button.type = "button";
  button.className = `launcher ${settings.side}`;
  button.setAttribute("aria-haspopup", "dialog");
  button.innerHTML = `${ICON}<span></span><b class="badge" aria-hidden="true"></b>`;
  const [label, badge] = button.querySelectorAll<HTMLElement>("span,b") as unknown as [
    HTMLElement,
    HTMLElement,
  ];
  const news = document.createElement("p");
  news.className = "quiet";
  news.setAttribute("role", "status");

  const memory = new Memory(settings.key);
  const panel = new Panel(settings, heard);
  let language: Language = settings.language;
  let unread = 0;
  let opener: HTMLElement = button;

  function speak(): void {
    const words = WORDS[language];
    const text = settings.label ?? words.button;
    host.lang = language;
    label.textContent = text;
    badge.textContent = unread ? String(unread > 99 ? "99+" : unread) : "";
    button.setAttribute("aria-label", unread ? `${text}, ${words.unread(unread)}` : text);
    panel.speak(language);
  }

  function open(from: HTMLElement | null, focus: boolean, topic: string | null): void {
    if (from) opener = from;
    panel.load();
    panel.open(focus, topic);
    button.hidden = true;
    memory.note(true);
  }

  function close(): void {
    if (!panel.isOpen) return;
    panel.close();
    button.hidden = !settings.button;
    memory.note(false);
    if (opener.isConnected) opener.focus();
  }

  function heard(message: FromFrame): void {
    if (message.type === "close") close();
    if (message.type === "started") memory.keep(panel.isOpen);
    if (message.type === "forgotten") memory.forget();
    if (message.type === "language") language = message.language;
    if (message.type === "unread") {
      const more = message.count > unread && !panel.isOpen;
      unread = message.count;
      if (more) news.textContent = WORDS[language].unread(unread);
    }
    speak();
  }

  button.addEventListener("click", () => open(button, true, null));
  addEventListener("keydown", (event) => {
    const inside = event.composedPath().includes(host);
    if (event.key === "Escape" && inside && panel.isOpen) close();
  });
  document.addEventListener("click", (event) => {
    const selector = `[data-balie-open]${settings.openers ? `,${settings.openers}` : ""}`;
    const own = event.target instanceof Element ? event.target.closest<HTMLElement>(selector) : null;
    if (!own) return;
    event.preventDefault();
    open(own, true, own.dataset.balieOpen || null);
  });

  button.hidden = !settings.button;
  speak();
  root.append(button, news, panel.element);
  document.body.append(host);

  const remembered = memory.recall();
  if (remembered === "open" && !panel.isSmall) open(null, false, null);
  else if (remembered) panel.load();

  return {
    open: (topic) => open(document.activeElement as HTMLElement | null, true, topic ?? null),
    close,
  };
}

/** A constructed sheet, which a strict content policy of the website allows; a style element for older browsers. */
function dress(root: ShadowRoot): void {
  if ("adoptedStyleSheets" in root) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
  } else {
    const element = document.createElement("style");
    element.textContent = STYLE;
    (root as ShadowRoot).append(element);
  }
}

const script =
  (document.currentScript as HTMLScriptElement | null) ??
  document.querySelector<HTMLScriptElement>('script[data-key][src*="/widget.js"]');
const settings = readSettings(script, document.documentElement.lang);

if (!settings) {
  console.warn('Balie: the script tag needs data-key="wgt_…"; see Widgets in your administration.');
} else if (!window.Balie) {
  const begin = () => {
    window.Balie ??= start(settings);
  };
  if (document.body) begin();
  else addEventListener("DOMContentLoaded", begin);
}
