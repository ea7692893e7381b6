import type { Entry } from "@balie/api";
import { expect, test } from "vitest";
import { Drafts } from "./drafts";
import { Outbox } from "./outbox";
import { sendDraft } from "./send-draft";

const nowhere = { getItem: () => null, setItem: () => undefined };

function stores(newRef: () => string) {
  const deliver = () => new Promise<Entry>(() => undefined);
  const outbox = new Outbox({ deliver, delivered: () => undefined, storage: nowhere, key: "outbox", newRef });
  return { drafts: new Drafts(nowhere, "drafts"), outbox };
}

test("a draft goes into the outbox, and leaves the composer", () => {
  const { drafts, outbox } = stores(() => "ref_1");
  drafts.write("cnt_1", "message", " Dat kan. ");
  drafts.write("cnt_1", "note", "Alleen voor ons.");
  sendDraft({ drafts, outbox }, "cnt_1", "message", "");
  expect(outbox.of("cnt_1")).toMatchObject([{ ref: "ref_1", text: "Dat kan.", mode: "message" }]);
  expect(drafts.of("cnt_1", "message").text).toBe("");
  expect(drafts.of("cnt_1", "note").text).toBe("Alleen voor ons.");
});

test("a draft that the outbox does not take stays where it is", () => {
  const { drafts, outbox } = stores(() => {
    throw new Error("no references here");
  });
  drafts.write("cnt_1", "message", "Dat kan.");
  expect(() => sendDraft({ drafts, outbox }, "cnt_1", "message", "")).toThrow();
  expect(drafts.of("cnt_1", "message").text).toBe("Dat kan.");
});
