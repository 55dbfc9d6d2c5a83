// The keyboard: one list of what the keys do, shown by the sheet that "?" opens and obeyed by one
// listener. Single letters never take a key from somebody who is typing.

export interface Shortcut {
  keys: string;
  what: string;
}

export const places: readonly (readonly [string, string, string])[] = [
  ["d", "/", "Today"],
  ["t", "/tasks", "Tasks"],
  ["r", "/runs", "Runs"],
  ["c", "/calendars", "Calendars"],
  ["n", "/nodes", "Nodes"],
  ["h", "/handlers", "Handlers"],
  ["s", "/settings", "Settings"],
  ["u", "/users", "Users"],
  ["a", "/audit", "Audit"],
];

export const shortcuts: readonly { title: string; items: readonly Shortcut[] }[] = [
  {
    title: "Everywhere",
    items: [
      { keys: "?", what: "Show or hide this sheet" },
      { keys: "/", what: "Search" },
      { keys: "j", what: "Next row" },
      { keys: "k", what: "Row before" },
      { keys: "Enter", what: "Open the row" },
      { keys: "Esc", what: "Leave the search, close what is open" },
    ],
  },
  {
    title: "In a calendar's year",
    items: [
      { keys: "← →", what: "Day before, next day" },
      { keys: "↑ ↓", what: "Week before, next week" },
      { keys: "PgUp PgDn", what: "Month before, next month" },
      { keys: "Home End", what: "First, last day of the month" },
      { keys: "Enter", what: "Open the day" },
    ],
  },
  {
    title: "Go to",
    items: places.map(([key, , name]) => ({ keys: `g ${key}`, what: name })),
  },
];

export interface KeyActions {
  go(path: string): void;
  toggleSheet(): void;
  search(): boolean;
  step(by: 1 | -1): boolean;
}

const sequenceMs = 1200;

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (target instanceof HTMLInputElement) return !["checkbox", "radio", "button"].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

/** The listener for the whole window. */
export function keyListener(actions: KeyActions, now = () => performance.now()) {
  let goneAt = -Infinity;
  return (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (isTyping(event.target)) return;
    const awaited = now() - goneAt < sequenceMs;
    goneAt = -Infinity;
    if (awaited) {
      const place = places.find(([key]) => key === event.key);
      if (place === undefined) return;
      actions.go(place[1]);
    } else if (event.key === "g") {
      goneAt = now();
    } else if (event.key === "?") {
      actions.toggleSheet();
    } else if (event.key === "/") {
      if (!actions.search()) return;
    } else if (event.key === "j" || event.key === "k") {
      if (!actions.step(event.key === "j" ? 1 : -1)) return;
    } else {
      return;
    }
    event.preventDefault();
  };
}

/** Moves the focus among the rows on the page (whatever says data-row). */
export function stepRow(by: 1 | -1): boolean {
  const rows = [...document.querySelectorAll<HTMLElement>("main [data-row]")];
  const visible = rows.filter((row) => row.getClientRects().length > 0);
  const at = visible.findIndex((row) => row === document.activeElement || row.closest("tr, li")?.contains(document.activeElement));
  const next = visible[at < 0 ? (by > 0 ? 0 : visible.length - 1) : at + by];
  if (next === undefined) return false;
  next.focus();
  next.scrollIntoView({ block: "nearest" });
  return true;
}

export function focusSearch(): boolean {
  const box = document.querySelector<HTMLInputElement>("main input[type=search]");
  if (box === null) return false;
  box.focus();
  box.select();
  return true;
}
