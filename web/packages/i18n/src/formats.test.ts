import { expect, test } from "vitest";
import { formatsFor } from "./formats";

const now = new Date(2026, 10, 23, 14, 5).getTime();
const before = (minutes: number) => new Date(now - minutes * 60_000).toISOString();

test("how long ago fits in a list, in both languages, and the future counts as now", () => {
  const nl = formatsFor("nl");
  expect([0.5, 3, 125, 4000, -5].map((minutes) => nl.ago(before(minutes), now))).toEqual([
    "nu",
    "3 min",
    "2 u",
    "2 d",
    "nu",
  ]);
  expect(formatsFor("en").ago(before(125), now)).toBe("2 h");
});

test("days are named as people name them", () => {
  const nl = formatsFor("nl");
  expect(nl.day(before(10), now)).toBe("vandaag");
  expect(nl.day(before(24 * 60), now)).toBe("gisteren");
  expect(nl.day(before(10 * 24 * 60), now)).toBe("vrijdag 13 november");
  expect(nl.moment(before(5), now)).toBe("14:00");
  expect(formatsFor("en").moment(before(24 * 60), now)).toBe("yesterday 14:05");
});

test("durations and running clocks never show a negative", () => {
  const nl = formatsFor("nl");
  expect([45_000, 720_000, 3_900_000, -1].map(nl.duration)).toEqual(["45 s", "12 min", "1 u 5 min", "0 s"]);
  expect([65_000, -400].map(nl.timer)).toEqual(["1:05", "0:00"]);
});
