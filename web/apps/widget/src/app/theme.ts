// Pours an organisation's house style into our own custom properties. Only known tokens pass, only values of the right
// kind, and a colour that would make text unreadable is corrected. Never a style sheet or an address from outside.

import { contrast, mix, opposite, parseColour, type Rgb, readable, toHex } from "./colour";

export type Scheme = "light" | "dark";

const DEFAULT_ACCENT: Rgb = [11, 93, 102];
const WHITE: Rgb = [255, 255, 255];
const SURFACE: Record<Scheme, Rgb> = { light: [255, 255, 255], dark: [24, 28, 32] };
/** What an agent says stands on this; links in it must be read too. */
const BUBBLE: Record<Scheme, Rgb> = { light: [236, 239, 241], dark: [42, 49, 55] };
const TEXT: Record<Scheme, Rgb> = { light: [27, 33, 38], dark: [236, 239, 241] };

/** The custom properties that follow from the organisation's tokens, ready to set. */
export function properties(theme: Record<string, string>, scheme: Scheme): Record<string, string> {
  const token = (name: string) => (theme[`--balie-${name}`] ?? theme[name] ?? "").trim();
  const colour = (name: string) => parseColour(token(name));
  const surface = SURFACE[scheme];
  const house = (scheme === "dark" ? colour("accent-dark") : null) ?? colour("accent") ?? DEFAULT_ACCENT;
  const { accent, onAccent } = pair(readable(house, surface, 1.5), colour("on-accent"));
  const soft = mix(surface, house, scheme === "dark" ? 0.22 : 0.1);
  const found: Record<string, string> = {
    "--accent": toHex(accent),
    "--on-accent": toHex(onAccent),
    "--accent-strong": toHex(mix(accent, opposite(onAccent), 0.14)),
    "--accent-text": toHex(readable(readable(house, BUBBLE[scheme], 4.6), soft, 4.6)),
    "--accent-soft": toHex(soft),
    "--accent-soft-text": toHex(readable(TEXT[scheme], soft, 7)),
  };
  if (/^\d{1,2}(\.\d)?px$/.test(token("radius"))) found["--radius"] = token("radius");
  if (/^[\w\s,"'-]{1,120}$/.test(token("font"))) found["--font"] = token("font");
  return found;
}

/**
 * A fill and the text on it. A fill that is nearly dark or light enough is moved a little, so that the house colour and
 * the text colour that belongs to it stay together; otherwise the text changes.
 */
function pair(fill: Rgb, wanted: Rgb | null): { accent: Rgb; onAccent: Rgb } {
  const text = wanted ?? WHITE;
  const moved = readable(fill, text, 4.5);
  if (contrast(moved, fill) < 1.5) return { accent: moved, onAccent: text };
  return { accent: fill, onAccent: opposite(fill) };
}

/** Sets the theme on the page and follows the visitor's choice between light and dark. */
export function wear(theme: Record<string, string>, forced: string | null): void {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const dress = () => {
    const scheme: Scheme = forced === "light" || forced === "dark" ? forced : dark.matches ? "dark" : "light";
    const root = document.documentElement;
    root.dataset.scheme = scheme;
    for (const [name, value] of Object.entries(properties(theme, scheme)))
      root.style.setProperty(name, value);
  };
  dress();
  dark.onchange = dress;
}
