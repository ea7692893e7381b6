import { Refusal } from "@balie/api";
import { say, setLanguage } from "@balie/i18n";
import { beforeEach, expect, test } from "vitest";
import { wordsFor } from "./words-for";

beforeEach(() => setLanguage("nl"));

const wrong = (...names: string[]) =>
  new Refusal({
    code: "invalid",
    status: 422,
    detail: "use at most 200 characters",
    fields: names.map((field) => ({ field, message: "use at most 200 characters" })),
  });

test("one wrong field is told in the reader's language", async () => {
  expect(wordsFor(wrong("reason_id"), say)).toBe("Kies een reden uit de lijst.");
  await setLanguage("en");
  expect(wordsFor(wrong("reason_id"), say)).toBe("Choose a reason from the list.");
});

test("the server's own sentences, which are English, are never shown", () => {
  const refusals = [
    wrong(),
    wrong("handles[0].value"),
    wrong("name", "subject"),
    ...["malformed", "idempotency_key_reused", "conflict", "a_code_of_tomorrow"].map(
      (code) => new Refusal({ code, status: 422, detail: "use at most 200 characters" }),
    ),
  ];
  const told = refusals.map((refusal) => wordsFor(refusal, say));
  expect(told.filter((words) => /use at most|refusal\./.test(words))).toEqual([]);
  expect(told[0]).toMatch("Kijk na wat je hebt ingevuld");
});
