/** How long to wait before the next attempt. */
export interface BackoffOptions {
  firstMs: number;
  longestMs: number;
}

/** Doubles per attempt up to the longest, and takes a random half off so that not all screens return at once. */
export function backoff(attempt: number, random: () => number, options: BackoffOptions): number {
  const full = Math.min(options.longestMs, options.firstMs * 2 ** Math.min(attempt, 16));
  return Math.round(full / 2 + (full / 2) * random());
}
