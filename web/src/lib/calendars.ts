// Calendars, what they say about dates, and what a change of one would do to the tasks that follow
// it: the server's answers as types. Field names are those of docs/api.md.

export interface CalendarFeed {
  url: string;
  format: "gov.uk" | "ics";
  division: string;
  refresh_s: number;
  fetched_at: string | null;
  checked_at: string | null;
  covers_from: string | null;
  covers_until: string | null;
  error: string;
  stale: boolean;
}

export interface Calendar {
  id: number;
  name: string;
  description: string;
  parent_id: number | null;
  /** "sat,sun"; "": none; null: the parent's. */
  weekend: string | null;
  rule: string;
  valid_from: string | null;
  valid_until: string | null;
  version: number;
  created_at: string;
  updated_at: string;
  updated_by: string;
  is_default: boolean;
  feed: CalendarFeed | null;
}

export interface StoredDay {
  date: string;
  title: string;
  source: "hand" | "import" | "feed";
  closed: boolean;
}

export type CalendarWithDays = Calendar & { days: StoredDay[] };

export interface CalendarList {
  items: Calendar[];
  default: string;
}

export interface YearDay {
  date: string;
  closed: boolean;
  title: string;
  source: "hand" | "import" | "feed" | "rule" | "weekend";
  /** The one in the chain that decides. */
  calendar: string;
}

export interface Year {
  year: number;
  days: YearDay[];
  /** ISO weekdays (1 Monday to 7 Sunday) that the weekend closes. */
  weekend: number[];
}

export interface Difference {
  date: string;
  computed: string | null;
  feed: string | null;
}

export interface SlotChange {
  kind: "appears" | "vanishes" | "moves";
  from: string | null;
  to: string | null;
  why: string;
}

export interface TaskChanges {
  id: number;
  name: string;
  timezone: string;
  appear: number;
  vanish: number;
  move: number;
  changes: SlotChange[];
}

export interface Preview {
  from: string;
  until: string;
  looked_at: number;
  changed: number;
  appear: number;
  vanish: number;
  move: number;
  shortened: number | boolean;
  not_compared: number;
  tasks: TaskChanges[];
}

export const rules: readonly (readonly [string, string])[] = [
  ["", "none"],
  ["england-and-wales", "bank holidays of England and Wales"],
  ["scotland", "bank holidays of Scotland"],
  ["northern-ireland", "bank holidays of Northern Ireland"],
];

export const weekdayCodes = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

const sourceWords: Record<YearDay["source"], string> = {
  hand: "entered by hand",
  import: "imported from a file",
  feed: "from the feed",
  rule: "computed bank holiday",
  weekend: "weekend",
};

/** Where a day comes from, for people: "computed bank holiday (scotland)". */
export function sourceText(day: YearDay, here: string): string {
  const words = sourceWords[day.source];
  return day.calendar === here || day.calendar === "" ? words : `${words} (${day.calendar})`;
}

/** "2 slots vanish, 1 moves"; "" when nothing changes. */
export function countsText(counts: { appear: number; vanish: number; move: number }): string {
  const part = (count: number, one: string, many: string) =>
    count === 0 ? [] : [`${count} ${count === 1 ? `run ${one}` : `runs ${many}`}`];
  return [
    ...part(counts.vanish, "vanishes", "vanish"),
    ...part(counts.appear, "appears", "appear"),
    ...part(counts.move, "moves", "move"),
  ].join(", ");
}
