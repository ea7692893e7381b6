// What the page around the widget and the page inside the iframe tell each other. Only signs and numbers pass here:
// never a word of the conversation, so the website around it cannot read along.

export type Language = "nl" | "en";

/** From the website's page to the iframe. */
export type FromPage =
  | { type: "open"; focus: boolean; topic: string | null; full: boolean }
  | { type: "close" };

/** From the iframe to the website's page. */
export type FromFrame =
  | { type: "ready" }
  | { type: "close" }
  | { type: "unread"; count: number }
  | { type: "language"; language: Language }
  | { type: "started" }
  | { type: "forgotten" };

/** The first message: it carries the port over which all the others go. */
export const GREETING = "balie:port";

/** Which of our languages fits a language tag. An unknown language gets English, an absent one Dutch. */
export function pickLanguage(tag: string | null | undefined): Language {
  const primary = (tag ?? "").toLowerCase().split("-")[0] ?? "";
  return primary === "" || primary === "nl" || primary === "fy" || primary === "li" ? "nl" : "en";
}
