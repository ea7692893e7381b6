// Why something could not be done, as a code. The words for it stand in the message files, next to each other.

export class Refused extends Error {
  readonly code: string;
  readonly fields: readonly string[];

  constructor(code: string, fields: readonly string[] = []) {
    super(code);
    this.code = code;
    this.fields = fields;
  }
}

/** Refusals that pass by themselves: we keep what was sent and try again. */
export const PASSING: ReadonlySet<string> = new Set([
  "offline",
  "too_many_requests",
  "unavailable",
  "internal",
]);

/** Refusals after which a conversation cannot be shown on this device any more. */
export const FINAL: ReadonlySet<string> = new Set([
  "sign_in_needed",
  "forbidden",
  "not_found",
  "erased",
  "origin_not_allowed",
]);

export function codeOf(error: unknown): string {
  return error instanceof Refused ? error.code : "internal";
}
