// The stream of changes from the server. The browser reconnects by itself and says what it has seen
// last; the server sends what was missed, or "reset" when that is too long ago.

export interface Changes {
  tasks: number[];
  edited: number[];
  removed: number[];
  runs: number[];
  outputs: number[];
}

export type Connection = "connecting" | "live" | "lost";

export interface LiveHandlers {
  connection(state: Connection): void;
  changes(changes: Changes): void;
  /** Read everything anew: too much has happened, or it is unknown what. */
  reset(): void;
}

// A stream that is refused (too many pages listen) is asked for less and less often.
const retryMs = 2000;
const retryMaxMs = 30_000;

/** Opens the stream; the returned function closes it. */
export function listen(handlers: LiveHandlers, url = "/api/v1/events"): () => void {
  let source: EventSource | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let everLive = false;
  let waitMs = retryMs;

  function open(afterFailure: boolean): void {
    source = new EventSource(url);
    source.addEventListener("hello", () => {
      // What was read before the stream began may be old already; and after a failure that ended
      // the stream for good, the browser has forgotten what it had seen.
      if (afterFailure || !everLive) handlers.reset();
      afterFailure = false;
      everLive = true;
      waitMs = retryMs;
      handlers.connection("live");
    });
    source.addEventListener("changes", (event) => {
      handlers.changes(JSON.parse((event as MessageEvent<string>).data) as Changes);
    });
    source.addEventListener("reset", () => handlers.reset());
    source.addEventListener("error", () => {
      handlers.connection(everLive ? "lost" : "connecting");
      if (source?.readyState === EventSource.CLOSED) {
        retry = setTimeout(() => open(true), waitMs);
        waitMs = Math.min(waitMs * 2, retryMaxMs);
      }
    });
  }

  open(false);
  return () => {
    clearTimeout(retry);
    source?.close();
  };
}
