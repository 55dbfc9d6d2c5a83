import { describe, expect, it } from "vitest";
import type { Year } from "./calendars";
import { addMonths, dateAfterKey, isDate, isoWeekday, longDate, spokenDay, standings, weeksOf, workingDaysOf } from "./year";

const england2026: Year = {
  year: 2026,
  weekend: [6, 7],
  days: [
    ["2026-01-01", "New Year's Day"], ["2026-04-03", "Good Friday"], ["2026-04-06", "Easter Monday"],
    ["2026-05-04", "Early May bank holiday"], ["2026-05-25", "Spring bank holiday"],
    ["2026-08-31", "Summer bank holiday"], ["2026-12-25", "Christmas Day"], ["2026-12-28", "Boxing Day"],
  ].map(([date = "", title = ""]) => ({ date, title, closed: true, source: "rule", calendar: "england-and-wales" })),
};

describe("the year of a calendar", () => {
  it("lays a month out in weeks that begin on Monday", () => {
    const weeks = weeksOf(2026, 1); // February 2026 begins on a Sunday
    expect(weeks).toHaveLength(5);
    expect(weeks[0]).toEqual([null, null, null, null, null, null, "2026-02-01"]);
    expect(weeks.at(-1)?.[5]).toBe("2026-02-28");
  });
  it("knows weekdays and writes dates out", () => {
    expect(isoWeekday("2026-12-25")).toBe(5);
    expect(longDate("2026-12-25")).toBe("Friday 25 December 2026");
  });
  it("counts the working days of England in 2026", () => expect(workingDaysOf(england2026)).toBe(253));
  it("says how a date stands and why", () => {
    const stands = standings(england2026);
    expect(spokenDay("2026-04-06", stands("2026-04-06"))).toBe("Monday 6 April 2026: closed, Easter Monday");
    expect(stands("2026-04-05").kind).toBe("weekend");
    expect(stands("2026-04-07").kind).toBe("working");
  });
});

describe("moving among dates", () => {
  it("keeps the day of the month where the other month has it", () => {
    expect(addMonths("2026-01-31", 1)).toBe("2026-02-28");
    expect(addMonths("2024-03-31", -1)).toBe("2024-02-29");
    expect(addMonths("2026-12-15", 1)).toBe("2027-01-15");
  });
  it("follows the arrows over the end of a year and no further than the calendars reach", () => {
    expect(dateAfterKey("2026-12-31", "ArrowRight")).toBe("2027-01-01");
    expect(dateAfterKey("2026-12-10", "ArrowUp")).toBe("2026-12-03");
    expect(dateAfterKey("2026-02-10", "End")).toBe("2026-02-28");
    expect(dateAfterKey("2099-12-31", "ArrowRight")).toBeNull();
    expect(dateAfterKey("2026-02-10", "x")).toBeNull();
  });
  it("tells dates from nonsense", () => {
    expect(isDate("2026-02-28")).toBe(true);
    expect(isDate("2026-02-30")).toBe(false);
    expect(isDate("<b>")).toBe(false);
  });
});
