import type { FakeBalie } from "@balie/testing";
import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { begin, finish, openDesk, openFatima } from "../at-the-desk";

let balie: FakeBalie;

beforeEach(async () => {
  balie = await begin();
});

afterEach(finish);

const about = async () => within(await screen.findByRole("region", { name: "Gegevens" }));
const forbid = (match: RegExp) => balie.failNext.push({ match, status: 403, code: "forbidden" });

async function pressAgain(place: ReturnType<typeof within>) {
  fireEvent.click(await place.findByRole("button", { name: "Opnieuw proberen" }));
  await waitFor(() => expect(place.queryByRole("button", { name: "Opnieuw proberen" })).toBeNull());
}

test("a contact that cannot be loaded is told beside it too, and can be tried again", async () => {
  globalThis.history.replaceState(null, "", '/desk?open=["cnt_unknown"]&at=cnt_unknown');
  await openDesk();
  const panel = await about();
  expect(await panel.findByText("Dit contact kan niet worden geladen")).toBeTruthy();
  expect(panel.queryByText("Bezig met laden…")).toBeNull();
  const asked = () => balie.calls.filter(({ path }) => path.endsWith("/contacts/cnt_unknown")).length;
  const before = asked();
  fireEvent.click(panel.getByRole("button", { name: "Opnieuw proberen" }));
  await waitFor(() => expect(asked()).toBeGreaterThan(before));
});

test("earlier contacts that cannot be loaded can be tried again", async () => {
  forbid(/GET .*customers\/\w+\/contacts/);
  await openFatima();
  const panel = await about();
  expect((await panel.findByRole("alert")).textContent).toMatch("Je mag dit niet doen");
  await pressAgain(panel);
});

test("cases that cannot be loaded are told, and can be tried again", async () => {
  await openFatima();
  forbid(/GET .*cases/);
  fireEvent.keyDown(document.body, { key: "z" });
  const dialog = within(await screen.findByRole("dialog"));
  expect((await dialog.findByRole("alert")).textContent).toMatch("Je mag dit niet doen");
  await pressAgain(dialog);
  expect(await dialog.findByText("Paspoort met spoed voor reis")).toBeTruthy();
});

test("older history that cannot be loaded is told, and what is there stays", async () => {
  const plain = balie.handle;
  vi.stubGlobal("fetch", async (request: Request) => {
    const answer = await plain(request);
    if (!answer.ok || !request.url.includes("/timeline") || request.url.includes("after=")) return answer;
    const { items } = (await answer.json()) as { items: unknown[] };
    return Response.json({ items, next: "older" });
  });
  await openFatima();
  const panel = await about();
  fireEvent.click(panel.getByRole("tab", { name: "Tijdlijn" }));
  const more = await panel.findByRole("button", { name: "Ouder tonen" });
  const shown = panel.getAllByRole("listitem").length;
  forbid(/GET .*timeline/);
  fireEvent.click(more);
  expect((await panel.findByRole("alert")).textContent).toMatch("Je mag dit niet doen");
  expect(panel.getAllByRole("listitem")).toHaveLength(shown);
  await pressAgain(panel);
});
