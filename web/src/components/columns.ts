// The table's columns in the original's order: what was before what will be.

export interface Column {
  id: string;
  label: string;
  /** What the server sorts by; none: it cannot. */
  sort?: string;
  numeric?: boolean;
}

export const columns: readonly Column[] = [
  { id: "id", label: "ID", sort: "id", numeric: true },
  { id: "type", label: "Type", sort: "type" },
  { id: "name", label: "Name", sort: "name" },
  { id: "schedule", label: "Schedule" },
  { id: "working-days", label: "Working Days" },
  { id: "timezone", label: "Timezone" },
  { id: "priority", label: "Priority", sort: "priority", numeric: true },
  { id: "active", label: "Active" },
  { id: "metadata", label: "Metadata" },
  { id: "executed", label: "Last Executed (UTC)", sort: "executed_at" },
  { id: "execution-time", label: "Execution Time", numeric: true },
  { id: "last-result", label: "Last Result" },
  { id: "next", label: "Next Scheduled (UTC)", sort: "next_scheduled_at" },
  { id: "failures", label: "Failures", sort: "failure_count", numeric: true },
];

/** The sort that a click on a column's header asks for: up, then down, then up again. */
export function nextSort(current: string, column: string): string {
  return current === column ? `-${column}` : column;
}

export function ariaSort(current: string, column?: string): "ascending" | "descending" | undefined {
  if (column === undefined) return undefined;
  if (current === column) return "ascending";
  return current === `-${column}` ? "descending" : undefined;
}
