import type { FakeBalie } from "@balie/testing";
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { begin, finish, openDesk, openFatima } from "../areas/desk/at-the-desk";

let balie: FakeBalie;
let went: string[];

beforeEach(async () => {
  balie = await begin();
  went = [];
  vi.spyOn(globalThis.location, "assign").mockImplementation((address) => void went.push(String(address)));
});

afterEach(() => {
  vi.restoreAllMocks();
  finish();
});

async function signOut() {
  fireEvent.click(screen.getByRole("button", { name: "Ik: Sanne de Wit" }));
  fireEvent.click(await screen.findByRole("menuitem", { name: "Uitloggen" }));
}

const leaves = () =>
  balie.calls.filter(({ method, path }) => method === "DELETE" && path.endsWith("/session"));

test("with nothing unsent signing out is done at once", async () => {
  await openDesk();
  await signOut();
  await waitFor(() => expect(went).toEqual(["/sign-in"]));
  expect(screen.queryByLabelText("Wachtwoord")).toBeNull();
});

test("when the server does not end the session it is said, and nothing is thrown away", async () => {
  await openDesk();
  sessionStorage.setItem("kept", "yes");
  balie.failNext.push({ match: /DELETE .*session/, status: 503, code: "unavailable" });
  await signOut();
  const dialog = within(await screen.findByRole("dialog", { name: "Uitloggen is niet gelukt" }));
  expect(dialog.getByRole("alert").textContent).toMatch("werkt nu even niet");
  expect([went, sessionStorage.getItem("kept")]).toEqual([[], "yes"]);
  fireEvent.click(dialog.getByRole("button", { name: "Opnieuw proberen" }));
  await waitFor(() => expect(went).toEqual(["/sign-in"]));
  expect(sessionStorage.getItem("kept")).toBeNull();
});

test("a session that is over already is left without a question", async () => {
  await openDesk();
  balie.signedIn = false;
  await signOut();
  await waitFor(() => expect(went).toEqual(["/sign-in"]));
});

test("it asks first when something was written and not sent, and no means stay", async () => {
  const composer = await openFatima();
  fireEvent.change(composer, { target: { value: "Een half ant" } });
  await signOut();
  const dialog = within(await screen.findByRole("dialog", { name: "Toch uitloggen?" }));
  dialog.getByText(/1 bericht dat nog niet is verstuurd/);
  expect(leaves()).toEqual([]);
  await waitFor(() => expect(document.activeElement?.textContent).toBe("Annuleren"));
  fireEvent.click(dialog.getByRole("button", { name: "Annuleren" }));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect([leaves(), went]).toEqual([[], []]);

  await signOut();
  fireEvent.click(await screen.findByRole("button", { name: "Toch uitloggen" }));
  await waitFor(() => expect(went).toEqual(["/sign-in"]));
});

test("it also asks whoever is somebody else than the one whose session ended", async () => {
  const composer = await openFatima();
  fireEvent.change(composer, { target: { value: "Een half ant" } });
  act(() => balie.expire());
  fireEvent.click(await screen.findByRole("button", { name: "Ik ben iemand anders" }));
  await screen.findByRole("dialog", { name: "Toch uitloggen?" });
  expect(went).toEqual([]);
  fireEvent.click(screen.getByRole("button", { name: "Toch uitloggen" }));
  await waitFor(() => expect(went).toEqual(["/sign-in"]));
});
