// What a run printed, read from the server piece by piece: as much as is there, and more when the
// server says that there is more. One question at a time.
import { ApiError, get, type Output } from "./api";
import { OutputLines } from "./output-lines";

const bytesAtOnce = 256 << 10;

export class RunOutput {
  /** Grows with every piece: what is drawn depends on it. */
  revision = $state(0);
  reading = $state(false);
  loaded = $state(false);
  error = $state.raw<ApiError | null>(null);
  readonly lines = new OutputLines();
  private after = -1;
  private again = false;
  private stopped = false;

  constructor(private readonly runId: number) {}

  /** Reads what came since the last time. */
  async more(): Promise<void> {
    if (this.reading) {
      this.again = true;
      return;
    }
    this.reading = true;
    try {
      do {
        this.again = false;
        while (!this.stopped && (await this.readPiece()));
      } while (this.again && !this.stopped);
      this.error = null;
      this.loaded = true;
    } catch (error) {
      this.error = error instanceof ApiError ? error : new ApiError(0, String(error));
    } finally {
      this.reading = false;
    }
  }

  stop(): void {
    this.stopped = true;
  }

  private async readPiece(): Promise<boolean> {
    const params = { after: this.after < 0 ? null : this.after, bytes: bytesAtOnce };
    const output = await get<Output>(`/runs/${this.runId}/output`, params);
    if (output.chunks.length === 0) return false;
    for (const chunk of output.chunks) this.lines.add(chunk);
    this.after = output.next_after;
    this.revision += 1;
    return true;
  }
}
