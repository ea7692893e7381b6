// The digest must be that of the server, to the letter.

import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { digest } from "../src/app/chat/digest";

test("the digest of every short text is its SHA-256", () => {
  for (let length = 0; length <= 55; length += 1) {
    const text = Array.from({ length }, (_, place) => String.fromCharCode(33 + ((place * 31 + length) % 94)));
    const expected = createHash("sha256").update(text.join("")).digest("hex");
    expect(digest(text.join(""))).toBe(expected);
  }
});
