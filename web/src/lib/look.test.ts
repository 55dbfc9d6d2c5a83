import { expect, test } from "vitest";
import { keepLook, keptLook } from "./look";

test("a look is remembered, and a storage that has nonsense or refuses is no error", () => {
  const kept = new Map<string, string>();
  const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) } as Storage;
  expect(keptLook(storage)).toEqual({ columns: "", density: "" });
  keepLook({ columns: "id,name", density: "compact" }, storage);
  expect(keptLook(storage)).toEqual({ columns: "id,name", density: "compact" });
  kept.set("rota-look", "{oops");
  expect(keptLook(storage)).toEqual({ columns: "", density: "" });
  keepLook({ columns: "", density: "" }, { setItem: () => { throw new Error("full"); } } as unknown as Storage);
});
