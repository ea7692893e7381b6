/** Names that no two things share. `crypto.randomUUID` is not there on plain http, which a trial at home uses. */

/** 128 random bits, as letters and digits. */
export function newRef(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
