/** Text of strangers cut into plain pieces and safe links. Never makes markup; what is not surely safe stays text. */

export type Piece = { text: string; href: string | null };

const candidate = /\b(?:https?:\/\/|www\.|mailto:|tel:)[^\s<>"'`]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+/gi;
const trailing = /[.,;:!?)\]}>…]+$/;
const schemes: ReadonlySet<string> = new Set(["http:", "https:", "mailto:", "tel:"]);

export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(candidate)) {
    const words = withoutTrailing(match[0]);
    const href = safeAddress(words);
    if (!href) continue;
    if (match.index > from) pieces.push({ text: text.slice(from, match.index), href: null });
    pieces.push({ text: words, href });
    from = match.index + words.length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from), href: null });
  return pieces;
}

/** The address to follow, or null when it is not one that may be followed. */
export function safeAddress(words: string): string | null {
  const scheme = /^[a-z][a-z0-9+.-]*:/i.test(words);
  const full = scheme
    ? words
    : words.includes("@") && !words.startsWith("www.")
      ? `mailto:${words}`
      : `https://${words}`;
  try {
    const address = new URL(full);
    // A name before the host hides where a link really goes.
    if (!schemes.has(address.protocol) || address.username || address.password) return null;
    return address.href;
  } catch {
    return null;
  }
}

function withoutTrailing(words: string): string {
  const cut = words.replace(trailing, "");
  const opened = (cut.match(/\(/g) ?? []).length - (cut.match(/\)/g) ?? []).length;
  return opened > 0 && words[cut.length] === ")" ? words.slice(0, cut.length + 1) : cut;
}
