// A task's fields as sentences. Pure.
import type { Task } from "./api";
import { formatUtc } from "./format";

export interface Entry {
  label: string;
  value: string;
  /** Nothing special: said quietly. */
  usual?: boolean;
  /** The yellow "Yes" of the original's table. */
  yes?: boolean;
}

const minute = 60;
const hour = 3600;
const day = 86_400;

/** "90 s", "5 min", "2 h", "1 d": the largest unit that comes out even. */
export function formatSeconds(seconds: number): string {
  for (const [size, unit] of [[day, "d"], [hour, "h"], [minute, "min"]] as const) {
    if (seconds >= size && seconds % size === 0) return `${seconds / size} ${unit}`;
  }
  return `${seconds} s`;
}

const nonWorkingDays: Record<string, string> = {
  skip: "does not run",
  next: "runs on the next working day",
  previous: "runs on the working day before",
  nearest: "runs on the nearest working day",
  run: "runs all the same",
};
const overlaps: Record<string, string> = {
  skip: "a slot is skipped while a run goes on",
  queue: "a slot waits until the run before has ended",
  allow: "runs may overlap",
  cancel_running: "a new run ends the one before",
};
const catchUps: Record<string, string> = {
  skip: "missed slots stay unrun",
  latest: "the latest missed slot is made up for",
  all: "all missed slots are made up for",
};

function retries(task: Task): Entry {
  if (task.attempts_max <= 1) return { label: "Retries", value: "none", usual: true };
  const growth = task.retry_backoff === "exponential" ? `, doubling up to ${formatSeconds(task.retry_delay_max_s)}` : "";
  const value = `up to ${task.attempts_max} attempts, after ${formatSeconds(task.retry_delay_s)}${growth}`;
  return { label: "Retries", value };
}

function workingDays(task: Task, calendar: string): Entry[] {
  if (!task.working_days_only) return [{ label: "Working days", value: "No", usual: true }];
  const entries: Entry[] = [
    { label: "Working days", value: "Yes", yes: true },
    { label: "On other days", value: nonWorkingDays[task.on_non_working_day] ?? task.on_non_working_day },
    ...optional("Calendar", calendar, (name) => (task.calendar_id === null ? `${name}, the default` : name)),
  ];
  const offset = task.working_day_offset ?? 0;
  if (offset !== 0) {
    const days = Math.abs(offset) === 1 ? "working day" : "working days";
    entries.push({ label: "Moved by", value: `${Math.abs(offset)} ${days} ${offset > 0 ? "later" : "earlier"}` });
  }
  return entries;
}

function optional(label: string, value: string | null, words = (text: string) => text): Entry[] {
  return value === null || value === "" ? [] : [{ label, value: words(value) }];
}

/** `calendar`: the name of the one that it follows; "" where that is not known. */
export function configurationOf(task: Task, calendar = ""): Entry[] {
  const utc = (at: string) => `${formatUtc(at)} UTC`;
  return [
    { label: "Schedule", value: task.schedule },
    { label: "Timezone", value: task.timezone },
    ...workingDays(task, calendar),
    { label: "Priority", value: `${task.priority} (1 is the most urgent, 100 the least)`, usual: task.priority === 50 },
    ...optional("Starts", task.starts_at, utc),
    ...optional("Ends", task.ends_at, utc),
    ...(task.jitter_s > 0 ? [{ label: "Spread", value: `up to ${formatSeconds(task.jitter_s)} after its slot` }] : []),
    { label: "Overlap", value: overlaps[task.overlap] ?? task.overlap, usual: task.overlap === "skip" },
    { label: "After downtime", value: catchUps[task.catch_up] ?? task.catch_up, usual: task.catch_up === "latest" },
    { label: "Time limit", value: task.timeout_s > 0 ? formatSeconds(task.timeout_s) : "none", usual: task.timeout_s === 0 },
    retries(task),
    {
      label: "Switched off",
      value: task.failures_max > 0 ? `after ${task.failures_max} failures in a row` : "never by failures",
      usual: task.failures_max === 0,
    },
    ...optional("Owner", task.owner),
    ...optional("Tags", task.tags),
    ...optional("Queue", task.queue === "default" ? "" : task.queue),
    {
      label: "Last changed",
      value: `${utc(task.updated_at)}${task.updated_by ? ` by ${task.updated_by}` : ""}, version ${task.version}`,
      usual: true,
    },
  ];
}
