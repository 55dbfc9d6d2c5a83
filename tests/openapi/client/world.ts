// What the tests share: who asks, and small things that all of them need.
import assert from "node:assert/strict";
import { clientOf, good, type Api, type Task } from "./checked.js";
import type { Description } from "./document.js";
import type { components } from "./schema.js";

export type Run = components["schemas"]["Run"];

export class World {
  readonly admin: Api;
  readonly viewer: Api;
  readonly nobody: Api;

  constructor(
    readonly description: Description,
    readonly url: string,
    readonly tokens: { admin: string; view: string },
    readonly password: string,
  ) {
    this.admin = clientOf(description, url, { Authorization: `Bearer ${tokens.admin}` });
    this.viewer = clientOf(description, url, { Authorization: `Bearer ${tokens.view}` });
    this.nobody = clientOf(description, url);
  }

  async addTask(name: string, metadata: Record<string, unknown> = {}, type = "null"): Promise<Task> {
    const body = { name, type, schedule: "0 3 1 1 *", metadata };
    return good(await this.admin.POST("/api/v1/tasks", { body }), 201);
  }
}

/** What a browser sends that has just signed in: its cookie, its own token, and where it was asked. */
export async function sessionHeaders(world: World, name: string, password: string): Promise<Record<string, string>> {
  const answer = await world.nobody.POST("/api/v1/session", { body: { name, password } });
  const csrf = good(answer).user?.csrf_token;
  const cookie = answer.response.headers.getSetCookie().map((one) => one.split(";")[0]).join("; ");
  assert.ok(csrf && cookie !== "");
  return { Cookie: cookie, Origin: world.url, "X-CSRF-Token": csrf };
}

export async function test(name: string, work: () => Promise<void>): Promise<void> {
  const begin = Date.now();
  await work();
  console.log(`ok - ${name} (${Date.now() - begin} ms)`);
}

/** Asks until the answer is as wanted; in another process nothing else tells us. */
export async function until<T>(what: string, ask: () => Promise<T | undefined>, seconds = 30): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const value = await ask();
    if (value !== undefined) return value;
    assert.ok(Date.now() < end, `${what} did not come within ${seconds} s`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

/** Every row of a list, page by page; each page must lead on to the next. */
export async function allPages<Row>(
  page: (cursor: string | undefined) => Promise<{ items: Row[]; next_cursor: string | null }>,
): Promise<Row[]> {
  const rows: Row[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < 1000; ++pages) {
    const one = await page(cursor);
    rows.push(...one.items);
    if (one.next_cursor === null) return rows;
    assert.notEqual(one.next_cursor, cursor, "the cursor does not move");
    cursor = one.next_cursor;
  }
  throw new Error("pages without end");
}
