import type { Contact, Offer, Work } from "@balie/api";
import { expect, test } from "vitest";
import { reconcile, withContact } from "./work";

const me = "mem_1";
const contact = (id: string, state: Contact["state"] = "assigned", agent = me) =>
  ({ id, state, agent: { id: agent, name: "" } }) as Contact;
const offer = (id: string) => ({ id }) as Offer;
const work = (position: number, contacts: Contact[], offers: Offer[] = []): Work => ({
  position,
  contacts,
  offers,
  presence: { state: "ready", reason: null, since: "", chat: { used: 0, total: 4 } },
});
const known = (positions: Record<string, number>) => ({ of: (name: string) => positions[name] ?? null });

test("a contact keeps its place when it changes, and leaves when it is no longer mine", () => {
  const before = work(1, [contact("a"), contact("b"), contact("c")]);
  const after = withContact(before, contact("b", "wrapping_up"), me);
  expect(after.contacts.map((item) => item.id)).toEqual(["a", "b", "c"]);
  expect(withContact(after, contact("b", "waiting", ""), me).contacts.map((item) => item.id)).toEqual([
    "a",
    "c",
  ]);
  expect(withContact(after, contact("b", "closed"), me).contacts.map((item) => item.id)).toEqual(["a", "c"]);
});

test("a snapshot that was overtaken brings nothing back and takes nothing away", () => {
  const held = work(10, [contact("a", "wrapping_up"), contact("new")], []);
  const snapshot = work(12, [contact("a"), contact("left")], [offer("gone"), offer("fresh")]);
  const after = reconcile(
    snapshot,
    held,
    known({ "contact:a": 13, "contact:new": 14, "contact:left": 15, "offer:gone": 16, "offer:fresh": 11 }),
  );
  expect(after.contacts.map((item) => [item.id, item.state])).toEqual([
    ["a", "wrapping_up"],
    ["new", "assigned"],
  ]);
  expect(after.offers.map((item) => item.id)).toEqual(["fresh"]);
});
