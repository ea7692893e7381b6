// Gives the sentences of the language the visitor reads, and times, sizes and refusals in it.

import type { Language } from "../../bridge/messages";
import type { nl } from "./nl";

export type Words = typeof nl;

const LOCALES: Record<Language, string> = { nl: "nl-NL", en: "en-GB" };

/** Fetches the sentences of one language; each stands in a file of its own. */
export async function loadWords(language: Language): Promise<Words> {
  return language === "nl" ? (await import("./nl")).nl : (await import("./en")).en;
}

/** The sentence for a refusal; a code we do not know is a fault on our side. */
export function explain(words: Words, code: string): string {
  return words.refused[code] ?? (words.refused.internal as string);
}

/** Hours and minutes, as 14:05. */
export function clockTime(language: Language, at: string | number): string {
  return new Date(at).toLocaleTimeString(LOCALES[language], {
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
  });
}

/** The day in words; today is "today". */
export function day(language: Language, words: Words, at: string, now: number): string {
  const date = new Date(at);
  if (date.toDateString() === new Date(now).toDateString()) return words.talk.today;
  return date.toLocaleDateString(LOCALES[language], { weekday: "long", day: "numeric", month: "long" });
}

/** A size a person can read: 340 kB, 2,5 MB. */
export function size(language: Language, bytes: number): string {
  const [value, unit] = bytes < 999_500 ? [Math.max(1, bytes / 1000), "kB"] : [bytes / 1_000_000, "MB"];
  return `${value.toLocaleString(LOCALES[language], { maximumFractionDigits: value < 10 && unit === "MB" ? 1 : 0 })} ${unit}`;
}

/** Time left as 1:05. */
export function countdown(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
