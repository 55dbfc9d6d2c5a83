// What Today shows, read together and read again when something happened. Each part may fail by
// itself: the others stay.
import { get, type Page, type Run, type Task } from "./api";
import { durationsOf, latenessMs, percentile } from "./figures";
import type { Changes } from "./live";
import { Names } from "./names.svelte";
import { Resource } from "./resource.svelte";

export interface Minute {
  at: string;
  succeeded: number;
  failed: number;
  skipped: number;
  lateness_p99_ms: number | null;
}

interface Recent {
  task_id: number;
  runs: Pick<Run, "id" | "status" | "duration_ms">[];
}

const soonMs = 700;
const lateMs = 1000;
const shown = 8;
const recentRuns = 100;

const signalled = <T>(path: string, params = {}) => (signal: AbortSignal) => get<T>(path, params, signal);

export class Today {
  readonly running = new Resource(signalled<Page<Run>>("/runs", { status: "running", limit: 50 }), 250);
  readonly due = new Resource(
    signalled<Page<Task>>("/tasks", { active: true, sort: "next_scheduled_at", limit: 12 }), soonMs);
  readonly failing = new Resource(signalled<Page<Task>>("/tasks", { failing: true, limit: shown }), soonMs);
  readonly paused = new Resource(signalled<Page<Task>>("/tasks", { paused: true, limit: shown }), 5000);
  readonly recent = new Resource(signalled<Page<Run>>("/runs", { skipped: false, limit: recentRuns }), 1500);
  readonly activity = new Resource(signalled<{ minutes: Minute[] }>("/activity"), 10_000);
  readonly all = new Resource(signalled<Page<Task>>("/tasks", { limit: 1 }), 5000);
  readonly names = new Names();
  usual = $state.raw<ReadonlyMap<number, number>>(new Map());
  private readonly asked = new Set<number>();

  readonly late = $derived(
    (this.recent.value?.items ?? []).filter((run) => (latenessMs(run) ?? 0) > lateMs).slice(0, shown),
  );

  start(): () => void {
    this.readAll();
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") this.activity.refresh();
    }, 15_000);
    return () => clearInterval(timer);
  }

  readAll(): void {
    for (const each of [this.running, this.due, this.failing, this.paused, this.recent, this.activity, this.all]) {
      each.refresh();
    }
  }

  onChanges(changes: Changes): void {
    if (changes.runs.length > 0) {
      this.running.refresh();
      this.recent.refresh();
      this.activity.refresh();
    }
    if (changes.tasks.length + changes.removed.length > 0) {
      this.due.refresh();
      this.failing.refresh();
    }
    if (changes.edited.length + changes.removed.length > 0) {
      this.paused.refresh();
      this.all.refresh();
    }
  }

  /** How long the tasks that are running usually take; each asked about once. */
  async learnUsual(tasks: readonly number[]): Promise<void> {
    const missing = [...new Set(tasks)].filter((id) => !this.asked.has(id)).slice(0, 100);
    if (missing.length === 0) return;
    for (const id of missing) this.asked.add(id);
    try {
      const answer = await get<{ items: Recent[] }>("/runs/recent", { tasks: missing.join(","), each: 30 });
      const known = new Map(this.usual);
      for (const { task_id, runs } of answer.items) {
        const middle = percentile(durationsOf(runs), 0.5);
        if (middle !== null) known.set(task_id, middle);
      }
      this.usual = known;
    } catch {
      for (const id of missing) this.asked.delete(id);
    }
  }
}
