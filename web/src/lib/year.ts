// Dates of a year as a calendar lays them out, without any zone: text "2026-12-25" in and out. Pure.
import type { Year, YearDay } from "./calendars";

const dayMs = 86_400_000;
export const yearMin = 1970;
export const yearMax = 2099;
export const months = [
  "January", "February", "March", "April", "May", "June",
  "July", "August", "September", "October", "November", "December",
] as const;
export const weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const;

const atOf = (date: string) => Date.parse(`${date}T00:00:00Z`);
const dateOf = (at: number) => new Date(at).toISOString().slice(0, 10);

export function isDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(atOf(text)) && dateOf(atOf(text)) === text;
}

export function addDays(date: string, days: number): string {
  return dateOf(atOf(date) + days * dayMs);
}

/** The same day of another month, or its last one. */
export function addMonths(date: string, by: number): string {
  const [year = 0, month = 1, day = 1] = date.split("-").map(Number);
  const last = new Date(Date.UTC(year, month - 1 + by + 1, 0));
  return dateOf(Date.UTC(last.getUTCFullYear(), last.getUTCMonth(), Math.min(day, last.getUTCDate())));
}

/** 1 Monday to 7 Sunday. */
export function isoWeekday(date: string): number {
  return ((new Date(atOf(date)).getUTCDay() + 6) % 7) + 1;
}

/** "Friday 25 December 2026". */
export function longDate(date: string): string {
  const at = new Date(atOf(date));
  return `${weekdays[isoWeekday(date) - 1]} ${at.getUTCDate()} ${months[at.getUTCMonth()]} ${at.getUTCFullYear()}`;
}

/** The weeks of a month, Monday first, with null where another month has the day. */
export function weeksOf(year: number, month: number): (string | null)[][] {
  const first = dateOf(Date.UTC(year, month, 1));
  const count = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const cells: (string | null)[] = new Array<null>(isoWeekday(first) - 1).fill(null);
  for (let day = 0; day < count; day += 1) cells.push(addDays(first, day));
  while (cells.length % 7 !== 0) cells.push(null);
  return Array.from({ length: cells.length / 7 }, (_, week) => cells.slice(week * 7, week * 7 + 7));
}

export interface Standing {
  kind: "working" | "weekend" | "closed" | "opened";
  /** What says so; none for a plain working day or weekend. */
  day: YearDay | null;
}

/** How every date of the year stands. */
export function standings(year: Year): (date: string) => Standing {
  const byDate = new Map(year.days.map((day) => [day.date, day]));
  const weekend = new Set(year.weekend);
  return (date) => {
    const day = byDate.get(date) ?? null;
    if (day !== null) return { kind: day.closed ? "closed" : "opened", day };
    return { kind: weekend.has(isoWeekday(date)) ? "weekend" : "working", day: null };
  };
}

/** "Friday 25 December 2026: closed, Christmas Day". */
export function spokenDay(date: string, standing: Standing): string {
  const words = { working: "working day", weekend: "weekend", closed: "closed", opened: "working day all the same" };
  const title = standing.day?.title ?? "";
  return `${longDate(date)}: ${words[standing.kind]}${title === "" ? "" : `, ${title}`}`;
}

export function workingDaysOf(year: Year): number {
  const stands = standings(year);
  let count = 0;
  for (let date = `${year.year}-01-01`; date.startsWith(String(year.year)); date = addDays(date, 1)) {
    const { kind } = stands(date);
    if (kind === "working" || kind === "opened") count += 1;
  }
  return count;
}

/** Where the keyboard leads from a date; null: this key leads nowhere. */
export function dateAfterKey(date: string, key: string): string | null {
  const step: Record<string, () => string> = {
    ArrowLeft: () => addDays(date, -1),
    ArrowRight: () => addDays(date, 1),
    ArrowUp: () => addDays(date, -7),
    ArrowDown: () => addDays(date, 7),
    PageUp: () => addMonths(date, -1),
    PageDown: () => addMonths(date, 1),
    Home: () => `${date.slice(0, 8)}01`,
    End: () => addDays(addMonths(`${date.slice(0, 8)}01`, 1), -1),
  };
  const found = step[key]?.() ?? null;
  if (found === null) return null;
  const year = Number(found.slice(0, 4));
  return year < yearMin || year > yearMax ? null : found;
}
