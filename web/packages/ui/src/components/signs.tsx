/** Small signs that say a state in shape and words, never in colour alone. */
import type { ReactNode } from "react";
import { Icon, type IconName } from "./icon";

/** The keys of a shortcut, as on the keyboard: `Ctrl+K` becomes two caps. */
export function Kbd({ keys }: { keys: string }) {
  return (
    <span className="b-kbd" aria-hidden="true">
      {keys.split("+").map((key) => (
        <span key={key}>{key}</span>
      ))}
    </span>
  );
}

/** A person or organisation by its initials; the tint follows from the id and is the same everywhere. */
export function Avatar({ id, name, size = 28, state }: AvatarProps) {
  return (
    <span
      className="b-avatar"
      style={{ width: size, height: size, fontSize: size * 0.39, ["--hue" as string]: hueOf(id) }}
      aria-hidden="true"
    >
      {name ? initials(name) : <Icon name="user" size={size * 0.55} />}
      {state && <i className="b-avatar-state" data-state={state} />}
    </span>
  );
}

export interface AvatarProps {
  id: string;
  name: string | null;
  size?: number;
  state?: "ready" | "not_ready" | "offline";
}

/** How many; nothing at zero. */
export function Count({ value, label }: { value: number; label: string }) {
  if (value <= 0) return null;
  return (
    <span className="b-count b-numbers">
      <span aria-hidden="true">{value > 99 ? "99+" : value}</span>
      <span className="b-hidden">{label}</span>
    </span>
  );
}

export type Tone = "neutral" | "positive" | "attention" | "danger" | "accent";

export function Tag({
  tone = "neutral",
  icon,
  children,
}: {
  tone?: Tone;
  icon?: IconName;
  children: ReactNode;
}) {
  return (
    <span className="b-tag" data-tone={tone}>
      {icon && <Icon name={icon} size={12} />}
      {children}
    </span>
  );
}

export function Dot({ state }: { state: "ready" | "not_ready" | "offline" }) {
  return <i className="b-dot" data-state={state} aria-hidden="true" />;
}

/** Grey shapes where text will be; who listens hears one sentence. */
export function Skeleton({ lines = 3, label }: { lines?: number; label: string }) {
  return (
    <div className="b-skeleton" role="status">
      <span className="b-hidden">{label}</span>
      {Array.from({ length: lines }, (_, line) => `line-${line}`).map((line, place) => (
        <span key={line} style={{ width: `${92 - ((place * 37) % 45)}%` }} />
      ))}
    </div>
  );
}

export interface EmptyStateProps {
  icon: IconName;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  small?: boolean;
}

/** Nothing here, why that is, and what can be done. */
export function EmptyState({ icon, title, children, action, small }: EmptyStateProps) {
  return (
    <div className="b-empty" data-small={small || undefined}>
      <span className="b-empty-sign">
        <Icon name={icon} size={small ? 18 : 24} />
      </span>
      <p className="b-empty-title">{title}</p>
      {children && <div className="b-empty-words">{children}</div>}
      {action}
    </div>
  );
}

export interface BannerProps {
  tone: Exclude<Tone, "neutral">;
  icon?: IconName;
  children: ReactNode;
  action?: ReactNode;
}

/** A message about the whole part of the screen that it stands on. */
export function Banner({ tone, icon = "alert", children, action }: BannerProps) {
  return (
    <div className="b-banner" data-tone={tone} role={tone === "danger" ? "alert" : "status"}>
      <Icon name={icon} />
      <div className="b-banner-words">{children}</div>
      {action}
    </div>
  );
}

function initials(name: string): string {
  const words = name.split(/[\s-]+/).filter((word) => /^\p{Lu}|^\d/u.test(word));
  const picked = words.length > 0 ? words : name.split(/\s+/);
  const first = picked[0] ?? "";
  const last = picked.length > 1 ? (picked.at(-1) ?? "") : "";
  return (first.slice(0, 1) + last.slice(0, 1)).toUpperCase();
}

function hueOf(id: string): number {
  let sum = 7;
  for (const letter of id) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 3600;
  return Math.round(sum / 10);
}
