// Runs: start one, follow it to its end by the event stream, read what it printed, cancel another.
import assert from "node:assert/strict";
import { good, refused } from "./checked.js";
import { allPages, test, until, type Run, type World } from "./world.js";

interface Event {
  id: string;
  event: string;
  data: { runs?: number[] };
}

/** The events of the server, one by one, as a program without a browser reads them. */
async function* eventsOf(world: World, stop: AbortSignal): AsyncGenerator<Event> {
  const answer = await world.viewer.GET("/api/v1/events", { parseAs: "stream", signal: stop });
  const stream = answer.data as ReadableStream<Uint8Array> | null | undefined;
  assert.ok(stream, "no stream");
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of stream as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(piece, { stream: true });
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const fields = new Map(text.slice(0, end).split("\n").map((line): [string, string] => {
        const colon = line.indexOf(":");
        return [line.slice(0, colon), line.slice(colon + 1).trimStart()];
      }));
      text = text.slice(end + 2);
      const data = fields.get("data");
      if (data === undefined) continue;
      yield { id: fields.get("id") ?? "", event: fields.get("event") ?? "", data: JSON.parse(data) as Event["data"] };
    }
  }
}

const show = async (world: World, id: number): Promise<Run> =>
  good(await world.viewer.GET("/api/v1/runs/{id}", { params: { path: { id } } }));

const ended = ["succeeded", "failed", "timed_out", "cancelled", "lost", "skipped"];

async function followsToItsEnd(world: World): Promise<void> {
  const task = await world.addTask("followed", { sleep_ms: 300, result: "all well" });
  const stop = new AbortController();
  const limit = setTimeout(() => stop.abort(), 30_000);
  let id: number | undefined;
  let last: Run | undefined;
  try {
    for await (const one of eventsOf(world, stop.signal)) {
      if (one.event === "hello") {
        const started = await world.admin.POST("/api/v1/tasks/{id}/run", { params: { path: { id: task.id } }, body: {} });
        id = good(started, 202).id;
        assert.equal(started.response.headers.get("location"), `/api/v1/runs/${id}`);
      } else if (id !== undefined && (one.event === "reset" || one.data.runs?.includes(id))) {
        last = await show(world, id);
        if (ended.includes(last.status)) break;
      }
    }
  } finally {
    clearTimeout(limit);
    stop.abort();
  }
  assert.ok(last !== undefined, "no event told of the run");
  assert.deepEqual([last.status, last.result, last.task_id], ["succeeded", "all well", task.id]);
  assert.ok((last.duration_ms ?? 0) >= 300, JSON.stringify(last));
  const shown = await until("the task's standing", async () => {
    const now = good(await world.viewer.GET("/api/v1/tasks/{id}", { params: { path: { id: task.id } } }));
    return now.last_status === "succeeded" ? now : undefined;
  });
  assert.equal(shown.last_result, "all well");
}

async function startsOnlyOneForAKey(world: World): Promise<void> {
  const task = await world.addTask("keyed");
  const params = { path: { id: task.id }, header: { "Idempotency-Key": "7f3d" } };
  const first = good(await world.admin.POST("/api/v1/tasks/{id}/run", { params, body: {} }), 202);
  const second = good(await world.admin.POST("/api/v1/tasks/{id}/run", { params, body: {} }), 202);
  assert.equal(second.id, first.id);
  refused(await world.admin.POST("/api/v1/tasks/{id}/run", { params, body: { metadata: { fail: true } } }), 422);
}

async function cancelsAndRetries(world: World): Promise<void> {
  const task = await world.addTask("long", { sleep_ms: 3_600_000 });
  const { id } = good(await world.admin.POST("/api/v1/tasks/{id}/run", { params: { path: { id: task.id } }, body: {} }), 202);
  await until("its start", async () => ((await show(world, id)).status === "running" ? true : undefined), 30);
  good(await world.admin.POST("/api/v1/runs/{id}/cancel", { params: { path: { id } } }), 202);
  const over = await until("its end", async () => {
    const run = await show(world, id);
    return ended.includes(run.status) ? run : undefined;
  });
  assert.equal(over.status, "cancelled");
  refused(await world.admin.POST("/api/v1/runs/{id}/cancel", { params: { path: { id } } }), 409);
  const again = good(await world.admin.POST("/api/v1/runs/{id}/retry", { params: { path: { id } } }), 202);
  good(await world.admin.POST("/api/v1/runs/{id}/cancel", { params: { path: { id: again.id } } }), 202);
}

async function readsOutput(world: World): Promise<void> {
  const task = await world.addTask("prints", {}, "sales_summary");
  const { id } = good(await world.admin.POST("/api/v1/tasks/{id}/run", { params: { path: { id: task.id } }, body: {} }), 202);
  await until("its end", async () => (ended.includes((await show(world, id)).status) ? true : undefined));
  const path = { id };
  const whole = good(await world.viewer.GET("/api/v1/runs/{id}/output", { params: { path } })) as { chunks: { text: string }[] };
  assert.ok(whole.chunks.length > 0, "it printed nothing");
  const file = await world.viewer.GET("/api/v1/runs/{id}/output", { params: { path, query: { format: "file" } }, parseAs: "text" });
  assert.equal(file.response.headers.get("content-type"), "text/plain; charset=utf-8");
  assert.equal(file.data, whole.chunks.map((one) => one.text).join(""));
}

async function listsByCursor(world: World): Promise<void> {
  const task = await world.addTask("many runs");
  const path = { id: task.id };
  const ids: number[] = [];
  for (let i = 0; i < 5; ++i) {
    const { id } = good(await world.admin.POST("/api/v1/tasks/{id}/run", { params: { path }, body: {} }), 202);
    await until("its end", async () => (ended.includes((await show(world, id)).status) ? true : undefined));
    ids.push(id);
  }
  const rows = await allPages(async (cursor) =>
    good(
      await world.viewer.GET("/api/v1/tasks/{id}/runs", {
        params: { path, query: { limit: 2, ...(cursor === undefined ? {} : { cursor }) } },
      }),
    ),
  );
  assert.deepEqual(rows.map((row) => row.id), [...ids].reverse());
  const all = await allPages(async (cursor) =>
    good(await world.viewer.GET("/api/v1/runs", { params: { query: { limit: 2, ...(cursor === undefined ? {} : { cursor }) } } })),
  );
  assert.ok(ids.every((id) => all.some((row) => row.id === id)));
  assert.equal(new Set(all.map((row) => row.id)).size, all.length);
}

export async function testRuns(world: World): Promise<void> {
  await test("a run is started and followed to its end by events", () => followsToItsEnd(world));
  await test("one Idempotency-Key starts one run", () => startsOnlyOneForAKey(world));
  await test("a run is cancelled, and tried once more", () => cancelsAndRetries(world));
  await test("what a run printed is read in pieces and as a file", () => readsOutput(world));
  await test("runs are read page by page with their cursor", () => listsByCursor(world));
}
