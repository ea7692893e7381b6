// A message's text with its addresses as links. Always text nodes, never HTML from a message.

import { pieces } from "../links";

export function Text({ text }: { text: string }) {
  return (
    <>
      {pieces(text).map(({ text: shown, href }, index) =>
        href ? (
          <a key={index} href={href} target="_blank" rel="noopener noreferrer nofollow">
            {shown}
          </a>
        ) : (
          shown
        ),
      )}
    </>
  );
}
