// The names of tasks that something on the page mentions, asked for once and many at a time.
import { get, type Page, type Task } from "./api";

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
      this.byId = new Map([...this.byId, ...page.items.map((task) => [task.id, task.name] as const)]);
    } catch {
      for (const id of ids) this.asked.delete(id); // the next list asks again
    }
  }
}
