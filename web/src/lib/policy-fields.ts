// The fields of a task that usually stay as they are, grouped by what they are about; bounds are the
// server's. Pure.
import type { Draft, DraftField } from "./draft";

export interface PolicyField {
  name: DraftField;
  label: string;
  help?: string;
  /** A whole number up to it. */
  max?: number;
  min?: number;
  /** One of these. */
  options?: readonly (readonly [string, string])[];
  /** Shown only then: elsewhere it says nothing. */
  when?: (draft: Draft) => boolean;
}

const year = 31_536_000;
const retries = (draft: Draft) => draft.attempts_max > 1;

export const policyGroups: readonly { title: string; times?: boolean; fields: readonly PolicyField[] }[] = [
  {
    title: "How urgent, and for how long",
    fields: [
      { name: "priority", label: "Priority", help: "1 is the most urgent, 100 the least.", min: 1, max: 100 },
      { name: "timeout_s", label: "Time limit (seconds)", help: "0: none.", max: year },
    ],
  },
  {
    title: "When it fails",
    fields: [
      { name: "attempts_max", label: "Attempts", help: "1: no retry.", min: 1, max: 1000 },
      { name: "failures_max", label: "Switch off after failures in a row", help: "0: never.", max: 1_000_000 },
      { name: "retry_backoff", label: "Retries", options: [["fixed", "always after the same delay"], ["exponential", "after a delay that doubles"]], when: retries },
      { name: "retry_delay_s", label: "Delay before a retry (seconds)", max: year, when: retries },
      { name: "retry_delay_max_s", label: "Longest delay (seconds)", max: year, when: (draft) => retries(draft) && draft.retry_backoff === "exponential" },
    ],
  },
  {
    title: "When it overlaps, or was missed",
    fields: [
      { name: "overlap", label: "While a run goes on", options: [["skip", "the next slot is skipped"], ["queue", "the next slot waits"], ["allow", "runs may overlap"], ["cancel_running", "a new run ends the one before"]] },
      { name: "backlog_max", label: "Slots that may wait", help: "What comes while so many wait is left out.", min: 1, max: 1000, when: (draft) => draft.overlap === "queue" },
      { name: "delivery", label: "When its server dies", options: [["at_least_once", "the run is begun once more"], ["at_most_once", "the run counts as lost"]] },
      { name: "catch_up", label: "After downtime", options: [["skip", "missed slots stay unrun"], ["latest", "the latest missed slot is made up for"], ["all", "all missed slots are made up for"]] },
      { name: "catch_up_window_s", label: "Made up for within (seconds)", help: "Slots missed longer ago are never run.", max: year, when: (draft) => draft.catch_up !== "skip" },
    ],
  },
  {
    title: "From when to when, and how exactly",
    times: true,
    fields: [{ name: "jitter_s", label: "Spread over (seconds)", help: "It begins at most so much after its slot.", max: 86_400 }],
  },
  {
    title: "Whose it is, and what is kept",
    fields: [
      { name: "owner", label: "Owner", help: "Whom to ask." },
      { name: "tags", label: "Tags", help: "Words with commas between." },
      { name: "keep_runs", label: "Runs that are kept", help: "0: by age and size alone.", max: 1_000_000 },
    ],
  },
];
