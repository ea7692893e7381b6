import { say, setLanguage } from "@balie/i18n";
import { act, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";
import { begin, finish, lines, openDesk } from "../at-the-desk";
import { estimateWords } from "../model/estimate-words";

beforeEach(begin);
afterEach(finish);

/** What stands in the line of the queue about passports. */
function standing(): string | undefined {
  const rows = screen.queryAllByRole("listitem").map(({ textContent }) => textContent ?? "");
  return rows.find((words) => words.startsWith("Paspoort en identiteitskaart"));
}

/** The queue about passports, as a push of the server brings it. */
function pushed(estimate: number | null) {
  const queue = {
    id: "que_1",
    name: "Paspoort en identiteitskaart",
    waiting: 7,
    longest_waiting_since: new Date().toISOString(),
    estimate_seconds: estimate,
    agents_ready: 4,
  };
  act(() => lines[0]?.says({ type: "changed", position: null, kind: "queue", object: queue }));
}

test("each queue says how long one waits there now, and nothing when nobody can tell", async () => {
  await openDesk();
  await waitFor(() => expect(standing()).toMatch("Wachttijd nu: ongeveer 7 minuten"));
  await waitFor(() => expect(lines).toHaveLength(1));
  pushed(20);
  await waitFor(() => expect(standing()).toMatch("Wachttijd nu: minder dan een minuut"));
  pushed(null);
  await waitFor(() => expect(standing()).not.toMatch("Wachttijd"));
  expect(standing()).toMatch("7 wachtenden");
});

test("the longer the wait, the rougher it is told", async () => {
  const told = (seconds: number | null | undefined) => estimateWords(seconds, say);
  expect([0, 44, 45, 61, 600, 601, 3600, 3601].map(told)).toEqual([
    "Wachttijd nu: minder dan een minuut",
    "Wachttijd nu: minder dan een minuut",
    "Wachttijd nu: ongeveer 1 minuut",
    "Wachttijd nu: ongeveer 2 minuten",
    "Wachttijd nu: ongeveer 10 minuten",
    "Wachttijd nu: ongeveer 15 minuten",
    "Wachttijd nu: ongeveer 60 minuten",
    "Wachttijd nu: meer dan een uur",
  ]);
  expect([told(null), told(undefined)]).toEqual([null, null]);
  await setLanguage("en");
  expect(told(45)).toBe("Waiting time now: about 1 minute");
});
