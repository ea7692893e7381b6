/** Light, dark, or as the computer says. Remembers the choice in this browser; it is no personal data. */
import { useSyncExternalStore } from "react";

export type Theme = "system" | "light" | "dark";

const key = "balie.theme";
const readers = new Set<() => void>();
let theme: Theme = read();

/** Puts the remembered choice on the page; call it before the first paint. */
export function applyTheme(): void {
  const root = document.documentElement;
  if (theme === "system") root.removeAttribute("data-theme");
  else root.setAttribute("data-theme", theme);
}

export function setTheme(choice: Theme): void {
  theme = choice;
  try {
    localStorage.setItem(key, choice);
  } catch {
    // A browser that keeps nothing still shows the choice until the page is closed.
  }
  applyTheme();
  for (const reader of readers) reader();
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, () => theme);
}

function read(): Theme {
  try {
    const kept = localStorage.getItem(key);
    return kept === "light" || kept === "dark" ? kept : "system";
  } catch {
    return "system";
  }
}

function subscribe(reader: () => void): () => void {
  readers.add(reader);
  return () => readers.delete(reader);
}
