/** How long who comes now will wait, in the steps in which the customer is told it too: never more exact than it is. */
import type { Words } from "@balie/i18n";

const soonSeconds = 45;

/** Null when nobody can tell. */
export function estimateWords(seconds: number | null | undefined, t: Words): string | null {
  if (typeof seconds !== "number") return null;
  if (seconds < soonSeconds) return t("desk.queues.estimate.soon");
  const minutes = Math.ceil(seconds / 60);
  if (minutes > 60) return t("desk.queues.estimate.long");
  const count = minutes <= 10 ? minutes : Math.ceil(minutes / 5) * 5;
  return t("desk.queues.estimate.minutes", { count });
}
