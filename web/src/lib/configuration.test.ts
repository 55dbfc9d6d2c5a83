import { expect, test } from "vitest";
import type { Task } from "./api";
import { configurationOf, formatSeconds } from "./configuration";

const task = {
  schedule: "30 9 * * *",
  timezone: "Europe/London",
  working_days_only: true,
  on_non_working_day: "next",
  working_day_offset: -2,
  priority: 50,
  starts_at: null,
  ends_at: null,
  jitter_s: 0,
  overlap: "skip",
  catch_up: "all",
  timeout_s: 300,
  attempts_max: 3,
  retry_delay_s: 30,
  retry_backoff: "exponential",
  retry_delay_max_s: 600,
  failures_max: 0,
  owner: "",
  tags: "",
  queue: "default",
  updated_at: "2026-11-23T09:00:00Z",
  updated_by: "ann",
  version: 4,
} as unknown as Task;

test("durations are said in the largest unit that comes out even", () => {
  expect([45, 60, 90, 7200, 86_400].map(formatSeconds)).toEqual(["45 s", "1 min", "90 s", "2 h", "1 d"]);
});

test("a configuration reads as sentences", () => {
  const said = new Map(configurationOf(task).map((entry) => [entry.label, entry.value]));
  expect(said.get("On other days")).toBe("runs on the next working day");
  expect(said.get("Moved by")).toBe("2 working days earlier");
  expect(said.get("Retries")).toBe("up to 3 attempts, after 30 s, doubling up to 10 min");
  expect(said.get("Last changed")).toBe("2026-11-23 09:00:00 UTC by ann, version 4");
  expect(said.has("Owner")).toBe(false);
});
