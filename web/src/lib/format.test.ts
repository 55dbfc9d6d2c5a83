import { describe, expect, test } from "vitest";
import {
  formatDistance,
  formatExecutionTime,
  formatLateness,
  formatRelative,
  formatUtc,
  summarizeMetadata,
} from "./format";

describe("formatUtc", () => {
  test("shows date and time without letters or fractions", () => {
    expect(formatUtc("2026-11-23T09:30:00Z")).toBe("2026-11-23 09:30:00");
    expect(formatUtc("2026-11-23T09:30:00.123456Z")).toBe("2026-11-23 09:30:00");
  });
});

describe("formatExecutionTime", () => {
  test("tells zero from never", () => {
    expect(formatExecutionTime(0)).toBe("0ms");
    expect(formatExecutionTime(null)).toBe("-");
  });
  test("grows its unit with the duration", () => {
    expect(formatExecutionTime(999)).toBe("999ms");
    expect(formatExecutionTime(1250)).toBe("1.25s");
    expect(formatExecutionTime(30_000)).toBe("30s");
    expect(formatExecutionTime(125_000)).toBe("2m 05s");
    expect(formatExecutionTime(3_720_000)).toBe("1h 02m");
  });
});

describe("formatRelative", () => {
  const now = Date.parse("2026-11-23T09:30:00Z");
  test("counts down and up", () => {
    expect(formatRelative("2026-11-23T09:30:25Z", now)).toBe("in 25 s");
    expect(formatRelative("2026-11-23T09:26:55Z", now)).toBe("3 min 5 s ago");
    expect(formatRelative("2026-11-23T09:30:00.4Z", now)).toBe("now");
  });
  test("leaves the small unit away where it says nothing", () => {
    expect(formatDistance(45 * 60_000 + 5_000)).toBe("45 min");
    expect(formatDistance(2 * 3_600_000)).toBe("2 h");
    expect(formatDistance(26 * 3_600_000)).toBe("1 d 2 h");
  });
});

describe("formatLateness", () => {
  test("keeps what matters of a millisecond", () => {
    expect(formatLateness(0)).toBe("0 ms");
    expect(formatLateness(0.43)).toBe("0.4 ms");
    expect(formatLateness(12.6)).toBe("13 ms");
    expect(formatLateness(1200)).toBe("1.2 s");
  });
});

describe("summarizeMetadata", () => {
  test("names every field on one line", () => {
    expect(summarizeMetadata({ backupType: "full", retentionDays: 30 })).toBe(
      "backupType: full, retentionDays: 30",
    );
    expect(summarizeMetadata({ to: ["a", "b"], deep: { x: 1 }, list: [{}, {}] })).toBe(
      "to: a b, deep: {…}, list: 2 items",
    );
  });
  test("is empty for no fields and shows broken JSON as it is", () => {
    expect(summarizeMetadata({})).toBe("");
    expect(summarizeMetadata("{oops")).toBe("{oops");
  });
});
