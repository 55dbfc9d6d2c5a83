// What somebody is about to save: a task's fields as they stand in the form, kept for the case that
// the session ends or the page is left, and compared with what is stored. Pure, but for storage.
import type { Task } from "./api";

/** The fields that people edit; names and meanings are those of the table. */
export interface Draft {
  name: string;
  type: string;
  description: string;
  schedule: string;
  timezone: string;
  working_days_only: boolean;
  on_non_working_day: string;
  calendar_id: number | null;
  working_day_offset: number;
  starts_at: string | null;
  ends_at: string | null;
  jitter_s: number;
  priority: number;
  active: boolean;
  metadata: Record<string, unknown>;
  owner: string;
  tags: string;
  overlap: string;
  catch_up: string;
  catch_up_window_s: number;
  delivery: string;
  timeout_s: number;
  attempts_max: number;
  retry_delay_s: number;
  retry_backoff: string;
  retry_delay_max_s: number;
  failures_max: number;
  keep_runs: number;
  backlog_max: number;
}

export const emptyDraft: Draft = {
  name: "",
  type: "",
  description: "",
  schedule: "",
  timezone: "UTC",
  working_days_only: false,
  on_non_working_day: "skip",
  calendar_id: null,
  working_day_offset: 0,
  starts_at: null,
  ends_at: null,
  jitter_s: 0,
  priority: 50,
  active: true,
  metadata: {},
  owner: "",
  tags: "",
  overlap: "skip",
  catch_up: "latest",
  catch_up_window_s: 86_400,
  delivery: "at_least_once",
  timeout_s: 3600,
  attempts_max: 1,
  retry_delay_s: 30,
  retry_backoff: "exponential",
  retry_delay_max_s: 3600,
  failures_max: 0,
  keep_runs: 0,
  backlog_max: 1,
};

export type DraftField = keyof Draft;
const names = Object.keys(emptyDraft) as DraftField[];

export function draftOf(task: Task): Draft {
  const draft = { ...emptyDraft } as Record<string, unknown>;
  for (const name of names) draft[name] = task[name as keyof Task] ?? draft[name];
  if (typeof draft["metadata"] !== "object") draft["metadata"] = {};
  return draft as unknown as Draft;
}

/** The fields in which two drafts differ, with their values in the second. */
export function changesBetween(before: Draft, after: Draft): Partial<Draft> {
  const changed: Record<string, unknown> = {};
  for (const name of names) {
    if (JSON.stringify(before[name]) !== JSON.stringify(after[name])) changed[name] = after[name];
  }
  return changed as Partial<Draft>;
}

/** Fields that decide when a task runs. */
const timing: readonly DraftField[] = [
  "schedule", "timezone", "working_days_only", "on_non_working_day", "calendar_id", "working_day_offset", "starts_at", "ends_at", "active",
];

/** What of some changes decides when the task runs; null: nothing of it. */
export function timingOf(changes: Partial<Draft>): Partial<Draft> | null {
  const found = Object.entries(changes).filter(([name]) => timing.includes(name as DraftField));
  return found.length === 0 ? null : (Object.fromEntries(found) as Partial<Draft>);
}

const kept = new Set(["id", "version", "created_at", "updated_at", "updated_by", "anchor_at"]);
const standing = new Set(["next_scheduled_at", "executed_at", "execution_time_ms", "last_status", "last_result", "failure_count", "schedule_error"]);

/** The names of what somebody changed about a task, pauses included; how its runs went is left out. */
export function changedFields(before: object, after: object): string[] {
  const text = (task: object, name: string) => JSON.stringify((task as Record<string, unknown>)[name] ?? null);
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => !kept.has(name) && !standing.has(name) && text(before, name) !== text(after, name),
  );
}

/** In words, for a list of differences. */
export function valueText(value: unknown): string {
  if (value === "" || value === null || value === undefined) return "nothing";
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

const keyOf = (id: number | null) => `rota-draft-${id ?? "new"}`;

/** Keeps a draft in this tab until it is saved or thrown away. */
export function keepDraft(id: number | null, draft: Draft, version: number, storage: Storage = sessionStorage): void {
  try {
    storage.setItem(keyOf(id), JSON.stringify({ draft, version }));
  } catch {
    // A full or forbidden storage: the form itself still has it.
  }
}

export function keptDraft(id: number | null, storage: Storage = sessionStorage): { draft: Draft; version: number } | null {
  try {
    const kept = JSON.parse(storage.getItem(keyOf(id)) ?? "null") as { draft: Draft; version: number } | null;
    return kept === null ? null : { draft: { ...emptyDraft, ...kept.draft }, version: kept.version };
  } catch {
    return null;
  }
}

export function dropDraft(id: number | null, storage: Storage = sessionStorage): void {
  try {
    storage.removeItem(keyOf(id));
  } catch {
    // Nothing was kept then either.
  }
}
