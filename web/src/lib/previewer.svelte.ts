// What a change would do, asked for while somebody is still deciding: a moment after the last
// change of mind, and never an older answer over a newer one.
import { ApiError, send } from "./api";
import type { Preview } from "./calendars";
import { isAbort } from "./resource.svelte";

export class Previewer {
  value = $state.raw<Preview | null>(null);
  error = $state.raw<ApiError | null>(null);
  asking = $state(false);
  private timer: ReturnType<typeof setTimeout> | undefined;
  private request: AbortController | undefined;
  private asked = "";

  constructor(private readonly quietMs = 350) {}

  /** The same question again is not asked twice; `null`: there is nothing to ask. */
  ask(path: string, body: unknown | null): void {
    const question = body === null ? "" : `${path} ${JSON.stringify(body)}`;
    if (question === this.asked) return;
    this.asked = question;
    this.stop();
    this.error = null;
    if (body === null) {
      this.value = null;
      this.asking = false;
      return;
    }
    this.asking = true;
    this.timer = setTimeout(() => void this.askNow(path, body), this.quietMs);
  }

  forget(): void {
    this.ask("", null);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.request?.abort();
  }

  private async askNow(path: string, body: unknown): Promise<void> {
    const request = new AbortController();
    this.request = request;
    try {
      this.value = await send<Preview>("POST", path, body, { signal: request.signal });
      this.error = null;
    } catch (error) {
      if (isAbort(error)) return;
      this.value = null;
      this.error = error instanceof ApiError ? error : new ApiError(0, String(error));
    }
    if (this.request === request) this.asking = false;
  }
}
