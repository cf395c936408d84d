// How times, durations and numbers are written.
const CLOCK: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false };
export const zone = { utc: localStorage.getItem("zone") === "utc" };

const inZone = (options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat("en-GB", { ...options, ...(zone.utc ? { timeZone: "UTC" } : {}) });

/** 12:04:11, or with the day where that is not today. */
export function clock(at: string | null | undefined): string {
  if (!at) return "";
  const when = new Date(at);
  const isToday = inZone({ dateStyle: "short" }).format(when) === inZone({ dateStyle: "short" }).format(new Date());
  return inZone(isToday ? CLOCK : { day: "2-digit", month: "short", ...CLOCK }).format(when);
}

/** The whole of an instant, with its zone. */
export const instant = (at: string): string =>
  inZone({ dateStyle: "medium", timeStyle: "long" }).format(new Date(at));

/** What an axis says: 22:00, or the day where one begins. */
export function brief(ms: number): string {
  const hour = inZone({ hour: "2-digit", minute: "2-digit" }).format(ms);
  return hour === "00:00" ? inZone({ day: "numeric", month: "short" }).format(ms) : hour;
}

/** 412 ms, 30.4 s, 1 h 12 min. */
export function duration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return "";
  if (ms < 1) return ms === 0 ? "0 ms" : `${+ms.toPrecision(2)} ms`;
  if (ms < 1000) return `${+ms.toPrecision(3)} ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${+seconds.toPrecision(3)} s`;
  const parts: [number, string][] = [
    [Math.floor(seconds / 86400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [Math.floor(seconds) % 60, "s"],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  return parts.slice(first, first + 2).filter(([count]) => count).map(([count, unit]) => `${count} ${unit}`).join(" ");
}

/** The last of an id, by which commands find it, too. */
export const short = (id: string): string => id.slice(-8);

const NUMBER = new Intl.NumberFormat("en-US", { maximumFractionDigits: 6 });

/** A value as text: numbers with separators, what is nested as JSON. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return NUMBER.format(value);
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

export const count = (number: number, one: string, more = `${one}s`): string =>
  `${NUMBER.format(number)} ${number === 1 ? one : more}`;
