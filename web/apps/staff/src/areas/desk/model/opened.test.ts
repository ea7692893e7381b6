import { expect, test } from "vitest";
import { closed, shown, shownBeside } from "./opened";

test("a contact takes the column that has the attention, or turns to the one where it is already open", () => {
  expect(shown({}, "a")).toEqual({ open: ["a"], at: "a" });
  expect(shown({ open: ["a", "b"], at: "a" }, "c")).toEqual({ open: ["c", "b"], at: "c" });
  expect(shown({ open: ["a", "b"], at: "a" }, "b")).toEqual({ open: ["a", "b"], at: "b" });
});

test("beside each other stand at most three; the oldest makes room", () => {
  expect(shownBeside({ open: ["a", "b", "c"], at: "c" }, "d")).toEqual({ open: ["b", "c", "d"], at: "d" });
});

test("when a contact is done the next takes its place, or the column goes", () => {
  expect(closed({ open: ["a"], at: "a" }, "a", "b")).toEqual({ open: ["b"], at: "b" });
  expect(closed({ open: ["a", "b"], at: "a" }, "a", "b")).toEqual({ open: ["b"], at: "b" });
  expect(closed({ open: ["a", "b"], at: "b" }, "a", null)).toEqual({ open: ["b"], at: "b" });
  expect(closed({ open: ["a"], at: "a" }, "a", null)).toEqual({});
});
