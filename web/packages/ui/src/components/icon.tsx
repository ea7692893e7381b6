/** The drawn signs of the product, all in one hand: 24 wide, one line weight. Never the only carrier of a meaning. */

const drawings = {
  alert: "M12 4 2.8 19.5h18.4L12 4Zm0 6v4.5M12 17.2v.1",
  arrowLeft: "M19 12H5m6-6-6 6 6 6",
  bell: "M6 16.5V11a6 6 0 1 1 12 0v5.5l1.5 1.5h-15L6 16.5ZM10 21h4",
  bellOff: "M8.5 6.1A6 6 0 0 1 18 11v4m1 3H4.5L6 16.5V11c0-.6.1-1.2.3-1.8M10 21h4M4 4l16 16",
  building: "M5 20.5V4.5h9v16M14 9.5h5v11M3 20.5h18M8 8.5h3M8 12.5h3M8 16.5h3",
  chat: "M4 5h16v11.5h-8.5L7 20v-3.5H4V5Z",
  check: "m5 12.5 4.5 4.5L19 7.5",
  checkDouble: "m2.5 12.5 4.5 4.5 9-9.5M12 16l1 1 8.5-9.5",
  chevronDown: "m6.5 9.5 5.5 5.5 5.5-5.5",
  chevronRight: "m9.5 6.5 5.5 5.5-5.5 5.5",
  clock: "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17Zm0 4V12l3 2",
  columns: "M4 4.5h16v15H4v-15Zm8 0v15",
  cup: "M5 9h12v5a5 5 0 0 1-5 5h-2a5 5 0 0 1-5-5V9Zm12 1.5h1.5a2.25 2.25 0 0 1 0 4.5H17M9 3v3M13 3v3",
  dots: "M5.5 12h.01M12 12h.01M18.5 12h.01",
  download: "M12 4v11m-5-4.5 5 5 5-5M5 20h14",
  end: "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17ZM9 9h6v6H9V9Z",
  file: "M6 3.5h8l4.5 4.5v12.5H6v-17Zm8 0V8h4.5",
  folder: "M3.5 6h6l2 2.5h9V19h-17V6Z",
  globe: "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17ZM3.5 12h17M12 3.5c5 5 5 12 0 17-5-5-5-12 0-17Z",
  help: "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17ZM9.5 9.7a2.5 2.5 0 1 1 3.6 2.25c-.7.4-1.1.9-1.1 1.8M12 16.5v.1",
  inbox: "M4 13.5 6.5 5h11l2.5 8.5V19H4v-5.5Zm0 0h4.5l1.5 2.5h4l1.5-2.5H20",
  keyboard: "M3 6.5h18v11H3v-11ZM6.5 10h.01M10 10h.01M14 10h.01M17.5 10h.01M8 14h8",
  link: "M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.7l1-1",
  lock: "M6 10.5h12v9.5H6v-9.5Zm2.5 0V8a3.5 3.5 0 1 1 7 0v2.5",
  mail: "M3.5 5.5h17v13h-17v-13Zm0 1 8.5 6.5 8.5-6.5",
  monitor: "M3.5 5h17v11h-17V5ZM9 20h6M12 16v4",
  moon: "M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10Z",
  note: "M5 4h14v11l-4.5 5H5V4Zm14 11h-4.5v5M8.5 8.5h7M8.5 12h4",
  offline: "M4 4l16 16M8.5 15.5a5 5 0 0 1 6 0M5.5 12.2a9 9 0 0 1 4-2.4m4.5 0a9 9 0 0 1 4.5 2.4M12 19h.01",
  panel: "M4 4.5h16v15H4v-15Zm10.5 0v15",
  paperclip:
    "m19.5 11.5-7.7 7.7a4.6 4.6 0 0 1-6.5-6.5l8-8a3.1 3.1 0 0 1 4.4 4.4l-8 8a1.5 1.5 0 0 1-2.2-2.2l7.2-7.2",
  phone:
    "M5 4h4l1.5 4.5-2 1.5a12 12 0 0 0 5.5 5.5l1.5-2L20 15v4a1 1 0 0 1-1 1A15 15 0 0 1 4 5a1 1 0 0 1 1-1Z",
  plus: "M12 5v14M5 12h14",
  refresh: "M19.5 12a7.5 7.5 0 1 1-2.2-5.3M19.5 4v4.5H15",
  requeue: "M9 7 4.5 11.5 9 16M4.5 11.5H15a4.5 4.5 0 0 1 0 9h-2",
  route:
    "M6.5 15.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5ZM17.5 3.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5ZM9 18h6a3 3 0 0 0 0-6H9a3 3 0 0 1 0-6h6",
  search: "M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13Zm4.8 11.3L20 20",
  send: "M4.5 12 3 4.5 21 12 3 19.5 4.5 12Zm0 0H12",
  shield: "M12 3.5 5 6v5.5c0 4.5 3 7.5 7 9 4-1.5 7-4.5 7-9V6l-7-2.5Z",
  signOut: "M10 4.5H5v15h5M14.5 8l4 4-4 4M18.5 12H9.5",
  sun: "M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8ZM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4",
  transfer: "M4 8.5h14m-4.5-4.5L18 8.5 13.5 13M20 16H8",
  unlink: "M8.3 10 5.3 13A4 4 0 0 0 11 18.7l1-1M15.7 14l3-3A4 4 0 0 0 13 5.3l-1 1M4 4l16 16",
  user: "M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8ZM4.5 20c1-4 4-5.5 7.5-5.5s6.5 1.5 7.5 5.5",
  userPlus: "M10 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8ZM3 20c1-4 3.7-5.5 7-5.5 2.2 0 4.2.7 5.5 2.3M19 8v6M16 11h6",
  x: "m6 6 12 12M18 6 6 18",
} as const;

export type IconName = keyof typeof drawings;

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg
      className="b-icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={name === "dots" ? 3 : 1.75}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={drawings[name]} />
    </svg>
  );
}
