/** What a person is told about a refusal: always our words, by its code, and by the field where one is wrong. */
import { Refusal } from "@balie/api";
import type { Words } from "@balie/i18n";

const codes: ReadonlySet<string> = new Set([
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
  "invalid",
  "malformed",
  "idempotency_key_reused",
]);

/** Fields of the calls that these screens make, by the server's names for them. */
const fields: ReadonlySet<string> = new Set([
  "agent_id",
  "attachments",
  "email",
  "file",
  "name",
  "note",
  "queue_id",
  "reason_id",
  "subject",
  "text",
]);

export function wordsFor(error: unknown, t: Words): string {
  if (!(error instanceof Refusal)) return t("refusal.internal");
  const { code, retryAfter } = error;
  if (code === "too_many_requests" && retryAfter) return t("refusal.wait", { seconds: retryAfter });
  const [field, ...more] = error.fields.keys();
  if (code === "invalid" && field && more.length === 0 && fields.has(field)) {
    return t(`refusal.fields.${field}`);
  }
  return codes.has(code) ? t(`refusal.${code}`) : t("refusal.unknown");
}
