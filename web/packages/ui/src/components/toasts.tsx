/** Short messages about what just happened, with at most one thing to do. What must not be missed is not a toast. */
import { useEffect, useSyncExternalStore } from "react";
import { Button, IconButton } from "./button";
import { Icon } from "./icon";

export interface Toast {
  words: string;
  tone?: "plain" | "danger";
  action?: { words: string; run: () => void };
}

type Shown = Toast & { id: number };

let shown: readonly Shown[] = [];
let next = 1;
const readers = new Set<() => void>();

/** Shows a message; a new one with the same words replaces the old. */
export function toast(message: Toast): void {
  change([...shown.filter((other) => other.words !== message.words).slice(-2), { ...message, id: next }]);
  next += 1;
}

export function Toasts({ label, closeLabel }: { label: string; closeLabel: string }) {
  const toasts = useSyncExternalStore(subscribe, () => shown);
  return (
    // Stays in reach of who listens while a dialog is open, which hides everything else.
    <section className="b-toasts" aria-label={label} aria-live="polite" data-react-aria-top-layer="true">
      {toasts.map((message) => (
        <OneToast key={message.id} message={message} closeLabel={closeLabel} />
      ))}
    </section>
  );
}

function OneToast({ message, closeLabel }: { message: Shown; closeLabel: string }) {
  useEffect(() => {
    const timer = setTimeout(() => close(message.id), message.action ? 12_000 : 6_000);
    return () => clearTimeout(timer);
  }, [message]);
  return (
    <div className="b-toast" data-tone={message.tone ?? "plain"}>
      <Icon name={message.tone === "danger" ? "alert" : "check"} />
      <p>{message.words}</p>
      {message.action && (
        <Button
          small
          look="quiet"
          onPress={() => {
            message.action?.run();
            close(message.id);
          }}
        >
          {message.action.words}
        </Button>
      )}
      <IconButton small icon="x" label={closeLabel} onPress={() => close(message.id)} />
    </div>
  );
}

function close(id: number): void {
  change(shown.filter((message) => message.id !== id));
}

function change(messages: readonly Shown[]): void {
  shown = messages;
  for (const reader of readers) reader();
}

function subscribe(reader: () => void): () => void {
  readers.add(reader);
  return () => readers.delete(reader);
}
