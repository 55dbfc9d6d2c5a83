// How somebody likes the table of tasks: what stands in the address counts, else what this browser
// remembers of the last choice.

export interface Look {
  columns: string;
  density: string;
}

const key = "rota-look";

export function keptLook(storage: Storage = localStorage): Look {
  try {
    const kept = JSON.parse(storage.getItem(key) ?? "{}") as Partial<Look>;
    return { columns: String(kept.columns ?? ""), density: String(kept.density ?? "") };
  } catch {
    return { columns: "", density: "" };
  }
}

export function keepLook(look: Look, storage: Storage = localStorage): void {
  try {
    storage.setItem(key, JSON.stringify(look));
  } catch {
    // A full or forbidden storage: the address still has it.
  }
}
