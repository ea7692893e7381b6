/**
 * What can be done now, with the key that does it. Screens say which commands there are while they are shown; keys,
 * the help overlay and the palette read the same list. One-letter keys do nothing while somebody types, and can be
 * switched off (WCAG 2.1.4); with Alt they always work.
 */
import { useEffect, useRef, useSyncExternalStore } from "react";
import { endHush, isHushed } from "./hush";

export interface Command {
  id: string;
  words: string;
  group: "all" | "work" | "talk" | "about";
  /** `a`, `shift+n`, `mod+k` (Ctrl, or Cmd on a Mac), `escape`. */
  keys: string;
  /** Also while somebody types; never over an open dialog. */
  always?: boolean;
  run: () => void;
}

const settingKey = "balie.letterKeys";
const readers = new Set<() => void>();
const sources = new Map<symbol, readonly Command[]>();
let known: readonly Command[] = [];
let letters = readSetting();

/** Makes commands available for as long as the component is there. */
export function useCommands(commands: readonly Command[]): void {
  const source = useRef(Symbol("commands"));
  const newest = useRef(commands);
  newest.current = commands;
  const names = commands.map((command) => `${command.id} ${command.keys} ${command.words}`).join("\n");

  // biome-ignore lint/correctness/useExhaustiveDependencies: `names` stands for the list; the newest `run` is found when it is needed.
  useEffect(() => {
    const own = source.current;
    sources.set(
      own,
      newest.current.map((command, place) => ({ ...command, run: () => newest.current[place]?.run() })),
    );
    changed();
    return () => {
      sources.delete(own);
      changed();
    };
  }, [names]);
}

export function useKnownCommands(): readonly Command[] {
  return useSyncExternalStore(subscribe, () => known);
}

/** Listens to the keyboard of the page; the answer ends it. */
export function listenToKeys(): () => void {
  document.addEventListener("keydown", onKey);
  document.addEventListener("pointerdown", endHush, true);
  return () => {
    document.removeEventListener("keydown", onKey);
    document.removeEventListener("pointerdown", endHush, true);
  };
}

export function useLetterKeys(): [boolean, (on: boolean) => void] {
  const on = useSyncExternalStore(subscribe, () => letters);
  return [on, setLetterKeys];
}

function setLetterKeys(on: boolean): void {
  letters = on;
  try {
    localStorage.setItem(settingKey, on ? "on" : "off");
  } catch {
    // Then the choice lasts until the page is closed.
  }
  for (const reader of readers) reader();
}

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  const pressed = nameOf(event);
  if (document.querySelector("[role=dialog],[role=menu]")) return;
  const typing = isTyping(event.target);
  if (!typing && isHushed(event)) {
    event.preventDefault();
    return;
  }
  const command = [...known].reverse().find((candidate) => {
    if (typing && !candidate.always) return false;
    if (pressed === `alt+${candidate.keys}`) return true;
    return pressed === candidate.keys && (letters || candidate.keys.startsWith("mod+"));
  });
  if (!command) return;
  event.preventDefault();
  command.run();
}

function nameOf(event: KeyboardEvent): string {
  const letter = event.altKey && /^Key[A-Z]$/.test(event.code) ? event.code.slice(3) : event.key;
  const key = letter.toLowerCase();
  const shift = event.shiftKey && /^[a-z]$|.{2,}/.test(key);
  return [event.metaKey || event.ctrlKey ? "mod" : "", event.altKey ? "alt" : "", shift ? "shift" : "", key]
    .filter(Boolean)
    .join("+");
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.matches("input:not([type=radio],[type=checkbox]),textarea,select,[contenteditable]")
  );
}

function changed(): void {
  known = [...sources.values()].flat();
  for (const reader of readers) reader();
}

function readSetting(): boolean {
  try {
    return localStorage.getItem(settingKey) !== "off";
  } catch {
    return true;
  }
}

function subscribe(reader: () => void): () => void {
  readers.add(reader);
  return () => readers.delete(reader);
}

const mac = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? "");
const caps: Record<string, string> = {
  mod: mac ? "⌘" : "Ctrl",
  shift: "⇧",
  alt: mac ? "⌥" : "Alt",
  enter: "↵",
  escape: "Esc",
};

/** The keys as they stand on the keyboard. */
export function capsOf(keys: string): string {
  return keys
    .split("+")
    .map((key) => caps[key] ?? key.toUpperCase())
    .join("+");
}
