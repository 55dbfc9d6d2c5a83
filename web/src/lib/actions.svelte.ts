// Doing something and saying how it went: one thing at a time, a failure in words, a success too.
import { ApiError } from "./api";
import { isAbort } from "./resource.svelte";

export class Action {
  busy = $state(false);
  error = $state.raw<ApiError | null>(null);
  done = $state("");

  /** True when it went well; `said` is then shown for a while. */
  async run(work: () => Promise<string>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.error = null;
    this.done = "";
    try {
      this.done = await work();
      return true;
    } catch (error) {
      if (isAbort(error)) return false;
      this.error = error instanceof ApiError ? error : new ApiError(0, String(error));
      return false;
    } finally {
      this.busy = false;
    }
  }
}
