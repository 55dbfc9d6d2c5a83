// The page's address as state. Filters live in the query, so that a view can be sent to a colleague.
// Links are ordinary links: a click on one of ours changes the page without loading it anew, and
// opening it in a new tab works as everywhere.
import { queryString, type Params } from "./api";
import { findPlace } from "./routes";

class Router {
  path = $state(location.pathname);
  query = $state(new URLSearchParams(location.search));
  readonly place = $derived(findPlace(this.path));
  /** Called after somebody went to another page (not when only the query changed). */
  arrived: () => void = () => undefined;

  constructor() {
    addEventListener("popstate", () => this.read());
    document.addEventListener("click", (event) => this.follow(event));
  }

  get(name: string): string {
    return this.query.get(name) ?? "";
  }

  /** Changes the address in place: no new entry in the browser's history. */
  replaceQuery(params: Params): void {
    history.replaceState(null, "", location.pathname + queryString(params));
    this.read();
  }

  navigate(address: string): void {
    if (address === location.pathname + location.search) return;
    history.pushState(null, "", address);
    this.read();
    scrollTo(0, 0);
  }

  private read(): void {
    const moved = this.path !== location.pathname;
    this.path = location.pathname;
    this.query = new URLSearchParams(location.search);
    if (moved) this.arrived();
  }

  private follow(event: MouseEvent): void {
    const modified = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
    if (event.defaultPrevented || event.button !== 0 || modified) return;
    const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
    if (link === null || link.hasAttribute("target") || link.hasAttribute("download")) return;
    const url = new URL(link.getAttribute("href") ?? "", location.href);
    const here = url.pathname === location.pathname && url.search === location.search;
    if (url.origin !== location.origin || (here && url.hash !== "")) return;
    if (findPlace(url.pathname).page === "nothing") return;
    event.preventDefault();
    this.navigate(url.pathname + url.search);
  }
}

export const router = new Router();
