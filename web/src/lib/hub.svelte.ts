// The one stream of changes of this page, and who wants to hear of them.
import { listen, type Changes, type Connection } from "./live";

export interface Listener {
  changes(changes: Changes): void;
  /** Read everything anew: too much has happened, or it is unknown what. */
  reset(): void;
}

class Hub {
  connection = $state<Connection>("connecting");
  private readonly listeners = new Set<Listener>();

  start(): () => void {
    return listen({
      connection: (state) => (this.connection = state),
      changes: (changes) => this.listeners.forEach((each) => each.changes(changes)),
      reset: () => this.listeners.forEach((each) => each.reset()),
    });
  }

  /** Listens until the returned function is called; made for the end of an $effect or onMount. */
  subscribe(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

export const hub = new Hub();
