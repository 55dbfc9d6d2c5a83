// The server's answers as types, and one function that asks. Field names are those of docs/api.md.

export interface Task {
  id: number;
  type: string;
  name: string;
  schedule: string;
  working_days_only: boolean;
  timezone: string;
  priority: number;
  active: boolean;
  metadata: unknown;
  paused_until: string | null;
  pause_reason: string;
  description: string;
  version: number;
  next_scheduled_at: string | null;
  executed_at: string | null;
  execution_time_ms: number | null;
  last_status: string;
  last_result: string;
  failure_count: number;
  schedule_error: string;
}

export interface Page<Row> {
  items: Row[];
  next_cursor: string | null;
  total: number | null;
}

export interface Status {
  version: string;
  now: string;
  uptime_s: number;
  engine: {
    running: boolean;
    draining: boolean;
    waiting: number;
    ready: number;
    executing: number;
    started: number;
    succeeded: number;
    failed: number;
    lateness_p50_ms: number;
    lateness_p99_ms: number;
  };
}

export interface Slot {
  at: string;
  local: string;
  utc_offset: string;
  zone_abbreviation: string;
  notes: string[];
}

export interface Explanation {
  description: string;
  pitfalls: string[];
  slots: Slot[];
}

/** An RFC 9457 problem, or a server that could not be reached (status 0). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    detail: string,
    readonly hint: string = "",
  ) {
    super(detail);
    this.name = "ApiError";
  }
}

export type Params = Record<string, string | number | boolean | null | undefined>;

/** "?a=1&b=2" of what is set and not empty; "" when nothing is. */
export function queryString(params: Params): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value !== null && value !== undefined && value !== "") search.set(name, String(value));
  }
  const text = search.toString();
  return text === "" ? "" : `?${text}`;
}

async function problemOf(response: Response): Promise<ApiError> {
  try {
    const body = (await response.json()) as { detail?: string; hint?: string };
    return new ApiError(response.status, body.detail ?? response.statusText, body.hint ?? "");
  } catch {
    return new ApiError(response.status, response.statusText);
  }
}

export async function get<T>(path: string, params: Params = {}, signal?: AbortSignal): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`/api/v1${path}${queryString(params)}`, { signal: signal ?? null });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError(0, "The server cannot be reached.");
  }
  if (!response.ok) throw await problemOf(response);
  return (await response.json()) as T;
}
