// Tasks: add, list page by page, edit what somebody else may be editing, and what is refused.
import assert from "node:assert/strict";
import { done, good, refused } from "./checked.js";
import { allPages, test, type World } from "./world.js";

async function addsAndRemoves(world: World): Promise<void> {
  const { admin } = world;
  const body = { name: "Nightly", type: "null", schedule: "0 2 * * *", timezone: "Europe/London", tags: "a,b" };
  const made = await admin.POST("/api/v1/tasks", { body });
  const task = good(made, 201);
  assert.equal(made.response.headers.get("location"), `/api/v1/tasks/${task.id}`);
  assert.deepEqual([task.name, task.timezone, task.priority, task.active], ["Nightly", "Europe/London", 50, true]);
  const path = { id: task.id };
  const { advice, ...shown } = good(await admin.GET("/api/v1/tasks/{id}", { params: { path } }));
  assert.equal(advice, ""); // only where one task is asked for
  assert.deepEqual({ ...shown, next_scheduled_at: null }, { ...task, next_scheduled_at: null }); // planned meanwhile

  refused(await admin.POST("/api/v1/tasks", { body }), 409);
  const wrongName = { path, query: { name: "Weekly" } };
  refused(await admin.DELETE("/api/v1/tasks/{id}", { params: wrongName }), 422);
  done(await admin.DELETE("/api/v1/tasks/{id}", { params: { path, query: { name: "Nightly" } } }));
  refused(await admin.GET("/api/v1/tasks/{id}", { params: { path } }), 404);
}

async function listsByCursor(world: World): Promise<void> {
  const names = Array.from({ length: 7 }, (_, i) => `page ${i}`);
  for (const name of names) await world.addTask(name);
  const page = async (cursor: string | undefined) => {
    const query = { search: "page ", sort: "-name", limit: 3, ...(cursor === undefined ? {} : { cursor }) };
    const list = good(await world.viewer.GET("/api/v1/tasks", { params: { query } }));
    assert.equal(list.total, names.length);
    assert.ok(list.items.length <= 3);
    return list;
  };
  const rows = await allPages(page);
  assert.deepEqual(rows.map((row) => row.name), [...names].reverse());
  const wrong = { search: "page ", sort: "-name", limit: 3, cursor: "nonsense" };
  refused(await world.viewer.GET("/api/v1/tasks", { params: { query: wrong } }), 422);
}

async function editsWithIfMatch(world: World): Promise<void> {
  const { admin } = world;
  const task = await world.addTask("edited");
  const path = { id: task.id };
  const read = await admin.GET("/api/v1/tasks/{id}", { params: { path } });
  const etag = read.response.headers.get("etag") ?? "";
  const patch = (condition: string, priority: number) =>
    admin.PATCH("/api/v1/tasks/{id}", { params: { path, header: { "If-Match": condition } }, body: { priority } });

  const first = await patch(etag, 7);
  assert.equal(good(first).priority, 7);
  assert.notEqual(first.response.headers.get("etag"), etag);
  refused(await patch(etag, 8), 412);
  assert.equal(good(await admin.GET("/api/v1/tasks/{id}", { params: { path } })).priority, 7);
  assert.equal(good(await patch("*", 8)).priority, 8);

  // What was read can be sent back as it is; what PUT does not name gets its default.
  const whole = good(await admin.GET("/api/v1/tasks/{id}", { params: { path } }));
  const header = { "If-Match": `"${whole.version}"` };
  const back = good(await admin.PUT("/api/v1/tasks/{id}", { params: { path, header }, body: whole }));
  assert.equal(back.priority, 8);
  const body = { name: "edited", type: "null", schedule: "0 4 * * *" };
  const put = good(await admin.PUT("/api/v1/tasks/{id}", { params: { path, header: { "If-Match": "*" } }, body }));
  assert.deepEqual([put.priority, put.schedule], [50, "0 4 * * *"]);

  const { items } = good(await admin.GET("/api/v1/tasks/{id}/revisions", { params: { path } }));
  const seq = items.find((one) => one.op === "update" && one.after?.priority === 7)?.seq;
  assert.ok(seq !== undefined, JSON.stringify(items.map((one) => [one.op, one.after?.priority])));
  const restore = { params: { path: { ...path, seq } } };
  assert.equal(good(await admin.POST("/api/v1/tasks/{id}/revisions/{seq}/restore", restore)).priority, 7);
}

