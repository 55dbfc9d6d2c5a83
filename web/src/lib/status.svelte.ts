// How the server is, asked for now and then while somebody looks.
import { get, type Status } from "./api";
import { clock } from "./clock.svelte";
import { throttle } from "./throttle";

const pollMs = 5000;
const soonestMs = 1000;

class ServerStatus {
  value = $state<Status | null>(null);
  /** Asks soon: something has changed. */
  readonly refresh = throttle(() => void this.load(), soonestMs);

  start(): () => void {
    this.refresh();
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") this.refresh();
    }, pollMs);
    return () => clearInterval(timer);
  }

  private async load(): Promise<void> {
    try {
      this.value = await get<Status>("/status");
      clock.adjust(this.value.now);
    } catch {
      // The live dot says already that the server is away; the last figures stay.
    }
  }
}

export const status = new ServerStatus();
