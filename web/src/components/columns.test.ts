import { expect, test } from "vitest";
import { chosenColumns, classicColumns, columnsText, usualColumns } from "./columns";

test("the classic table has the original's columns, the past before the future", () => {
  expect(classicColumns.map((column) => column.label)).toEqual([
    "ID", "Type", "Name", "Schedule", "Working Days", "Timezone", "Priority", "Active", "Metadata",
    "Last Executed (UTC)", "Execution Time", "Last Result", "Next Scheduled (UTC)", "Failures",
  ]);
});

test("a choice of columns goes into the address and comes back in the table's order", () => {
  const chosen = chosenColumns("next,id");
  expect(chosen.map((column) => column.id)).toEqual(["id", "name", "next"]);
  expect(chosenColumns(columnsText(chosen))).toEqual(chosen);
});

test("nonsense shows the usual columns, and the usual ones need no words", () => {
  expect(chosenColumns("")).toBe(usualColumns);
  expect(chosenColumns("constructor,x")).toBe(usualColumns);
  expect(columnsText(usualColumns)).toBe("");
});
