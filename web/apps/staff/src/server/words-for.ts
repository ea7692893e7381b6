/** What a person is told about a refusal: our words where the code says enough, else the server's advice. */
import { Refusal } from "@balie/api";
import type { Words } from "@balie/i18n";

const told = new Set([
  "unreachable",
  "unavailable",
  "internal",
  "wrong_credentials",
  "sign_in_needed",
  "forbidden",
  "purpose_not_registered",
  "restricted",
  "not_found",
  "conflict",
  "erased",
  "too_large",
  "unsupported_type",
  "infected",
  "too_many_requests",
]);

export function wordsFor(error: unknown, t: Words): string {
  if (!(error instanceof Refusal)) return t("refusal.internal");
  if (error.code === "too_many_requests" && error.retryAfter) {
    return t("refusal.wait", { seconds: error.retryAfter });
  }
  if (told.has(error.code)) return t(`refusal.${error.code}`);
  return error.detail || t("refusal.internal");
}
