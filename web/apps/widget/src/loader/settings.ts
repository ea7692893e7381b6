// Reads what the website's owner wrote on the script tag. Nothing comes from a cookie, a store or the network.

import { type Language, pickLanguage } from "../bridge/messages";

export type Settings = {
  key: string;
  origin: string;
  language: Language;
  side: "left" | "right";
  /** Text on the button, when the owner wants their own. */
  label: string | null;
  /** False when the page only uses its own buttons. */
  button: boolean;
  /** CSS selector of the page's own buttons that open the chat. */
  openers: string | null;
  scheme: string | null;
  /** Custom properties of our button, as far as the owner set them. */
  tokens: Record<string, string>;
};

const TOKENS = {
  accent: "accent",
  onAccent: "on-accent",
  font: "font",
  radius: "radius",
  offset: "offset",
} as const;

/** The settings of a script tag, or null when it has no key or no usable address. */
export function readSettings(script: HTMLScriptElement | null, pageLanguage: string): Settings | null {
  const data = script?.dataset;
  if (!script || !data?.key || !/^[\w-]{1,80}$/.test(data.key)) return null;
  const tokens: Record<string, string> = {};
  for (const [attribute, token] of Object.entries(TOKENS)) {
    const value = data[attribute];
    if (value && !/[;{}<>\\]|url\(/i.test(value)) tokens[`--${token}`] = value;
  }
  return {
    key: data.key,
    origin: new URL(script.src).origin,
    language: pickLanguage(data.language || pageLanguage),
    side: data.side === "left" ? "left" : "right",
    label: data.label || null,
    button: data.button !== "none",
    openers: data.open && isSelector(data.open) ? data.open : null,
    scheme: data.scheme === "light" || data.scheme === "dark" ? data.scheme : null,
    tokens,
  };
}

/** A mistake in the selector must not make every click on the website fail. */
function isSelector(text: string): boolean {
  try {
    document.querySelector(text);
    return true;
  } catch {
    console.warn(
      `Balie: data-open="${text}" is not a CSS selector, so no button of the page opens the chat.`,
    );
    return false;
  }
}
