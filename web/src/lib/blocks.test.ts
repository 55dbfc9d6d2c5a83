import { expect, test } from "vitest";
import { blocksOf, widthsOf } from "./blocks";

test("every row is in one block, in its order", () => {
  const rows = Array.from({ length: 95 }, (_, i) => i);
  const blocks = blocksOf(rows, 40);
  expect(blocks.map((block) => block.rows.length)).toEqual([40, 40, 15]);
  expect(blocks.flatMap((block) => block.rows)).toEqual(rows);
  expect(blocksOf([])).toEqual([]);
});

test("columns never get less than they must have, and share the rest", () => {
  const columns = [{ width: 100, share: 0 }, { width: 100, share: 1 }, { width: 100, share: 3 }];
  expect(widthsOf(columns, 200)).toEqual([100, 100, 100]);
  expect(widthsOf(columns, 700)).toEqual([100, 200, 400]);
});
