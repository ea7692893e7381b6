import type { FakeBalie } from "@balie/testing";
import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { begin, finish, openFatima, requests } from "../at-the-desk";

let balie: FakeBalie;

beforeEach(async () => {
  balie = await begin();
});

afterEach(finish);

/** The keys by which the server would know a repeat. */
function keysOf(path: RegExp): (string | null)[] {
  return requests
    .filter(({ method, url }) => method === "PUT" && path.test(url))
    .map(({ headers }) => headers.get("idempotency-key"));
}

async function press(name: string | RegExp) {
  fireEvent.click(await screen.findByRole("button", { name }));
}

async function newCustomer(name: string) {
  fireEvent.keyDown(document.body, { key: "c" });
  await press("Nieuwe klant");
  fireEvent.change(await screen.findByRole("textbox", { name: "Naam" }), { target: { value: name } });
}

test("who presses twice, or again after a failure, makes one customer", async () => {
  await openFatima();
  await newCustomer("Anna de Boer");
  balie.failNext.push({ match: /PUT .*customer/, status: 503, code: "unavailable" });
  const make = screen.getByRole("button", { name: "Maken en koppelen" });
  fireEvent.click(make);
  fireEvent.click(make);
  await screen.findByRole("alert");
  fireEvent.click(make);
  await screen.findByText("Anna de Boer is gemaakt en gekoppeld.");
  const first = keysOf(/customer$/);
  expect(first).toHaveLength(2);
  expect(first[0]).toMatch(/^[0-9a-f]{32}$/);
  expect(first[1]).toBe(first[0]);

  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  await newCustomer("Bram de Boer");
  await press("Maken en koppelen");
  await screen.findByText("Bram de Boer is gemaakt en gekoppeld.");
  expect(keysOf(/customer$/)[2]).not.toBe(first[0]);
});

test("who presses twice, or again after a failure, opens one case", async () => {
  await openFatima();
  fireEvent.keyDown(document.body, { key: "z" });
  balie.failNext.push({ match: /PUT .*case/, status: 503, code: "unavailable" });
  const dialog = within(await screen.findByRole("dialog"));
  const make = dialog.getByRole("button", { name: "Zaak openen" });
  fireEvent.click(make);
  fireEvent.click(make);
  await dialog.findByRole("alert");
  fireEvent.click(make);
  await screen.findByText(/^Gekoppeld aan zaak/);
  const keys = keysOf(/case$/);
  expect(keys).toHaveLength(2);
  expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
  expect(keys[1]).toBe(keys[0]);
});

test("a customer that cannot be linked is told in the dialog", async () => {
  await openFatima();
  balie.failNext.push({ match: /PUT .*customer/, status: 403, code: "restricted" });
  fireEvent.keyDown(document.body, { key: "c" });
  const dialog = within(await screen.findByRole("dialog"));
  fireEvent.change(dialog.getByRole("textbox", { name: "Klant zoeken" }), { target: { value: "Postma" } });
  fireEvent.click(await dialog.findByRole("option", { name: /Els Postma/ }));
  expect((await dialog.findByRole("alert")).textContent).toMatch("laten beperken");
});

test("a wrong field is told at the field, in the reader's language", async () => {
  const plain = balie.handle;
  vi.stubGlobal("fetch", async (request: Request) => {
    if (request.method !== "PUT") return plain(request);
    const fields = [{ field: "handles[0].value", message: "give a telephone number" }];
    const problem = { code: "invalid", status: 422, detail: "give a telephone number", fields };
    return Response.json(problem, { status: 422 });
  });
  await openFatima();
  await newCustomer("Anna de Boer");
  const phone = screen.getByRole("textbox", { name: "Telefoonnummer" });
  fireEvent.change(phone, { target: { value: "12" } });
  await press("Maken en koppelen");
  const words = await screen.findByText(/^Vul een telefoonnummer in/);
  expect(phone.getAttribute("aria-describedby")).toBe(words.id);
  expect(screen.getByRole("alert").textContent).toMatch("Kijk na wat je hebt ingevuld");
  expect(screen.queryByText(/telephone/)).toBeNull();
});
