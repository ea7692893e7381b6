/** Times, durations and sizes in the reader's language. Pure: the moment of now is always given. */

export type Language = "nl" | "en";
export const languages: readonly Language[] = ["nl", "en"];

const locales: Record<Language, string> = { nl: "nl-NL", en: "en-GB" };
const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

export interface Formats {
  /** 14:05 */
  clock(at: string): string;
  /** 14:05 today, `gisteren 14:05`, or with the date. */
  moment(at: string, now: number): string;
  /** `vandaag`, `gisteren`, or the date in full. */
  day(at: string, now: number): string;
  /** `nu`, `3 min`, `2 u`, `5 d`: how long ago, short enough for a list. */
  ago(at: string, now: number): string;
  /** `45 s`, `12 min`, `1 u 5 min`. */
  duration(ms: number): string;
  /** 1:05, for a running clock. */
  timer(ms: number): string;
  size(bytes: number): string;
  number(value: number): string;
}

export function formatsFor(language: Language): Formats {
  const locale = locales[language];
  const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
  const thisYear = new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long" });
  const otherYear = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", year: "numeric" });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const numbers = new Intl.NumberFormat(locale);
  const units =
    language === "nl"
      ? { s: "s", min: "min", h: "u", d: "d", now: "nu" }
      : { s: "s", min: "min", h: "h", d: "d", now: "now" };

  const dayOf = (at: string, now: number) => {
    const away = daysBetween(new Date(at), new Date(now));
    if (away <= 1) return relative.format(-away, "day");
    const date = new Date(at);
    return (date.getFullYear() === new Date(now).getFullYear() ? thisYear : otherYear).format(date);
  };

  return {
    clock: (at) => clock.format(new Date(at)),
    day: dayOf,
    moment: (at, now) => {
      const time = clock.format(new Date(at));
      return daysBetween(new Date(at), new Date(now)) === 0 ? time : `${dayOf(at, now)} ${time}`;
    },
    ago: (at, now) => {
      const past = Math.max(0, now - Date.parse(at));
      if (past < minute) return units.now;
      if (past < hour) return `${Math.floor(past / minute)} ${units.min}`;
      if (past < day) return `${Math.floor(past / hour)} ${units.h}`;
      return `${Math.floor(past / day)} ${units.d}`;
    },
    duration: (ms) => {
      if (ms < minute) return `${Math.max(0, Math.round(ms / second))} ${units.s}`;
      const minutes = Math.round(ms / minute);
      if (minutes < 60) return `${minutes} ${units.min}`;
      const rest = minutes % 60;
      return `${Math.floor(minutes / 60)} ${units.h}${rest ? ` ${rest} ${units.min}` : ""}`;
    },
    timer: (ms) => {
      const seconds = Math.max(0, Math.ceil(ms / second));
      return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    },
    size: (bytes) => {
      if (bytes < 1000) return `${bytes} B`;
      if (bytes < 1_000_000) return `${numbers.format(Math.round(bytes / 1000))} kB`;
      return `${numbers.format(Math.round(bytes / 100_000) / 10)} MB`;
    },
    number: (value) => numbers.format(value),
  };
}

function daysBetween(before: Date, after: Date): number {
  const midnight = (date: Date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
  return Math.max(0, Math.round((midnight(after) - midnight(before)) / day));
}
