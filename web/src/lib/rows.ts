// What a change means for the rows on the page. Pure functions over arrays.
import type { Changes } from "./live";

export interface Identified {
  id: number;
}

/** The rows that must be read again: changed and shown. */
export function idsToRefresh(rows: readonly Identified[], changes: Changes): number[] {
  const changed = new Set(changes.tasks);
  return rows.filter((row) => changed.has(row.id)).map((row) => row.id);
}

/** Whether somebody edited a task that is not shown: it may be new, or belong here now. */
export function hasNewcomer(rows: readonly Identified[], changes: Changes): boolean {
  const shown = new Set(rows.map((row) => row.id));
  return changes.edited.some((id) => !shown.has(id));
}

/** Replaces rows in place by their fresh forms; nothing moves. */
export function mergeRows<Row extends Identified>(
  rows: readonly Row[],
  fresh: readonly Row[],
): Row[] {
  const byId = new Map(fresh.map((row) => [row.id, row]));
  return rows.map((row) => byId.get(row.id) ?? row);
}

export function withoutRows<Row extends Identified>(
  rows: readonly Row[],
  ids: readonly number[],
): Row[] {
  const gone = new Set(ids);
  return rows.filter((row) => !gone.has(row.id));
}

/** Appends a page; a row that moved here from an earlier page is not shown twice. */
export function appendRows<Row extends Identified>(
  rows: readonly Row[],
  more: readonly Row[],
): Row[] {
  const shown = new Set(rows.map((row) => row.id));
  return [...rows, ...more.filter((row) => !shown.has(row.id))];
}
