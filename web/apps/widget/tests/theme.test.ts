// A house style can be poured in, but never so that a visitor cannot read it, and never anything but known values.

import { describe, expect, test } from "vitest";
import { contrast, parseColour, type Rgb } from "../src/app/colour";
import { properties } from "../src/app/theme";
import { seeded } from "./simulation";

const colour = (found: Record<string, string>, name: string) => parseColour(found[name] ?? "") as Rgb;
/** The surface, and what an agent says, which stands out least well. */
const GROUNDS = {
  light: ["#ffffff", "#eceff1"],
  dark: ["#181c20", "#2a3137"],
};

describe.each(["light", "dark"] as const)("%s", (scheme) => {
  test("whatever colours an organisation chooses, text on and in them can be read", () => {
    const chance = seeded(scheme === "light" ? 3 : 4);
    const random = () =>
      `#${Math.floor(chance() * 2 ** 24)
        .toString(16)
        .padStart(6, "0")}`;
    for (let round = 0; round < 500; round += 1) {
      const theme = { accent: random(), "on-accent": random(), "accent-dark": random() };
      const found = properties(theme, scheme);
      expect(contrast(colour(found, "--accent"), colour(found, "--on-accent"))).toBeGreaterThanOrEqual(4.5);
      expect(contrast(colour(found, "--accent-strong"), colour(found, "--on-accent"))).toBeGreaterThanOrEqual(
        4.5,
      );
      for (const ground of [...GROUNDS[scheme], found["--accent-soft"] as string])
        expect(contrast(colour(found, "--accent-text"), parseColour(ground) as Rgb)).toBeGreaterThanOrEqual(
          4.5,
        );
      expect(
        contrast(colour(found, "--accent-soft"), colour(found, "--accent-soft-text")),
      ).toBeGreaterThanOrEqual(4.5);
    }
  });

  test("a readable house colour stays as it is", () => {
    const found = properties({ "--balie-accent": "#1f6b3a" }, scheme);
    expect(found).toMatchObject({ "--accent": "#1f6b3a", "--on-accent": "#ffffff" });
  });
});

test("a value that is not of the right kind does not pass, and neither does an unknown token", () => {
  const found = properties(
    {
      accent: "red;background:url(https://evil.example)",
      radius: "calc(1px)",
      font: "x;}body{display:none",
      position: "fixed",
    },
    "light",
  );
  expect(found["--accent"]).toBe("#0b5d66");
  expect(Object.keys(found)).not.toContain("--radius");
  expect(Object.keys(found)).not.toContain("--font");
  expect(JSON.stringify(found)).not.toMatch(/evil|fixed|none/);
});
