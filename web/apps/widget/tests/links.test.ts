// Links are made of safe addresses only, and the text always stays the text.

import { expect, test } from "vitest";
import { pieces } from "../src/app/links";
import { seeded } from "./simulation";

const links = (text: string) => pieces(text).flatMap(({ href }) => (href ? [href] : []));

test.each([
  ["Kijk op https://lindedam.example/paspoort.", ["https://lindedam.example/paspoort"]],
  ["(zie https://lindedam.example/a_(b))", ["https://lindedam.example/a_(b)"]],
  [
    "http://lindedam.example, en https://water.example!",
    ["http://lindedam.example/", "https://water.example/"],
  ],
  ["Mail naar balie@lindedam.example.", ["mailto:balie@lindedam.example"]],
  [
    "mailto:balie@lindedam.example of tel:+31201234567",
    ["mailto:balie@lindedam.example", "tel:+31201234567"],
  ],
  ["geen link: www. of 12:30 of a@b", []],
  ["javascript:alert(1) data:text/html,x vbscript:x file:///etc/passwd", []],
  ["https://bank.example@evil.example/", []],
  ["mailto:a@b.nl?bcc=c@d.nl", []],
  ["xhttps://lindedam.example", []],
  ['<a href="https://lindedam.example">', ["https://lindedam.example/"]],
])("%s", (text, expected) => {
  expect(links(text)).toEqual(expected);
});

test("a character that turns the reading direction cannot hide in an address", () => {
  expect(links("https://lindedam.example/\u202Egpj.exe")).toEqual(["https://lindedam.example/"]);
});

test("whatever the text, the pieces together are the text, and every address is of a safe kind", () => {
  const parts = [
    "https://",
    "http://x.nl/",
    "javascript:",
    "a@b.nl",
    "mailto:",
    "tel:+31",
    "(",
    ")",
    ".",
    " ",
    "<",
    '"',
    "é",
    "\u202E",
    "\n",
    "?",
    "q",
  ];
  const chance = seeded(42);
  for (let round = 0; round < 2000; round += 1) {
    const text = Array.from({ length: 12 }, () => parts[Math.floor(chance() * parts.length)]).join("");
    const found = pieces(text);
    expect(found.map((piece) => piece.text).join("")).toBe(text);
    for (const { href } of found) if (href) expect(href).toMatch(/^(https?:\/\/|mailto:|tel:)/i);
  }
});
