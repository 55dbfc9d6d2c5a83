import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Resource } from "./resource.svelte";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("under changes without end, an answer slower than they come still arrives", async () => {
  let asked = 0;
  const slow = () =>
    new Promise<number>((answer) => {
      asked += 1;
      const which = asked;
      setTimeout(() => answer(which), 1000);
    });
  const resource = new Resource(slow, 100);
  for (let at = 0; at < 5000; at += 50) {
    resource.refresh();
    await vi.advanceTimersByTimeAsync(50);
  }
  expect(resource.value).toBeGreaterThanOrEqual(3);
  expect(asked).toBeLessThanOrEqual(7);
});

test("what nobody looks at any more is not asked for again", async () => {
  let asked = 0;
  const resource = new Resource(async () => ++asked, 100);
  resource.refresh();
  resource.refresh();
  resource.stop();
  await vi.advanceTimersByTimeAsync(1000);
  expect(asked).toBe(1);
});
