import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { endHush, hushKeys, isHushed } from "./hush";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => {
  endHush();
  vi.useRealTimers();
});

const letter = (more: KeyboardEventInit = {}) => new KeyboardEvent("keydown", { key: "x", ...more });

test("keys are commands, until a field went away and again after a second of rest", () => {
  expect(isHushed(letter())).toBe(false);
  hushKeys();
  vi.advanceTimersByTime(900);
  expect(isHushed(letter())).toBe(true);
  vi.advanceTimersByTime(900);
  expect(isHushed(letter())).toBe(true);
  vi.advanceTimersByTime(1000);
  expect(isHushed(letter())).toBe(false);
});

test("it never lasts longer than five seconds, whatever is pressed", () => {
  hushKeys();
  for (let pressed = 0; pressed < 9; pressed += 1) {
    vi.advanceTimersByTime(500);
    expect(isHushed(letter())).toBe(true);
  }
  vi.advanceTimersByTime(500);
  expect(isHushed(letter())).toBe(false);
});

test("what is surely meant as a command is one at once", () => {
  hushKeys();
  expect(isHushed(letter({ altKey: true }))).toBe(false);
  expect(isHushed(letter({ ctrlKey: true }))).toBe(false);
  endHush();
  expect(isHushed(letter())).toBe(false);
});
