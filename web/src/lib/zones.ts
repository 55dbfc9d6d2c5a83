// An instant as clocks in a place show it. The browser knows the zones' rules; the server's text
// wins where it gives one. Pure functions, apart from asking which zone this browser is in.

export const viewerZone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

const formats = new Map<string, Intl.DateTimeFormat | null>();

function formatOf(zone: string): Intl.DateTimeFormat | null {
  let format = formats.get(zone);
  if (format === undefined) {
    format = makeFormat(zone);
    formats.set(zone, format);
  }
  return format;
}

function makeFormat(zone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      weekday: "short",
      timeZoneName: "short",
    });
  } catch {
    return null; // a zone that this browser does not know
  }
}

export interface LocalTime {
  date: string; // 2026-11-23
  time: string; // 09:30:00
  weekday: string; // Mon
  zone: string; // GMT, BST, GMT+2, UTC
}

/** Null for a zone that this browser does not know, or an instant that is none. */
export function localTime(instant: string, zone: string): LocalTime | null {
  const at = Date.parse(instant);
  const format = formatOf(zone);
  if (format === null || Number.isNaN(at)) return null;
  const parts = new Map(format.formatToParts(at).map((part) => [part.type, part.value]));
  const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? "";
  return {
    date: `${part("year")}-${part("month")}-${part("day")}`,
    time: `${part("hour")}:${part("minute")}:${part("second")}`,
    weekday: part("weekday"),
    zone: part("timeZoneName"),
  };
}

/** "Mon 2026-11-23 09:30:00". */
export function formatLocal(instant: string, zone: string): string {
  const local = localTime(instant, zone);
  return local === null ? "" : `${local.weekday} ${local.date} ${local.time}`;
}

/** Whether clocks in the two places show the same at that instant. */
export function sameClock(instant: string, one: string, other: string): boolean {
  return one === other || formatLocal(instant, one) === formatLocal(instant, other);
}

/** In UTC, without the date where it is `now`'s: "09:30:00", "2026-11-24 09:30:00". */
export function shortUtc(instant: string, now: number): string {
  const text = instant.replace("T", " ").replace(/(\.\d+)?Z$/, "");
  const today = new Date(now).toISOString().slice(0, 10);
  return text.startsWith(today) ? text.slice(11) : text;
}
