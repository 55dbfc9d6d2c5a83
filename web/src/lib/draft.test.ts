import { expect, test } from "vitest";
import type { Task } from "./api";
import { changedFields, changesBetween, draftOf, dropDraft, emptyDraft, keepDraft, keptDraft, timingOf, valueText } from "./draft";

function storage(): Storage {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  } as Storage;
}

test("only what was changed is sent", () => {
  const before = draftOf({ ...emptyDraft, id: 1, name: "Backup", metadata: { a: 1 } } as unknown as Task);
  const after = { ...before, priority: 10, metadata: { a: 2 } };
  expect(changesBetween(before, after)).toEqual({ priority: 10, metadata: { a: 2 } });
  expect(changesBetween(before, { ...before })).toEqual({});
});

test("metadata that somebody broke by hand does not break the form", () => {
  expect(draftOf({ ...emptyDraft, metadata: "{oops" } as unknown as Task).metadata).toEqual({});
});

test("a draft survives the page, one for each task", () => {
  const place = storage();
  keepDraft(3, { ...emptyDraft, name: "Mine" }, 7, place);
  expect(keptDraft(3, place)).toEqual({ draft: { ...emptyDraft, name: "Mine" }, version: 7 });
  expect(keptDraft(null, place)).toBe(null);
  dropDraft(3, place);
  expect(keptDraft(3, place)).toBe(null);
});

test("a storage that is full or forbidden is no error", () => {
  const refusing = {
    getItem: () => "{broken",
    setItem: () => {
      throw new Error("full");
    },
  } as unknown as Storage;
  keepDraft(1, emptyDraft, 1, refusing);
  expect(keptDraft(1, refusing)).toBe(null);
});

test("values are said in words", () => {
  expect([valueText(true), valueText(""), valueText({ a: 1 }), valueText(5)]).toEqual(["yes", "nothing", '{"a":1}', "5"]);
});

test("only what decides about times is asked about", () => {
  expect(timingOf({ name: "New", schedule: "@daily" })).toEqual({ schedule: "@daily" });
  expect(timingOf({ name: "New" })).toBe(null);
});

test("a change tells what somebody did, not how runs went meanwhile", () => {
  const before = { id: 1, version: 1, paused_until: null, priority: 5, last_result: "ok" };
  const after = { id: 1, version: 2, paused_until: "2026-12-01T00:00:00Z", priority: 5, last_result: "failed" };
  expect(changedFields(before, after)).toEqual(["paused_until"]);
});
