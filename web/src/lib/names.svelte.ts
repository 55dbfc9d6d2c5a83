// The names of tasks that something on the page mentions, asked for once and many at a time.
import { get, type Page, type RemovedTask, type Task } from "./api";

const idsMax = 200;

export class Names {
  byId = $state.raw<ReadonlyMap<number, string>>(new Map());
  private readonly asked = new Set<number>();

  need(ids: readonly number[]): void {
    const missing = [...new Set(ids)].filter((id) => !this.asked.has(id));
    if (missing.length === 0) return;
    for (const id of missing) this.asked.add(id);
    for (let i = 0; i < missing.length; i += idsMax) void this.ask(missing.slice(i, i + idsMax));
  }

  private async ask(ids: readonly number[]): Promise<void> {
    try {
      const page = await get<Page<Task>>("/tasks", { ids: ids.join(",") });
      const found = new Map(page.items.map((task) => [task.id, task.name] as const));
      const gone = ids.filter((id) => !found.has(id));
      if (gone.length > 0) {
        const removed = await get<Page<RemovedTask>>("/removed-tasks", { ids: gone.join(",") });
        for (const task of removed.items) found.set(task.id, `${task.name} (removed)`);
      }
      this.byId = new Map([...this.byId, ...found]);
    } catch {
      for (const id of ids) this.asked.delete(id); // the next list asks again
    }
  }
}
