// A list of runs, newest first, that grows at its top as runs come and at its end as one reads on.
import { ApiError, get, type Page, type Params, type Run } from "./api";
import type { Changes } from "./live";
import { isAbort } from "./resource.svelte";
import { throttle } from "./throttle";

const reloadMs = 700;
/** So many pages of a filtered list may come empty before it gives up looking further back. */
const emptyPagesMax = 5;

export class RunList {
  rows = $state.raw<Run[]>([]);
  nextCursor = $state<string | null>(null);
  loaded = $state(false);
  loadingMore = $state(false);
  error = $state.raw<ApiError | null>(null);
  /** Asks again soon; a slow answer is waited for, or none would ever come. */
  readonly refresh = throttle(() => {
    if (this.busy) this.again = true;
    else void this.load();
  }, reloadMs);
  private request: AbortController | undefined;
  private busy = false;
  private again = false;

  constructor(
    private path: string,
    private params: Params,
    private readonly pageSize = 50,
  ) {}

  ask(path: string, params: Params): void {
    this.path = path;
    this.params = params;
    this.rows = [];
    this.loaded = false;
    void this.load();
  }

  /** Whether the changes touch this list: a run of its task, or any run when it shows all tasks. */
  isTouchedBy(changes: Changes, taskId?: number): boolean {
    return taskId === undefined ? changes.runs.length > 0 : changes.tasks.includes(taskId);
  }

  async load(): Promise<void> {
    this.request?.abort();
    const request = new AbortController();
    this.request = request;
    this.busy = true;
    this.again = false;
    try {
      const page = await this.fetchFilled(null, request.signal);
      // What was read further down stays where the new first page reaches it.
      const oldest = page.items.at(-1)?.id ?? 0;
      const known = page.items.length >= this.pageSize ? this.rows.filter((run) => run.id < oldest) : [];
      this.rows = [...page.items, ...known];
      if (known.length === 0) this.nextCursor = page.next_cursor;
      this.loaded = true;
      this.error = null;
    } catch (error) {
      this.fail(error);
    } finally {
      if (this.request === request) {
        this.busy = false;
        if (this.again) this.refresh();
      }
    }
  }

  async loadMore(): Promise<void> {
    if (this.nextCursor === null || this.loadingMore) return;
    this.loadingMore = true;
    try {
      const page = await this.fetchFilled(this.nextCursor);
      const shown = new Set(this.rows.map((run) => run.id));
      this.rows = [...this.rows, ...page.items.filter((run) => !shown.has(run.id))];
      this.nextCursor = page.next_cursor;
    } catch (error) {
      this.fail(error);
    } finally {
      this.loadingMore = false;
    }
  }

  private async fetchFilled(cursor: string | null, signal?: AbortSignal): Promise<Page<Run>> {
    let next = cursor;
    for (let tries = 1; ; tries += 1) {
      const params = { ...this.params, limit: this.pageSize, cursor: next };
      const page = await get<Page<Run>>(this.path, params, signal);
      if (page.items.length > 0 || page.next_cursor === null || tries === emptyPagesMax) return page;
      next = page.next_cursor;
    }
  }

  private fail(error: unknown): void {
    if (isAbort(error)) return;
    this.error = error instanceof ApiError ? error : new ApiError(0, String(error));
  }
}
