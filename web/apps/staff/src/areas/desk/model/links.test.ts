import { expect, test } from "vitest";
import { piecesOf, safeAddress } from "./links";

const links = (text: string) =>
  piecesOf(text)
    .filter((piece) => piece.href)
    .map((piece) => [piece.text, piece.href]);

test("addresses become links without the full stop behind them, and the text stays whole", () => {
  const text =
    "Zie https://lindedam.example/verhuizen. Of mail info@lindedam.example (of www.lindedam.example/a_(b)).";
  expect(links(text)).toEqual([
    ["https://lindedam.example/verhuizen", "https://lindedam.example/verhuizen"],
    ["info@lindedam.example", "mailto:info@lindedam.example"],
    ["www.lindedam.example/a_(b)", "https://www.lindedam.example/a_(b)"],
  ]);
  expect(
    piecesOf(text)
      .map((piece) => piece.text)
      .join(""),
  ).toBe(text);
});

test("script, data and hidden hosts are never followed", () => {
  for (const bad of [
    "javascript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "https://bank.example@evil.example/",
    "file:///etc/passwd",
  ]) {
    expect(safeAddress(bad)).toBeNull();
  }
  expect(links("<img src=x onerror=alert(1)> javascript:alert(1)")).toEqual([]);
});
