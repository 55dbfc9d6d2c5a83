// The server's answers as types, and one function that asks. Field names are those of docs/api.md.

export type RunStatus =
  | "queued"
  | "claimed"
  | "running"
  | "succeeded"
  | "failed"
  | "timed_out"
  | "cancelled"
  | "lost"
  | "skipped";

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
  calendar_id: number | null;
  on_non_working_day: string;
  working_day_offset?: number;
  paused_until: string | null;
  pause_reason: string;
  description: string;
  owner: string;
  tags: string;
  queue: string;
  starts_at: string | null;
  ends_at: string | null;
  anchor_at: string | null;
  jitter_s: number;
  catch_up: string;
  catch_up_window_s: number;
  overlap: string;
  delivery: string;
  timeout_s: number;
  attempts_max: number;
  retry_delay_s: number;
  retry_backoff: string;
  retry_delay_max_s: number;
  failures_max: number;
  keep_runs: number;
  backlog_max: number;
  dst_gap: string | null;
  dst_overlap: string | null;
  version: number;
  created_at: string;
  updated_at: string;
  updated_by: string;
  next_scheduled_at: string | null;
  executed_at: string | null;
  execution_time_ms: number | null;
  last_status: RunStatus | "";
  last_result: string;
  failure_count: number;
  schedule_error: string;
  /** One sentence where something should be changed; only of a task that is asked for by itself. */
  advice?: string;
}

/** A task that is gone and whose history may still be there. */
export interface RemovedTask {
  id: number;
  name: string;
  type: string;
  removed_at: string;
  removed_by: string;
}

export interface Run {
  id: number;
  task_id: number;
  task_version: number;
  scheduled_for: string;
  cause: string;
  status: RunStatus;
  reason: string;
  attempt: number;
  first_run_id: number | null;
  priority: number;
  available_at: string;
  node_id: number | null;
  fence: number;
  started_at: string | null;
  finished_at: string | null;
  duration_ms: number | null;
  result: string;
  error: string;
  output_bytes: number;
  metadata: unknown;
  requested_by: string;
}

export interface OutputChunk {
  seq: number;
  /** 1 standard output, 2 standard error, 0 Rota's own remarks. */
  stream: number;
  text: string;
}

export interface Output {
  chunks: OutputChunk[];
  next_after: number;
}

export interface Handler {
  type: string;
  summary: string;
  blocking: boolean;
  metadata_schema: unknown;
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
    /** Slots up to then are decided: the clock showed that time before it was set back. */
    clock_set_back?: { decided_until: string; tasks: number } | null;
  };
}

export interface Slot {
  at: string;
  local: string;
  utc_offset: string;
  zone_abbreviation: string;
  notes: string[];
  /** False for slots that a working-day rule takes away; `reason` says why. */
  runs?: boolean;
  reason?: string;
  /** How many of that date do not run. */
  slots?: number;
}

export interface Explanation {
  expr: string;
  timezone: string;
  format: string;
  description: string;
  counts_from_finish: boolean;
  runs_at_start: boolean;
  pitfalls: string[];
  slots: Slot[];
}

export interface FieldProblem {
  field: string;
  message: string;
  /** Where in the field's text, from 1. */
  column: number | null;
}

/** An RFC 9457 problem, or a server that could not be reached (status 0). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    detail: string,
    readonly hint: string = "",
    readonly fields: FieldProblem[] = [],
  ) {
    super(detail);
    this.name = "ApiError";
  }

  static async of(response: Response): Promise<ApiError> {
    try {
      const body = (await response.json()) as {
        detail?: string;
        hint?: string;
        errors?: FieldProblem[];
      };
      const detail = body.detail ?? response.statusText;
      return new ApiError(response.status, detail, body.hint ?? "", body.errors ?? []);
    } catch {
      return new ApiError(response.status, response.statusText);
    }
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

/** What the session (account/session.svelte.ts) brings to every request. */
export const hooks = {
  csrfToken: (): string => "",
  /** Resolves once somebody has signed in again; none: a 401 is an error like any other. */
  signInAgain: undefined as (() => Promise<void>) | undefined,
};

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

async function ask(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(`/api/v1${path}`, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError(0, "The server cannot be reached.");
  }
}

/**
 * Sends one request. When the session has ended meanwhile it waits until somebody has signed in
 * again, and then sends the same once more. `body` becomes JSON, or with `contentType` goes out as
 * the text that it is; `headers` such as If-Match.
 */
export async function send<T>(
  method: Method,
  path: string,
  body?: unknown,
  options: { headers?: Record<string, string>; signal?: AbortSignal; contentType?: string } = {},
): Promise<T> {
  const plain = options.contentType !== undefined;
  const init = (): RequestInit => {
    const headers: Record<string, string> = { ...options.headers };
    if (body !== undefined) headers["Content-Type"] = options.contentType ?? "application/json";
    if (method !== "GET") headers["X-CSRF-Token"] = hooks.csrfToken();
    return {
      method,
      headers,
      body: body === undefined ? null : plain ? String(body) : JSON.stringify(body),
      signal: options.signal ?? null,
    };
  };
  let response = await ask(path, init());
  const own = path === "/session" || path === "/set-up";
  if (response.status === 401 && !own && hooks.signInAgain !== undefined) {
    await hooks.signInAgain();
    response = await ask(path, init());
  }
  if (!response.ok) throw await ApiError.of(response);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

export function get<T>(path: string, params: Params = {}, signal?: AbortSignal): Promise<T> {
  return send<T>("GET", `${path}${queryString(params)}`, undefined, signal === undefined ? {} : { signal });
}
