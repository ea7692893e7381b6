// Where the visitor's page keeps small things between reloads. Falls back to memory where the browser keeps nothing for
// an iframe, and then says so. Nothing is written before the visitor starts a conversation: that is up to the callers.

export interface Store {
  /** False when what we write is gone after a reload. */
  readonly lasting: boolean;
  get(name: string): string | null;
  set(name: string, value: string): void;
  remove(name: string): void;
  names(prefix: string): string[];
  /** Calls back when another tab changed something. */
  watch(changed: (name: string | null) => void): () => void;
}

/** A store that lives as long as the page. */
export function memoryStore(): Store {
  const values = new Map<string, string>();
  return {
    lasting: false,
    get: (name) => values.get(name) ?? null,
    set: (name, value) => void values.set(name, value),
    remove: (name) => void values.delete(name),
    names: (prefix) => [...values.keys()].filter((name) => name.startsWith(prefix)),
    watch: () => () => {},
  };
}

/** The browser's own store, with memory behind it for what the browser refuses to keep. */
export function browserStore(): Store {
  const spare = memoryStore();
  const local = available();
  if (!local) return spare;
  return {
    lasting: true,
    get: (name) => spare.get(name) ?? local.getItem(name),
    set(name, value) {
      try {
        local.setItem(name, value);
        spare.remove(name);
      } catch {
        spare.set(name, value);
      }
    },
    remove(name) {
      spare.remove(name);
      local.removeItem(name);
    },
    names(prefix) {
      const kept = Array.from({ length: local.length }, (_, index) => local.key(index) ?? "");
      return [...new Set([...kept.filter((name) => name.startsWith(prefix)), ...spare.names(prefix)])];
    },
    watch(changed) {
      const heard = (event: StorageEvent) => changed(event.key);
      addEventListener("storage", heard);
      return () => removeEventListener("storage", heard);
    },
  };
}

/** Reading tells whether the browser allows it; writing to find out would be writing too early. */
function available(): Storage | null {
  try {
    void localStorage.length;
    return localStorage;
  } catch {
    return null;
  }
}
