// The server's time, ticking: countdowns must not depend on how this machine's clock is set.
const tickMs = 1000;

class ServerClock {
  now = $state(Date.now());
  private offset = 0;

  constructor() {
    setInterval(() => this.tick(), tickMs);
  }

  /** The server said that it was `now` just then. */
  adjust(now: string): void {
    this.offset = Date.parse(now) - Date.now();
    this.tick();
  }

  private tick(): void {
    this.now = Date.now() + this.offset;
  }
}

export const clock = new ServerClock();
