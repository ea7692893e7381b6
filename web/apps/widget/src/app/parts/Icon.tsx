// Our few icons. Always decoration: the words stand beside them or in the button's label.

const SHAPES = {
  close: "M6 10l6 6 6-6",
  back: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  clock: "M12 7v5l3 2M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z",
  send: "M4 12 20 4l-4 16-5-6-7-2Zm7 2 4-5",
  clip: "M20 11l-8.5 8.5a5 5 0 0 1-7-7L13 4a3.3 3.3 0 0 1 4.7 4.7l-8.5 8.4a1.6 1.6 0 0 1-2.3-2.3L14 7.7",
  cross: "M6 6l12 12M18 6L6 18",
  file: "M6 3h8l5 5v13H6V3Zm8 0v5h5",
  save: "M12 4v11m-5-5 5 5 5-5M5 20h14",
  mail: "M3 6h18v12H3V6Zm0 1 9 6 9-6",
  ask: "M4 5h16v11h-9l-5 4v-4H4V5Z",
  check: "M5 13l4 4L19 7",
  both: "M2 13l4 4L16 7M11 16l1 1L22 7",
  wipe: "M5 7h14M10 7V4h4v3m-8 0 1 13h10l1-13",
  off: "M4 4l16 16M8.5 15a5 5 0 0 1 5-1.2M5 11a10 10 0 0 1 4-2.3M12 19h.01M13 7.6a10 10 0 0 1 6 3.4",
} as const;

export type IconName = keyof typeof SHAPES;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={SHAPES[name]} />
    </svg>
  );
}
