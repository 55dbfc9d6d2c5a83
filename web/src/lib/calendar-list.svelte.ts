// The calendars by name, read once for all who need a name or a choice of them.
import { get } from "./api";
import type { CalendarList } from "./calendars";
import { Resource } from "./resource.svelte";

class Calendars {
  private readonly list = new Resource((signal) => get<CalendarList>("/calendars", {}, signal), 1000);
  private asked = false;

  readonly items = $derived(this.list.value?.items ?? []);
  readonly standard = $derived(this.list.value?.default ?? "");

  /** Reads them, unless they are here already. */
  need(): void {
    if (this.asked && this.list.error === null) return;
    this.asked = true;
    void this.list.load();
  }

  /** Somebody changed them. */
  refresh(): void {
    this.asked = true;
    void this.list.load();
  }

  /** The name of the calendar that a task follows; "" while it is not known. */
  nameFor(id: number | null): string {
    if (id === null) return this.standard;
    return this.items.find((each) => each.id === id)?.name ?? "";
  }
}

export const calendarList = new Calendars();
