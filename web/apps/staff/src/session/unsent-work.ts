/** What would be lost by leaving: the areas say how much they hold that the server does not have. */

const holders = new Set<() => number>();

/** An area that keeps what people write until it is sent. */
export function holdsUnsentWork(count: () => number): void {
  holders.add(count);
}

export function unsentWork(): number {
  return [...holders].reduce((sum, count) => sum + count(), 0);
}
