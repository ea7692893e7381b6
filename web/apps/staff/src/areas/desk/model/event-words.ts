/** What happened in a contact, as a sentence. Knows every code; of an unknown one it says the code. */
import type { Entry } from "@balie/api";
import type { Words } from "@balie/i18n";

/** Which of the given facts each sentence can use; without them it has a shorter form. */
const facts: Record<string, readonly string[]> = {
  queued: ["queue_name"],
  assigned: ["agent_name"],
  agent_left: ["agent_name"],
  requeued: ["agent_name"],
};

const codes: ReadonlySet<string> = new Set([
  "queued",
  "assigned",
  "agent_left",
  "transferred",
  "ended",
  "still_there",
  "closed_silent",
  "requeued",
  "customer_back",
]);

export function eventWords(event: Entry["event"], t: Words): string {
  if (!event) return "";
  const { code, params } = event;
  if (!codes.has(code)) return code;
  if (code === "ended" && (params.by === "customer" || params.by === "agent")) {
    return t(`desk.event.ended_by_${params.by}`);
  }
  if (code === "transferred" && (params.agent_name || params.queue_name)) {
    return t("desk.event.transferred_with", { to: params.agent_name ?? params.queue_name ?? "" });
  }
  const full = facts[code]?.every((fact) => params[fact]);
  return full ? t(`desk.event.${code}_with`, params) : t(`desk.event.${code}`);
}