async function namesAllThatIsWrong(world: World): Promise<void> {
  const body = { name: "", type: "nonsense", schedule: "61 * * * *", priority: 1000 };
  const problem = refused(await world.admin.POST("/api/v1/tasks", { body }), 422);
  const fields = new Set(problem.errors.map((one) => one.field));
  for (const field of ["name", "type", "schedule", "priority"]) assert.ok(fields.has(field), JSON.stringify(problem));
  assert.equal(typeof problem.errors.find((one) => one.field === "schedule")?.column, "number");
  const validated = good(await world.viewer.POST("/api/v1/tasks/validate", { body }));
  assert.equal(validated.valid, false);
  assert.deepEqual(new Set(validated.errors.map((one) => one.field)), fields);
}

async function changesManyAtOnce(world: World): Promise<void> {
  const { admin } = world;
  const ids = [(await world.addTask("bulk 1")).id, (await world.addTask("bulk 2")).id];
  const all = [...ids, 999_999];
  const edited = good(await admin.POST("/api/v1/tasks/bulk/edit", { body: { ids: all, set: { owner: "ann" } } }));
  assert.deepEqual([edited.changed, edited.items.map((one) => one.ok)], [2, [true, true, false]]);
  good(await admin.POST("/api/v1/tasks/bulk/pause", { body: { ids, reason: "holidays" } }));
  good(await admin.POST("/api/v1/tasks/bulk/resume", { body: { ids } }));
  assert.equal(good(await admin.POST("/api/v1/tasks/bulk/run", { body: { ids } })).changed, 2);
  refused(await admin.POST("/api/v1/tasks/bulk/remove", { body: { ids, count: 3 } }), 422);
  assert.equal(good(await admin.POST("/api/v1/tasks/bulk/remove", { body: { ids, count: 2 } })).changed, 2);
}

async function pausesAndPreviews(world: World): Promise<void> {
  const { admin, viewer } = world;
  const path = { id: (await world.addTask("previewed")).id };
  const until = "2099-01-01T00:00:00Z";
  const paused = good(await admin.POST("/api/v1/tasks/{id}/pause", { params: { path }, body: { until, reason: "x" } }));
  assert.deepEqual([paused.paused_until, paused.pause_reason], [until, "x"]);
  assert.equal(good(await admin.POST("/api/v1/tasks/{id}/resume", { params: { path } })).paused_until, null);
  const preview = good(await viewer.POST("/api/v1/tasks/{id}/preview", { params: { path }, body: { schedule: "0 * * * *" } }));
  assert.ok(preview.appear > 1000, JSON.stringify(preview).slice(0, 500));
  const body = { name: "new", type: "null", schedule: "@daily" };
  assert.ok(good(await viewer.POST("/api/v1/tasks/preview", { body })).appear > 50);
}

export async function testTasks(world: World): Promise<void> {
  await test("a task is added, shown, refused twice, and removed by its name", () => addsAndRemoves(world));
  await test("a list is read page by page with its cursor", () => listsByCursor(world));
  await test("an edit needs the version that was read", () => editsWithIfMatch(world));
  await test("a problem document names every wrong field", () => namesAllThatIsWrong(world));
  await test("many tasks are changed at once, one by one", () => changesManyAtOnce(world));
  await test("a task is paused and resumed, and a change previewed", () => pausesAndPreviews(world));
}
