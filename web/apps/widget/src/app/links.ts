// Finds what may become a link in plain text: http, https, mailto and tel addresses, and bare e-mail addresses. The text
// itself stays text; nothing here ever makes HTML.

export type Piece = { text: string; href: string | null };

// No spaces, quotes, brackets, control or direction-changing characters inside an address.
const ADDRESS =
  /(?:https?:\/\/|mailto:|tel:)[^\s<>"'`\p{Cc}\p{Cf}]+|[\w.+-]+@[\p{L}\d-]+(?:\.[\p{L}\d-]+)*\.\p{L}{2,}/giu;

/** The text in pieces, in order; joined together they are the text again. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const shown = withoutTail(match[0]);
    const href = address(shown);
    if (!href || isInsideWord(text, match.index)) continue;
    if (match.index > from) found.push({ text: text.slice(from, match.index), href: null });
    found.push({ text: shown, href });
    from = match.index + shown.length;
  }
  if (from < text.length) found.push({ text: text.slice(from), href: null });
  return found;
}

/** A full stop or closing bracket after an address belongs to the sentence. */
function withoutTail(candidate: string): string {
  let shown = candidate;
  for (;;) {
    const last = shown.at(-1) ?? "";
    const unmatched = last === ")" && count(shown, ")") > count(shown, "(");
    if (!".,;:!?*_~…]}".includes(last) && !unmatched) return shown;
    shown = shown.slice(0, -1);
    if (shown === "") return shown;
  }
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}

function isInsideWord(text: string, index: number): boolean {
  return /[\p{L}\d]/u.test(text.charAt(index - 1));
}

/** The address to link to, or null when it is not a safe one. */
function address(shown: string): string | null {
  if (/^tel:/i.test(shown)) return /^tel:\+?[\d().-]{3,20}$/i.test(shown) ? shown : null;
  if (/^mailto:/i.test(shown)) return /^mailto:[^@?&]+@[^@?&]+$/i.test(shown) ? shown : null;
  if (!/^https?:/i.test(shown)) return `mailto:${shown}`;
  try {
    const url = new URL(shown);
    // "https://bank.example@evil.example" shows one host and goes to another.
    return url.hostname.includes(".") && !url.username && !url.password ? url.href : null;
  } catch {
    return null;
  }
}
