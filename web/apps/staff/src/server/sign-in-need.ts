/** Whether somebody who was at work has to sign in again. Keeps one bit, and tells who asks. */
import { useSyncExternalStore } from "react";

let needed = false;
let atWork = false;
const readers = new Set<() => void>();

/** The server says that the session has ended. Before anyone was signed in this means nothing. */
export function needSignIn(): void {
  if (atWork) become(true);
}

/** Somebody is signed in. */
export function signedIn(): void {
  atWork = true;
  become(false);
}

/** Somebody is leaving on purpose, and is not asked to sign in again. The answer is for when they stay after all. */
export function leaving(): () => void {
  const before = atWork;
  atWork = false;
  return () => {
    atWork = before;
  };
}

export function useSignInNeeded(): boolean {
  return useSyncExternalStore(subscribe, () => needed);
}

function become(value: boolean): void {
  if (needed === value) return;
  needed = value;
  for (const reader of readers) reader();
}

function subscribe(reader: () => void): () => void {
  readers.add(reader);
  return () => readers.delete(reader);
}
