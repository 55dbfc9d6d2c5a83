import { describe, expect, test } from "vitest";
import type { Changes } from "./live";
import { appendRows, hasNewcomer, idsToRefresh, mergeRows, withoutRows } from "./rows";

const rows = [
  { id: 1, name: "a" },
  { id: 2, name: "b" },
  { id: 3, name: "c" },
];

function changes(part: Partial<Changes>): Changes {
  return { tasks: [], edited: [], removed: [], runs: [], outputs: [], ...part };
}

describe("rows", () => {
  test("only shown rows are read again", () => {
    expect(idsToRefresh(rows, changes({ tasks: [3, 99, 1] }))).toEqual([1, 3]);
  });
  test("an edited task that is not shown may be new, one that only ran is not", () => {
    expect(hasNewcomer(rows, changes({ tasks: [99] }))).toBe(false);
    expect(hasNewcomer(rows, changes({ tasks: [99], edited: [99] }))).toBe(true);
    expect(hasNewcomer(rows, changes({ tasks: [2], edited: [2] }))).toBe(false);
  });
  test("fresh rows replace old ones where they stand", () => {
    expect(mergeRows(rows, [{ id: 2, name: "B" }]).map((row) => row.name)).toEqual(["a", "B", "c"]);
  });
  test("removed rows go", () => {
    expect(withoutRows(rows, [1, 3])).toEqual([{ id: 2, name: "b" }]);
  });
  test("a row is never shown twice", () => {
    expect(appendRows(rows, [{ id: 3, name: "c" }, { id: 4, name: "d" }]).length).toBe(4);
  });
});
