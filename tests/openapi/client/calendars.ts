// Calendars: make one, close a day by hand and by a file, look at a year and at what would change.
import assert from "node:assert/strict";
import { done, good, refused } from "./checked.js";
import { test, type World } from "./world.js";

const file = [
  "BEGIN:VCALENDAR",
  "VERSION:2.0",
  "PRODID:-//test//EN",
  "BEGIN:VEVENT",
  "UID:1",
  "DTSTART;VALUE=DATE:20301224",
  "SUMMARY:Shut",
  "END:VEVENT",
  "END:VCALENDAR",
  "",
].join("\r\n");

async function holdsDays(world: World): Promise<void> {
  const { admin, viewer } = world;
  const made = await admin.POST("/api/v1/calendars", { body: { name: "Acme", rule: "scotland" } });
  const calendar = good(made, 201);
  assert.equal(made.response.headers.get("location"), `/api/v1/calendars/${calendar.id}`);
  refused(await admin.POST("/api/v1/calendars", { body: { name: "Acme" } }), 409);
  const path = { id: calendar.id };
  const stale = { path, header: { "If-Match": '"999"' } };
  refused(await admin.PATCH("/api/v1/calendars/{id}", { params: stale, body: { description: "x" } }), 412);
  const fresh = { path, header: { "If-Match": made.response.headers.get("etag") ?? "" } };
  assert.equal(good(await admin.PATCH("/api/v1/calendars/{id}", { params: fresh, body: { description: "x" } })).description, "x");

  const day = { path: { ...path, date: "2030-12-27" } };
  good(await admin.PUT("/api/v1/calendars/{id}/days/{date}", { params: day, body: { title: "Stocktaking" } }));
  const upload = (dryRun: boolean) =>
    admin.POST("/api/v1/calendars/{id}/import", {
      params: { path, query: { dry_run: dryRun } },
      body: file,
      bodySerializer: (body: string) => body,
      headers: { "Content-Type": "text/calendar" },
    });
  assert.ok("looked_at" in good(await upload(true)));
  const report = good(await upload(false));
  assert.ok("imported" in report && report.imported === 1, JSON.stringify(report));

  const days = good(await viewer.GET("/api/v1/calendars/{id}", { params: { path } })).days;
  assert.deepEqual(days.map((one) => [one.date, one.source]), [["2030-12-24", "import"], ["2030-12-27", "hand"]]);
  const year = good(await viewer.GET("/api/v1/calendars/{id}/year", { params: { path, query: { year: 2030 } } }));
  assert.ok(year.days.some((one) => one.date === "2030-12-27" && one.closed), JSON.stringify(year.days));
  refused(await viewer.GET("/api/v1/calendars/{id}/year", { params: { path, query: { year: 1812 } } }), 422);
  const preview = { days: [{ date: "2030-12-30", title: "Shut" }], remove: ["2030-12-27"] };
  good(await admin.POST("/api/v1/calendars/{id}/preview", { params: { path }, body: preview }));
  good(await admin.DELETE("/api/v1/calendars/{id}/days/{date}", { params: day }));
}

async function hasAFeed(world: World): Promise<void> {
  const { admin } = world;
  const { items } = good(await admin.GET("/api/v1/calendars"));
  const id = items.find((one) => one.name === "Acme")?.id;
  assert.ok(id !== undefined);
  const path = { id };
  const body = { url: "http://127.0.0.1:9/x.ics" };
  const kept = good(await admin.PUT("/api/v1/calendars/{id}/feed", { params: { path }, body }));
  assert.equal(kept.feed?.url, body.url);
  const asked = good(await admin.POST("/api/v1/calendars/{id}/refresh", { params: { path } }));
  assert.notEqual(asked.feed?.error, "", "nothing answers there, and the last good days stay");
  assert.equal(good(await admin.DELETE("/api/v1/calendars/{id}/feed", { params: { path } })).feed, null);
  good(await admin.PUT("/api/v1/calendars/default", { body: { name: "Acme" } }));
  refused(await admin.DELETE("/api/v1/calendars/{id}", { params: { path, query: { name: "Acme" } } }), 409);
  good(await admin.PUT("/api/v1/calendars/default", { body: { name: "england-and-wales" } }));
  done(await admin.DELETE("/api/v1/calendars/{id}", { params: { path, query: { name: "Acme" } } }));
}

export async function testCalendars(world: World): Promise<void> {
  await test("a calendar holds days by hand and from a file", () => holdsDays(world));
  await test("a calendar has a feed, and is not removed while it is followed", () => hasAFeed(world));
}
