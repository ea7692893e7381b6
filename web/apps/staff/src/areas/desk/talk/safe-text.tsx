/** Text of others with links in it. React writes it as text, never as markup. */
import { useMemo } from "react";
import { piecesOf } from "../model/links";

export function SafeText({ text }: { text: string }) {
  const pieces = useMemo(() => {
    let at = 0;
    return piecesOf(text).map((piece) => {
      const placed = { ...piece, at };
      at += piece.text.length;
      return placed;
    });
  }, [text]);
  return pieces.map((piece) =>
    piece.href ? (
      <a key={piece.at} href={piece.href} target="_blank" rel="noopener noreferrer nofollow">
        {piece.text}
      </a>
    ) : (
      <span key={piece.at}>{piece.text}</span>
    ),
  );
}
