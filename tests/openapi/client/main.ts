// Drives a running server through the generated client. client_test.mjs starts the server and this.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { testAccounts } from "./accounts.js";
import { testCalendars } from "./calendars.js";
import { seen } from "./checked.js";
import { Description, type OpenApi } from "./document.js";
import { testReads } from "./reads.js";
import { testRuns } from "./runs.js";
import { testTasks } from "./tasks.js";
import { World } from "./world.js";

const setting = (name: string): string => {
  const value = process.env[name];
  assert.ok(value !== undefined && value !== "", `${name} is not set`);
  return value;
};

const file = JSON.parse(readFileSync(setting("ROTA_OPENAPI"), "utf8")) as OpenApi;
const tokens = { admin: setting("ROTA_ADMIN_TOKEN"), view: setting("ROTA_VIEW_TOKEN") };
const world = new World(new Description(file), setting("ROTA_URL"), tokens, setting("ROTA_PASSWORD"));

const served = await world.viewer.GET("/api/v1/openapi.json");
assert.deepEqual(served.data, file, "the server gives another file than docs/openapi.json");
await testTasks(world);
await testRuns(world);
await testCalendars(world);
await testAccounts(world);
await testReads(world);
const kinds = new Set([...seen].map((one) => one.split(" ").slice(0, 2).join(" ")));
console.log(`# ${seen.size} kinds of answers of ${kinds.size} of ${world.description.operations().length} operations fitted`);
