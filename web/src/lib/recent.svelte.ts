// The last runs of the tasks that are in sight, asked for many at a time.
import { get, type RunStatus } from "./api";
import { throttle } from "./throttle";

export interface RecentRun {
  id: number;
  status: RunStatus;
  duration_ms: number | null;
}

const askMs = 400;
const tasksMax = 100;
const keptMax = 2000;

export class RecentRuns {
  byTask = $state.raw<ReadonlyMap<number, readonly RecentRun[]>>(new Map());
  private readonly wanted = new Set<number>();
  private asking = false;
  private readonly askSoon = throttle(() => void this.ask(), askMs);

  /** They are in sight: what is unknown of them is asked for. */
  show(tasks: readonly number[]): void {
    const unknown = tasks.filter((task) => !this.byTask.has(task));
    this.want(unknown);
  }

  /** Something happened to them: what is known of them is asked for anew. */
  touch(tasks: readonly number[]): void {
    this.want(tasks.filter((task) => this.byTask.has(task)));
  }

  private want(tasks: readonly number[]): void {
    if (tasks.length === 0) return;
    for (const task of tasks) this.wanted.add(task);
    this.askSoon();
  }

  private async ask(): Promise<void> {
    if (this.asking || this.wanted.size === 0) return;
    this.asking = true;
    const tasks = [...this.wanted].slice(0, tasksMax);
    for (const task of tasks) this.wanted.delete(task);
    try {
      const answer = await get<{ items: { task_id: number; runs: RecentRun[] }[] }>("/runs/recent", {
        tasks: tasks.join(","),
      });
      const known = [...this.byTask].slice(-keptMax);
      this.byTask = new Map([...known, ...answer.items.map((item) => [item.task_id, item.runs] as const)]);
    } catch {
      // Asked for again when they change or come into sight.
    } finally {
      this.asking = false;
    }
    if (this.wanted.size > 0) this.askSoon();
  }
}
