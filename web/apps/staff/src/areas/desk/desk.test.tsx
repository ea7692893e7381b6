import type { FakeBalie } from "@balie/testing";
import { act, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { begin, finish, lines, openDesk, openFatima, openPage, send } from "./at-the-desk";

let balie: FakeBalie;

beforeEach(async () => {
  balie = await begin();
});

afterEach(finish);

async function signInAgain() {
  fireEvent.change(await screen.findByLabelText("Wachtwoord"), { target: { value: "lindedam" } });
  fireEvent.click(screen.getByRole("button", { name: "Inloggen" }));
  await waitFor(() => expect(screen.queryByLabelText("Wachtwoord")).toBeNull());
}

test("a wrong password says so and keeps the address", async () => {
  balie.signedIn = false;
  await openPage();
  fireEvent.change(await screen.findByLabelText("E-mailadres"), {
    target: { value: "sanne@lindedam.example" },
  });
  fireEvent.change(screen.getByLabelText("Wachtwoord"), { target: { value: "fout" } });
  fireEvent.click(screen.getByRole("button", { name: "Inloggen" }));
  expect((await screen.findByRole("alert")).textContent).toMatch("klopt niet");
  expect(screen.getByLabelText("E-mailadres")).toHaveProperty("value", "sanne@lindedam.example");
  expect(screen.getByLabelText("Wachtwoord")).toHaveProperty("value", "");
});

test("an answer shows at once, is tried again when the server fails, and is kept once", async () => {
  const composer = await openFatima();
  balie.failNext.push({ match: /messages/, status: 503, code: "unavailable" });
  send(composer, "Ja, pinnen kan.");
  expect(await screen.findByText("Ja, pinnen kan.")).toBeTruthy();
  await screen.findByText(/Nog niet verstuurd/);
  await waitFor(() => expect(screen.queryByText(/Nog niet verstuurd/)).toBeNull());
  const log = within(screen.getByRole("log"));
  expect(log.getAllByText("Ja, pinnen kan.")).toHaveLength(1);
});

test("an answer also goes out over plain http, where the browser makes no references", async () => {
  const composer = await openFatima();
  vi.stubGlobal("crypto", { getRandomValues: crypto.getRandomValues.bind(crypto) });
  send(composer, "Ook zonder slot.");
  const log = within(screen.getByRole("log"));
  expect(await log.findByText("Ook zonder slot.")).toBeTruthy();
  await waitFor(() => expect(log.queryByText("Versturen…")).toBeNull());
  expect(composer).toHaveProperty("value", "");
});

test("script in a message is text, and a link opens without telling where it came from", async () => {
  await openFatima();
  act(() => void balie.say("cnt_fatima", "<img src=x onerror=alert(1)> https://lindedam.example/x"));
  const bubble = await screen.findByText(/<img src=x/);
  expect(bubble.querySelector("img")).toBeNull();
  const link = await screen.findByRole("link", { name: "https://lindedam.example/x" });
  expect(link.getAttribute("rel")).toContain("noopener noreferrer");
});

test("an offer is accepted with one key, and the contact opens", async () => {
  await openDesk();
  act(() => void balie.offer(20));
  await screen.findByText(/mijn rijbewijs kwijt/);
  fireEvent.keyDown(document.body, { key: "a" });
  expect(await screen.findByRole("textbox", { name: "Antwoord" })).toBeTruthy();
  expect(screen.getAllByRole("heading", { name: "Linh Tran" })).not.toHaveLength(0);
  expect(screen.queryByRole("button", { name: /Aannemen/ })).toBeNull();
});

test("when the session ends, signing in again goes on with what was written", async () => {
  const composer = await openFatima();
  fireEvent.change(composer, { target: { value: "Een half ant" } });
  act(() => balie.expire());
  await signInAgain();
  expect(await screen.findByRole("textbox", { name: "Antwoord" })).toHaveProperty("value", "Een half ant");
});

test("letters that were still being typed when the customer left are no commands", async () => {
  const composer = await openFatima();
  act(() => void balie.offer(20));
  await screen.findByText(/mijn rijbewijs kwijt/);
  composer.focus();
  fireEvent.change(composer, { target: { value: "Nog even di" } });
  vi.useFakeTimers({ toFake: ["performance"] });
  act(() => balie.leave("cnt_fatima"));
  const form = await screen.findByRole("form", { name: "Afronden" });
  await within(form).findAllByRole("radio");
  fireEvent.keyDown(document.body, { key: "x" });
  fireEvent.keyDown(document.body, { key: "a" });
  fireEvent.keyDown(form, { key: "1" });
  expect(balie.calls.filter(({ path }) => path.includes("/offers/"))).toEqual([]);
  expect(screen.queryByRole("radio", { checked: true })).toBeNull();

  fireEvent.pointerDown(document.body);
  fireEvent.keyDown(form, { key: "1" });
  expect(screen.getByRole("radio", { checked: true })).toBeTruthy();
});

test("an answer that could not be sent any more stands in the wrap-up, and can become its note", async () => {
  const composer = await openFatima();
  fireEvent.change(composer, { target: { value: "Half af" } });
  act(() => balie.leave("cnt_fatima"));
  await screen.findByText(/Dit antwoord is niet verstuurd/);
  expect(screen.getByText("Half af")).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "In de notitie zetten" }));
  expect(screen.getByRole("textbox", { name: "Notitie" })).toHaveProperty("value", "Half af");
  expect(screen.queryByText(/Dit antwoord is niet verstuurd/)).toBeNull();
});

