// The list of tasks on the page: which ones are asked for, the rows, and how changes reach them.
import { ApiError, get, type Page, type Task } from "./api";
import type { Changes } from "./live";
import { appendRows, hasNewcomer, idsToRefresh, mergeRows, withoutRows } from "./rows";
import { throttle } from "./throttle";

export const pageSize = 50;
const laterPageSize = 200;
/** So many rows are kept; whoever wants others says which. */
export const rowsMax = 20_000;
/** A list longer than this is not read anew by itself: it says that it is old. */
const followedMax = 600;
const reloadMs = 1000;
const idsMax = 200;
const quietMs = 1600;
/** Orders that running tasks change by themselves. */
const movingOrders = ["next_scheduled_at", "executed_at", "failure_count"];

export interface TaskFilter {
  search: string;
  active: "" | "true" | "false";
  failing: boolean;
  sort: string;
}

export class TaskList {
  filter = $state.raw<TaskFilter>({ search: "", active: "", failing: false, sort: "id" });
  rows = $state.raw<Task[]>([]);
  total = $state<number | null>(null);
  nextCursor = $state<string | null>(null);
  loaded = $state(false);
  loadingMore = $state(false);
  error = $state<ApiError | null>(null);
  /** The list is long and others may belong into it by now. */
  stale = $state(false);
  /** Rows that changed a moment ago, to be shown so. */
  changed = $state.raw<ReadonlySet<number>>(new Set());

  private request: AbortController | undefined;
  private readonly reloadSoon = throttle(() => this.follow(), reloadMs);
  private readonly dirty = new Set<number>();
  private refreshing = false;
  private loading = false;
  private again = false;

  apply(filter: TaskFilter): void {
    this.filter = filter;
    void this.load(pageSize);
  }

  /** Reads what is shown once more: all pages of a short list, the beginning of a long one. */
  async reload(): Promise<void> {
    await this.load(this.rows.length > followedMax ? pageSize : Math.max(pageSize, this.rows.length));
  }

  /** Unknown what has changed. A slow answer is waited for: asking anew would never let one come. */
  onReset(): void {
    if (this.loading) this.again = true;
    else void this.reload();
  }

  private follow(): void {
    if (this.rows.length > followedMax) this.stale = true;
    else this.onReset();
  }

  async loadMore(): Promise<void> {
    if (this.nextCursor === null || this.loadingMore || this.rows.length >= rowsMax) return;
    this.loadingMore = true;
    const request = this.request;
    try {
      const page = await this.fetchPage(laterPageSize, this.nextCursor, request?.signal);
      if (this.request !== request) return; // another list has been asked for
      this.rows = appendRows(this.rows, page.items);
      const { stale } = this;
      this.take(page);
      this.stale = stale;
    } catch (error) {
      this.fail(error);
    } finally {
      this.loadingMore = false;
    }
  }

  onChanges(changes: Changes): void {
    if (changes.removed.length > 0) {
      const before = this.rows.length;
      this.rows = withoutRows(this.rows, changes.removed);
      if (this.total !== null) this.total -= before - this.rows.length;
    }
    const ids = idsToRefresh(this.rows, changes);
    const moving = movingOrders.includes(this.filter.sort.replace("-", ""));
    if (hasNewcomer(this.rows, changes) || (moving && ids.length > 0)) this.reloadSoon();
    for (const id of ids) this.dirty.add(id);
    void this.refreshDirty();
  }

  // One request at a time; what changes meanwhile goes into the next.
  private async refreshDirty(): Promise<void> {
    if (this.refreshing || this.dirty.size === 0) return;
    this.refreshing = true;
    const ids = [...this.dirty].slice(0, idsMax);
    for (const id of ids) this.dirty.delete(id);
    try {
      const page = await get<Page<Task>>("/tasks", { ids: ids.join(",") });
      this.show(page.items);
    } catch {
      // Lost connection: the stream's return brings the changes again.
    } finally {
      this.refreshing = false;
    }
    void this.refreshDirty();
  }

  private show(fresh: Task[]): void {
    this.rows = mergeRows(this.rows, fresh);
    const ids = fresh.map((task) => task.id);
    this.changed = new Set([...this.changed, ...ids]);
    setTimeout(() => {
      const rest = new Set(this.changed);
      for (const id of ids) rest.delete(id);
      this.changed = rest;
    }, quietMs);
  }

  private async load(count: number): Promise<void> {
    this.request?.abort();
    const request = new AbortController();
    this.request = request;
    this.loading = true;
    this.again = false;
    try {
      let page = await this.fetchPage(Math.min(count, idsMax), null, request.signal);
      let rows = page.items;
      while (rows.length < count && page.next_cursor !== null) {
        page = await this.fetchPage(idsMax, page.next_cursor, request.signal);
        rows = appendRows(rows, page.items);
      }
      this.rows = rows;
      this.take(page);
    } catch (error) {
      this.fail(error);
    } finally {
      if (this.request === request) {
        this.loading = false;
        if (this.again) this.reloadSoon();
      }
    }
  }

  private fetchPage(limit: number, cursor: string | null, signal?: AbortSignal) {
    const { search, active, failing, sort } = this.filter;
    const params = { search, active, failing: failing || null, sort, limit, cursor };
    return get<Page<Task>>("/tasks", params, signal);
  }

  private take(page: Page<Task>): void {
    this.nextCursor = page.next_cursor;
    this.total = page.total;
    this.loaded = true;
    this.error = null;
    this.stale = false;
  }

  private fail(error: unknown): void {
    if (error instanceof DOMException) return; // a newer question has been asked
    this.error = error instanceof ApiError ? error : new ApiError(0, String(error));
  }
}
