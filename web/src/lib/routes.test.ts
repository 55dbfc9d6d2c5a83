import { describe, expect, test } from "vitest";
import { findPlace, idOf } from "./routes";

describe("routes", () => {
  test("every address has its page", () => {
    expect(findPlace("/")).toEqual({ page: "today", id: "" });
    expect(findPlace("/tasks")).toEqual({ page: "tasks", id: "" });
    expect(findPlace("/tasks/12")).toEqual({ page: "task", id: "12" });
    expect(findPlace("/tasks/12/edit")).toEqual({ page: "task-edit", id: "12" });
    expect(findPlace("/runs/7")).toEqual({ page: "run", id: "7" });
  });
  test("a new task is not the task called new", () => {
    expect(findPlace("/tasks/new").page).toBe("task-new");
  });
  test("what is unknown is nothing", () => {
    expect(findPlace("/tasks/").page).toBe("nothing");
    expect(findPlace("/tasks/1/2").page).toBe("nothing");
    expect(findPlace("/constructor").page).toBe("nothing");
  });
  test("a broken escape in an address breaks nothing", () => {
    expect(findPlace("/handlers/%E0%A4%A").id).toBe("%E0%A4%A");
  });
  test("an id is a number that survives", () => {
    expect(idOf("12")).toBe(12);
    for (const bad of ["", "0", "-1", "1.5", "1e3", "012", "9007199254740993", "x"]) {
      expect(idOf(bad)).toBe(null);
    }
  });
});
