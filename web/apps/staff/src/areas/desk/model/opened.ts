/** Which contacts stand open beside each other; it lives in the address, so a reload keeps it. */
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import type { DeskSearch } from "../../../router";

export const mostColumns = 3;

export interface Opened {
  open: readonly string[];
  at: string | null;
  pane: "about" | null;
  /** Shows a contact in the column that has the attention. */
  show: (contact: string) => void;
  /** Shows a contact in a column of its own. */
  showBeside: (contact: string) => void;
  close: (contact: string, next?: string | null) => void;
  /** On a small screen: back to the list. */
  leave: () => void;
  turnTo: (pane: "about" | null) => void;
}

export function useOpened(): Opened {
  const search = useSearch({ from: "/shell/desk" });
  const navigate = useNavigate();
  const change = useCallback(
    (next: (before: DeskSearch) => DeskSearch) => navigate({ to: "/desk", search: next, replace: true }),
    [navigate],
  );
  return useMemo(
    () => ({
      open: search.open ?? [],
      at: search.at ?? null,
      pane: search.pane ?? null,
      show: (contact) => change((before) => shown(before, contact)),
      showBeside: (contact) => change((before) => shownBeside(before, contact)),
      close: (contact, next) => change((before) => closed(before, contact, next ?? null)),
      leave: () => change(({ open }) => (open ? { open } : {})),
      turnTo: (pane) => change(({ pane: _, ...rest }) => (pane ? { ...rest, pane } : rest)),
    }),
    [search, change],
  );
}

export function shown({ open = [], at }: DeskSearch, contact: string): DeskSearch {
  if (open.includes(contact)) return { open, at: contact };
  const place = at ? open.indexOf(at) : open.length - 1;
  return { open: place < 0 ? [contact] : open.with(place, contact), at: contact };
}

export function shownBeside({ open = [] }: DeskSearch, contact: string): DeskSearch {
  if (open.includes(contact)) return { open, at: contact };
  return { open: [...open, contact].slice(-mostColumns), at: contact };
}

/** Closes a column; another contact may take its place. */
export function closed({ open = [], at }: DeskSearch, contact: string, next: string | null): DeskSearch {
  if (next && !open.includes(next)) {
    return {
      open: open.map((other) => (other === contact ? next : other)),
      at: at === contact || !at ? next : at,
    };
  }
  const left = open.filter((other) => other !== contact);
  const turned = at === contact ? (next ?? left.at(-1)) : at;
  return { ...(left.length > 0 && { open: left }), ...(turned && left.includes(turned) && { at: turned }) };
}
