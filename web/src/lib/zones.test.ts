import { describe, expect, test } from "vitest";
import { formatLocal, localTime, sameClock, shortUtc } from "./zones";

describe("zones", () => {
  test("London's clock is an hour ahead in summer", () => {
    expect(formatLocal("2026-07-01T08:30:00Z", "Europe/London")).toBe("Wed 2026-07-01 09:30:00");
    expect(formatLocal("2026-12-01T08:30:00Z", "Europe/London")).toBe("Tue 2026-12-01 08:30:00");
  });
  test("midnight is 00, not 24", () => {
    expect(localTime("2026-12-01T00:00:00Z", "UTC")?.time).toBe("00:00:00");
  });
  test("a zone that is none gives nothing instead of breaking the page", () => {
    expect(localTime("2026-12-01T00:00:00Z", "Mars/Olympus")).toBe(null);
    expect(localTime("nonsense", "UTC")).toBe(null);
  });
  test("London and UTC show the same in winter only", () => {
    expect(sameClock("2026-12-01T08:30:00Z", "Europe/London", "UTC")).toBe(true);
    expect(sameClock("2026-07-01T08:30:00Z", "Europe/London", "UTC")).toBe(false);
  });
  test("today's date is left out", () => {
    const now = Date.parse("2026-11-23T10:00:00Z");
    expect(shortUtc("2026-11-23T09:30:00.25Z", now)).toBe("09:30:00");
    expect(shortUtc("2026-11-24T09:30:00Z", now)).toBe("2026-11-24 09:30:00");
  });
});