test.each([
  { keys: "t", title: "Doorzetten", call: /POST .*transfer/, act: "Doorzetten" },
  { keys: "q", title: "Terug in de wachtrij", call: /POST .*requeue/, act: "Terugzetten" },
  { keys: "e", title: "Gesprek beëindigen", call: /POST .*end$/, act: "Beëindigen" },
])("a refusal is told in the dialog that asked: $title", async ({ keys, title, call, act }) => {
  await openFatima();
  balie.failNext.push({ match: call, status: 409, code: "conflict" });
  fireEvent.keyDown(document.body, { key: keys });
  const dialog = within(await screen.findByRole("dialog", { name: title }));
  if (keys === "t") fireEvent.click(await dialog.findByRole("option", { name: /Ahmed/ }));
  fireEvent.click(await dialog.findByRole("button", { name: act }));
  expect((await dialog.findByRole("alert")).textContent).toMatch("Iemand anders was je voor");
  fireEvent.click(dialog.getByRole("button", { name: act }));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
});

test("messages from the system stay in reach of who listens while a dialog is open", async () => {
  await openDesk();
  fireEvent.keyDown(document.body, { key: "?" });
  await screen.findByRole("dialog", { name: "Sneltoetsen" });
  const hidden = (element: HTMLElement) => element.closest("[inert],[aria-hidden=true]") !== null;
  expect(hidden(screen.getByRole("navigation", { hidden: true }))).toBe(true);
  expect(hidden(screen.getByRole("region", { name: "Berichten van het systeem", hidden: true }))).toBe(false);
});

test("after signing in again the live line is there again", async () => {
  await openFatima();
  act(() => balie.expire());
  await signInAgain();
  await waitFor(() => expect(lines).toHaveLength(2));
  act(() => void balie.say("cnt_fatima", "Bent u er nog?"));
  expect(await within(screen.getByRole("log")).findByText("Bent u er nog?")).toBeTruthy();
});

test("who signed in again is not asked twice, when the old live line hears of it later", async () => {
  await openDesk();
  balie.signedIn = false;
  fireEvent.keyDown(document.body, { key: "g" });
  await signInAgain();
  act(() => lines[0]?.says({ type: "signed_out" }));
  expect(screen.queryByLabelText("Wachtwoord")).toBeNull();
});
