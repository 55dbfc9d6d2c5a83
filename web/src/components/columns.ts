// The table's columns: the original's in the original's order (what was before what will be), and
// two of our own that /tasks shows as well.

export interface Column {
  id: string;
  label: string;
  /** What the server sorts by; none: it cannot. */
  sort?: string;
  numeric?: boolean;
  /** Not among the original's: /dynamic-task does not have it. */
  own?: boolean;
  /** Shown on /tasks until somebody chooses otherwise. */
  usual?: boolean;
  /** Pixels it must have, and its share of what is left. */
  width: number;
  share: number;
}

export const allColumns: readonly Column[] = [
  { id: "state", label: "Status", own: true, usual: true, width: 98, share: 0 },
  { id: "id", label: "ID", sort: "id", numeric: true, usual: true, width: 46, share: 0 },
  { id: "type", label: "Type", sort: "type", usual: true, width: 118, share: 1 },
  { id: "name", label: "Name", sort: "name", usual: true, width: 158, share: 3 },
  { id: "schedule", label: "Schedule", usual: true, width: 124, share: 1 },
  { id: "working-days", label: "Working Days", usual: true, width: 66, share: 0 },
  { id: "timezone", label: "Timezone", width: 100, share: 0 },
  { id: "priority", label: "Priority", sort: "priority", numeric: true, width: 62, share: 0 },
  { id: "active", label: "Active", width: 58, share: 0 },
  { id: "metadata", label: "Metadata", width: 112, share: 2 },
  { id: "executed", label: "Last Executed (UTC)", sort: "executed_at", usual: true, width: 138, share: 0 },
  { id: "execution-time", label: "Execution Time", numeric: true, usual: true, width: 78, share: 0 },
  { id: "recent", label: "Last runs", own: true, usual: true, width: 96, share: 0 },
  { id: "last-result", label: "Last Result", usual: true, width: 118, share: 3 },
  { id: "next", label: "Next Scheduled (UTC)", sort: "next_scheduled_at", usual: true, width: 138, share: 0 },
  { id: "failures", label: "Failures", sort: "failure_count", numeric: true, usual: true, width: 66, share: 0 },
];

export const classicColumns = allColumns.filter((column) => column.own !== true);
export const usualColumns = allColumns.filter((column) => column.usual === true);

/** "id,name,next" in the table's own order; none or nonsense: the usual ones. The name stays. */
export function chosenColumns(text: string): readonly Column[] {
  const wanted = new Set(text.split(","));
  const chosen = allColumns.filter((column) => wanted.has(column.id) || column.id === "name");
  return chosen.length > 1 ? chosen : usualColumns;
}

export function columnsText(columns: readonly Column[]): string {
  const text = columns.map((column) => column.id).join(",");
  return text === usualColumns.map((column) => column.id).join(",") ? "" : text;
}

/** The sort that a click on a column's header asks for: up, then down, then up again. */
export function nextSort(current: string, column: string): string {
  return current === column ? `-${column}` : column;
}

export function ariaSort(current: string, column?: string): "ascending" | "descending" | undefined {
  if (column === undefined) return undefined;
  if (current === column) return "ascending";
  return current === `-${column}` ? "descending" : undefined;
}
