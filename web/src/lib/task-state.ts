// What one word says about a task, the most urgent first. Pure.
import type { Task } from "./api";
import { isFailure } from "./figures";
import { formatUtc } from "./format";

export interface TaskState {
  word: "Broken" | "Failing" | "Paused" | "Off" | "Overdue" | "Ended" | "New" | "Fine";
  kind: "bad" | "warn" | "off" | "plain" | "good";
  detail: string;
}

/** A slot this far in the past that has not begun is overdue, not merely being started. */
export const overdueMs = 2000;

export function isPaused(task: Task, now: number): boolean {
  return task.paused_until !== null && Date.parse(task.paused_until) > now;
}

/** "until 2026-11-24 09:00:00 UTC", or "until somebody resumes it". */
export function pauseEnd(task: Task): string {
  const until = task.paused_until ?? "";
  return until.startsWith("9999") ? "until somebody resumes it" : `until ${formatUtc(until)} UTC`;
}

export function isOverdue(task: Task, now: number): boolean {
  const next = task.next_scheduled_at;
  return next !== null && task.active && Date.parse(next) < now - overdueMs;
}

export function taskState(task: Task, now: number): TaskState {
  if (task.schedule_error) return { word: "Broken", kind: "bad", detail: task.schedule_error };
  if (isPaused(task, now)) {
    const reason = task.pause_reason ? `: ${task.pause_reason}` : "";
    return { word: "Paused", kind: "off", detail: `Paused ${pauseEnd(task)}${reason}` };
  }
  if (!task.active) return { word: "Off", kind: "off", detail: "Not active: it runs only when asked to" };
  if (task.failure_count > 0 || isFailure(task.last_status)) {
    const times = task.failure_count === 1 ? "once" : `${task.failure_count} times in a row`;
    return { word: "Failing", kind: "bad", detail: `Failed ${times}` };
  }
  if (isOverdue(task, now)) return { word: "Overdue", kind: "warn", detail: "Its slot has passed and it has not begun" };
  if (task.next_scheduled_at === null && task.executed_at !== null) {
    return { word: "Ended", kind: "plain", detail: "It will not run again by itself" };
  }
  if (task.executed_at === null) return { word: "New", kind: "plain", detail: "It has not run yet" };
  return { word: "Fine", kind: "good", detail: "Its last run succeeded" };
}
