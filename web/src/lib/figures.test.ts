import { describe, expect, test } from "vitest";
import { durationsOf, latenessMs, niceCeiling, percentile } from "./figures";

describe("figures", () => {
  test("percentiles are values that occurred", () => {
    expect(percentile([], 0.5)).toBe(null);
    expect(percentile([7], 0.95)).toBe(7);
    expect(percentile([4, 1, 3, 2], 0.5)).toBe(2);
    expect(percentile(Array.from({ length: 100 }, (_, i) => i + 1), 0.95)).toBe(95);
  });
  test("only runs that succeeded say how long a task takes", () => {
    expect(
      durationsOf([
        { status: "succeeded", duration_ms: 5 },
        { status: "failed", duration_ms: 1 },
        { status: "skipped", duration_ms: null },
      ]),
    ).toEqual([5]);
  });
  test("a retry is late by its own time, not by its slot's", () => {
    const retry = {
      scheduled_for: "2026-11-23T09:00:00Z",
      available_at: "2026-11-23T09:05:00Z",
      started_at: "2026-11-23T09:05:00.25Z",
    };
    expect(latenessMs(retry)).toBe(250);
    expect(latenessMs({ ...retry, started_at: null })).toBe(null);
  });
  test("axes end at numbers that people use", () => {
    expect([0, 1, 3, 7, 11, 99, 100, 101].map(niceCeiling)).toEqual([1, 1, 5, 10, 20, 100, 100, 200]);
  });
});
