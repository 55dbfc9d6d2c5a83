import { describe, expect, test } from "vitest";
import type { Task } from "./api";
import { taskState } from "./task-state";

const now = Date.parse("2026-11-23T10:00:00Z");
const fine = {
  active: true,
  schedule_error: "",
  paused_until: null,
  pause_reason: "",
  failure_count: 0,
  last_status: "succeeded",
  executed_at: "2026-11-23T09:00:00Z",
  next_scheduled_at: "2026-11-23T11:00:00Z",
} as Task;
const word = (part: Partial<Task>) => taskState({ ...fine, ...part }, now).word;

describe("a task's state", () => {
  test("is fine when nothing is wrong", () => expect(word({})).toBe("Fine"));
  test("a schedule that cannot be read comes before all else", () =>
    expect(word({ schedule_error: "column 1", failure_count: 3, active: false })).toBe("Broken"));
  test("a pause counts only until it ends", () => {
    expect(word({ paused_until: "2026-11-23T12:00:00Z" })).toBe("Paused");
    expect(word({ paused_until: "2026-11-23T09:00:00Z" })).toBe("Fine");
  });
  test("an endless pause does not name the year 9999", () =>
    expect(taskState({ ...fine, paused_until: "9999-12-31T23:59:59Z" }, now).detail).toBe(
      "Paused until somebody resumes it",
    ));
  test("failing, overdue, new and ended", () => {
    expect(word({ failure_count: 1 })).toBe("Failing");
    expect(word({ next_scheduled_at: "2026-11-23T09:59:00Z" })).toBe("Overdue");
    expect(word({ next_scheduled_at: "2026-11-23T09:59:59Z" })).toBe("Fine");
    expect(word({ executed_at: null, last_status: "" })).toBe("New");
    expect(word({ next_scheduled_at: null })).toBe("Ended");
  });
});
