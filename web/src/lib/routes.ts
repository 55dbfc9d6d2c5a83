// The addresses of the page: the one list of them. src/api/routes_page.cc answers each of them with
// the document, and tests/browser opens them all.

export type PageName =
  | "today"
  | "tasks"
  | "dynamic-task"
  | "task"
  | "task-new"
  | "task-edit"
  | "runs"
  | "run"
  | "calendars"
  | "calendar"
  | "nodes"
  | "handlers"
  | "handler"
  | "settings"
  | "users"
  | "tokens"
  | "audit"
  | "api"
  | "nothing";

export interface Place {
  page: PageName;
  /** What stands where the pattern has its ":id"; empty where it has none. */
  id: string;
}

const patterns: readonly (readonly [string, PageName])[] = [
  ["/", "today"],
  ["/dynamic-task", "dynamic-task"],
  ["/tasks", "tasks"],
  ["/tasks/new", "task-new"],
  ["/tasks/:id", "task"],
  ["/tasks/:id/edit", "task-edit"],
  ["/runs", "runs"],
  ["/runs/:id", "run"],
  ["/calendars", "calendars"],
  ["/calendars/:id", "calendar"],
  ["/nodes", "nodes"],
  ["/handlers", "handlers"],
  ["/handlers/:id", "handler"],
  ["/settings", "settings"],
  ["/users", "users"],
  ["/tokens", "tokens"],
  ["/audit", "audit"],
  ["/api/docs", "api"],
];

function match(pattern: string, path: string): string | null {
  const wanted = pattern.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return null;
  let id = "";
  for (const [index, part] of wanted.entries()) {
    const piece = given[index] ?? "";
    if (part === ":id" && piece !== "") id = piece;
    else if (part !== piece) return null;
  }
  return id;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function findPlace(path: string): Place {
  for (const [pattern, page] of patterns) {
    const id = match(pattern, path);
    if (id !== null) return { page, id: decode(id) };
  }
  return { page: "nothing", id: "" };
}

/** The number in an address; null when it is none that the server could have given. */
export function idOf(text: string): number | null {
  const id = /^[1-9][0-9]{0,15}$/.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(id) ? id : null;
}
