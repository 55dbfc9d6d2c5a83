// Something read from the server, and read again when it changed: its value, its error, and never an
// older answer over a newer one. What was shown stays while the new answer is on its way.
import { ApiError } from "./api";
import { throttle } from "./throttle";

export class Resource<T> {
  value = $state.raw<T | null>(null);
  error = $state.raw<ApiError | null>(null);
  loaded = $state(false);
  /** Asks again soon, once for all that is said meanwhile. */
  readonly refresh: () => void;
  private request: AbortController | undefined;
  private stopped = false;
  private busy = false;
  private again = false;
  private question: (signal: AbortSignal) => Promise<T>;

  constructor(question: (signal: AbortSignal) => Promise<T>, soonestMs = 300) {
    this.question = question;
    // A slow answer is waited for: asking anew each time would never let one come.
    this.refresh = throttle(() => {
      if (this.busy) this.again = true;
      else if (!this.stopped) void this.load();
    }, soonestMs);
  }

  /** Another question: the old answer is forgotten. */
  reask(question: (signal: AbortSignal) => Promise<T>): void {
    this.value = null;
    this.error = null;
    this.loaded = false;
    this.ask(question);
  }

  /** Another question of the same kind: the old answer stays until the new one has come. */
  ask(question: (signal: AbortSignal) => Promise<T>): void {
    this.question = question;
    this.stopped = false;
    void this.load();
  }

  async load(): Promise<void> {
    this.request?.abort();
    const request = new AbortController();
    this.request = request;
    this.busy = true;
    this.again = false;
    try {
      const value = await this.question(request.signal);
      if (this.request !== request) return;
      this.value = value;
      this.error = null;
      this.loaded = true;
    } catch (error) {
      if (this.request !== request || isAbort(error)) return;
      this.error = error instanceof ApiError ? error : new ApiError(0, String(error));
    } finally {
      if (this.request === request) {
        this.busy = false;
        if (this.again) this.refresh();
      }
    }
  }

  /** Nobody looks at it any more. */
  stop(): void {
    this.stopped = true;
    this.request?.abort();
    this.request = undefined;
    this.busy = false;
  }
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
