// A schedule explained while somebody types it: asks a moment after the last key, never shows an
// older answer over a newer one, and says where a text goes wrong.
import { ApiError, get, type Explanation } from "./api";
import { isAbort } from "./resource.svelte";

const typingMs = 180;

export interface Question {
  expr: string;
  timezone: string;
  working_days_only: boolean;
  on_non_working_day: string;
  working_day_offset: number;
  /** By name; "": not known yet, the default. */
  calendar: string;
  anchor_at?: string | null;
}

export interface ScheduleProblem {
  field: string;
  message: string;
  hint: string;
  column: number | null;
}

export class Explainer {
  value = $state.raw<Explanation | null>(null);
  problem = $state.raw<ScheduleProblem | null>(null);
  asking = $state(false);
  private timer: ReturnType<typeof setTimeout> | undefined;
  private request: AbortController | undefined;

  ask(question: Question): void {
    clearTimeout(this.timer);
    this.request?.abort();
    if (question.expr.trim() === "") {
      this.value = null;
      this.problem = null;
      this.asking = false;
      return;
    }
    this.asking = true;
    this.timer = setTimeout(() => void this.askNow(question), typingMs);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.request?.abort();
  }

  private async askNow(question: Question): Promise<void> {
    const request = new AbortController();
    this.request = request;
    const { working_days_only, working_day_offset, calendar, ...rest } = question;
    const days = working_days_only ? { working_days_only, working_day_offset: working_day_offset || null, calendar } : {};
    try {
      this.value = await get<Explanation>(
        "/schedules/explain",
        { ...rest, ...days, count: 6, skipped: true },
        request.signal,
      );
      this.problem = null;
    } catch (error) {
      if (isAbort(error)) return;
      this.problem = problemOf(error);
    }
    if (this.request === request) this.asking = false;
  }
}

function problemOf(error: unknown): ScheduleProblem {
  if (!(error instanceof ApiError)) return { field: "", message: String(error), hint: "", column: null };
  const field = error.fields.find((each) => each.field === "expr") ?? error.fields[0];
  return {
    field: field?.field ?? "",
    message: field?.message ?? error.message,
    hint: error.hint,
    column: field?.column ?? null,
  };
}
