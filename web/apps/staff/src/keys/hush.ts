/**
 * When a field goes away under somebody's fingers, the letters still to come were meant for it. They do nothing until
 * the fingers have rested for a second or a pointer was used; only then are keys commands again.
 */
import { type RefObject, useLayoutEffect } from "react";

const restMs = 1000;
const longestMs = 5000;
let began = Number.NEGATIVE_INFINITY;
let last = Number.NEGATIVE_INFINITY;

export function hushKeys(): void {
  began = last = performance.now();
}

export function endHush(): void {
  began = last = Number.NEGATIVE_INFINITY;
}

/** Whether a key was meant for a field that is gone; the rest then begins anew. With Ctrl or Alt it is on purpose. */
export function isHushed({ ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  const now = performance.now();
  if (ctrlKey || metaKey || altKey || now - last >= restMs || now - began >= longestMs) return false;
  last = now;
  return true;
}

/** Hushes the keys when a field goes away that somebody is in, unless that is their own doing. */
export function useHushWhenGone(
  field: RefObject<HTMLElement | null>,
  ownDoing: RefObject<boolean> = { current: false },
): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: what counts is how things stand when it goes away.
  useLayoutEffect(
    () => () => {
      if (!ownDoing.current && field.current && field.current === document.activeElement) hushKeys();
    },
    [],
  );
}
