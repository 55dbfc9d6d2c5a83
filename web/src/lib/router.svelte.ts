// The page's address as state. Filters live in the query, so that a view can be sent to a colleague.
import { queryString, type Params } from "./api";

class Router {
  path = $state(location.pathname);
  query = $state(new URLSearchParams(location.search));

  constructor() {
    addEventListener("popstate", () => this.read());
  }

  get(name: string): string {
    return this.query.get(name) ?? "";
  }

  /** Changes the address in place: no new entry in the browser's history. */
  replaceQuery(params: Params): void {
    history.replaceState(null, "", location.pathname + queryString(params));
    this.read();
  }

  navigate(path: string): void {
    history.pushState(null, "", path);
    this.read();
    scrollTo(0, 0);
  }

  private read(): void {
    this.path = location.pathname;
    this.query = new URLSearchParams(location.search);
  }
}

export const router = new Router();
