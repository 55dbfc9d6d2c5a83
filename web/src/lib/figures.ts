// Percentiles of durations, and how runs stand. Pure functions.
import type { Run, RunStatus } from "./api";

/** Nearest rank: the smallest value that at least `share` of all values do not exceed. */
export function percentile(values: readonly number[], share: number): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const rank = Math.max(1, Math.ceil(share * sorted.length));
  return sorted[rank - 1] ?? null;
}

export function durationsOf(runs: readonly Pick<Run, "status" | "duration_ms">[]): number[] {
  return runs
    .filter((run) => run.status === "succeeded" && run.duration_ms !== null)
    .map((run) => run.duration_ms as number);
}

export function isFinal(status: RunStatus): boolean {
  return !["queued", "claimed", "running"].includes(status);
}

export function isFailure(status: RunStatus | ""): boolean {
  return status === "failed" || status === "timed_out" || status === "lost";
}

export function statusWord(status: string): string {
  return status.replaceAll("_", " ");
}

/** How long after its slot (or, for a retry, after it could begin) a run started; null: not yet. */
export function latenessMs(run: Pick<Run, "started_at" | "scheduled_for" | "available_at">): number | null {
  if (run.started_at === null) return null;
  const due = Math.max(Date.parse(run.scheduled_for), Date.parse(run.available_at));
  return Math.max(0, Date.parse(run.started_at) - due);
}

const causes: Record<string, string> = {
  schedule: "its schedule",
  manual: "asked for by hand",
  api: "asked for over the API",
  retry: "retry after a failure",
  catch_up: "catching up on a missed slot",
};

export function causeWords(cause: string): string {
  return causes[cause] ?? cause;
}

/** The largest of "nice" numbers not below: 1, 2, 5, 10, 20 ... */
export function niceCeiling(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  for (const step of [1, 2, 5, 10]) {
    if (value <= step * power) return step * power;
  }
  return 10 * power;
}
