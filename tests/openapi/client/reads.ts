// Every GET of the file, without exception, asked once with success: its answer fits its schema. A new
// route needs nothing here unless it has parameters that must be there: add those to `examples`.
import assert from "node:assert/strict";
import { seen } from "./checked.js";
import type { Operation } from "./document.js";
import { sessionHeaders, test, type World } from "./world.js";

/** Values of parameters that a request needs, by the path or the beginning of it. */
async function examples(world: World): Promise<Record<string, Record<string, string>>> {
  const first = async (path: string): Promise<string> => {
    const answer = await fetch(world.url + path, { headers: { Authorization: `Bearer ${world.tokens.admin}` } });
    const { items } = (await answer.json()) as { items: { id?: number; seq?: number }[] };
    const id = items[0]?.id ?? items[0]?.seq;
    assert.ok(id !== undefined, `${path} has no row to ask for`);
    return String(id);
  };
  const [task, run, calendar] = [await first("/api/v1/tasks"), await first("/api/v1/runs"), await first("/api/v1/calendars")];
  return {
    "/api/v1/tasks/{id}": { id: task },
    "/api/v1/runs/{id}": { id: run },
    "/api/v1/calendars/{id}": { id: calendar },
    "/api/v1/runs/recent": { tasks: task },
    "/api/v1/schedules/explain": { expr: "@daily" },
    "/api/v1/load/day": { date: "2030-01-01" },
    "/api/v1/removed-tasks": { name: "Nightly" }, // or ids: one of them must be there
  };
}

/** The longest path that is the beginning of this one says its values. */
function valuesFor(path: string, all: Record<string, Record<string, string>>): Record<string, string> {
  const keys = Object.keys(all).filter((key) => path === key || path.startsWith(`${key}/`));
  return Object.assign({}, ...keys.sort((a, b) => a.length - b.length).map((key) => all[key])) as Record<string, string>;
}

function addressOf(path: string, operation: Operation, values: Record<string, string>): string {
  let address = path;
  const query = new URLSearchParams();
  for (const one of operation.parameters ?? []) {
    const value = values[one.name];
    if (value === undefined && one.required !== true) continue;
    assert.ok(value !== undefined, `GET ${path} needs ${one.name}: add it to 'examples' in tests/openapi/client/reads.ts`);
    if (one.in === "path") address = address.replace(`{${one.name}}`, encodeURIComponent(value));
    if (one.in === "query") query.set(one.name, value);
  }
  return query.size === 0 ? address : `${address}?${query}`;
}

interface Answer {
  status: number;
  headers: Headers;
  body: string;
}

async function ask(world: World, address: string, who?: Record<string, string>): Promise<Answer> {
  const stop = new AbortController();
  const headers = who ?? { Authorization: `Bearer ${world.tokens.admin}` };
  const answer = await fetch(world.url + address, { headers, signal: stop.signal });
  const endless = answer.headers.get("content-type")?.startsWith("text/event-stream") === true;
  const body = endless ? "" : await answer.text();
  stop.abort();
  return { status: answer.status, headers: answer.headers, body };
}

type Visit = (path: string, operation: Operation, ask: (query?: string) => Promise<Answer>, address: string) => Promise<void>;

const takesNoToken = (one: Operation): boolean => one.security?.length === 1 && one.security[0]?.["session"] !== undefined;

async function everyGet(world: World, visit: Visit): Promise<void> {
  const values = await examples(world);
  const session = await sessionHeaders(world, "ann", world.password);
  for (const [method, path, operation] of world.description.operations()) {
    if (method !== "get") continue;
    const address = addressOf(path, operation, valuesFor(path, values));
    const who = takesNoToken(operation) ? session : undefined;
    const join = address.includes("?") ? "&" : "?";
    await visit(path, operation, (query = "") => ask(world, query === "" ? address : address + join + query, who), address);
  }
}

async function fitTheirSchemas(world: World): Promise<void> {
  const wrong: string[] = [];
  await everyGet(world, async (path, _operation, ask, address) => {
    const answer = await ask();
    if (answer.status !== 200) wrong.push(`${address}: ${answer.status} ${answer.body}`);
    wrong.push(...world.description.faultsOf("get", path, answer).map((fault) => `${address}: ${fault}`));
    seen.add(`get ${path} 200`);
  });
  assert.deepEqual(wrong, []);
}

/** The check itself: an answer with a member too many, one too few, or of another type does not fit. */
async function findsWhatDoesNotFit(world: World): Promise<void> {
  const answer = await ask(world, "/api/v1/status");
  const faults = (body: object, status = answer.status) =>
    world.description.faultsOf("get", "/api/v1/status", { ...answer, status, body: JSON.stringify(body) });
  const good = JSON.parse(answer.body) as { name: string; engine: object };
  assert.deepEqual(faults(good), []);
  const { name: _left, ...without } = good;
  for (const bad of [without, { ...good, more: 1 }, { ...good, name: 7 }, { ...good, engine: { ...good.engine, waiting: "1" } }]) {
    assert.notDeepEqual(faults(bad), [], JSON.stringify(bad));
  }
  assert.notDeepEqual(faults(good, 401), [], "a status with another schema");
  const page = { ...answer, headers: new Headers({ "Content-Type": "text/html" }) };
  assert.notDeepEqual(world.description.faultsOf("get", "/api/v1/status", page), [], "another media type");
}

/** Monitors and browsers may ask these with what they like. */
const tolerant = ["/healthz", "/readyz", "/metrics", "/api/v1/events"];

/** The server refuses a parameter that it does not know and says which it knows: the file's, all of them. */
async function takeTheirParameters(world: World): Promise<void> {
  const wrong: string[] = [];
  await everyGet(world, async (path, operation, ask) => {
    if (tolerant.includes(path)) return;
    const { status, body } = await ask("nonsense=1");
    const { errors } = status === 422 ? (JSON.parse(body) as { errors: { field: string; message: string }[] }) : { errors: [] };
    const message = errors.find((one) => one.field === "nonsense")?.message;
    if (message === undefined) {
      wrong.push(`GET ${path} takes nonsense=1: ${status}`);
      return;
    }
    const known = (/known: (.*)$/.exec(message)?.[1] ?? "").split(", ").filter((name) => name !== "");
    const described = (operation.parameters ?? []).filter((one) => one.in === "query").map((one) => one.name);
    if (known.sort().join() !== described.sort().join()) {
      wrong.push(`GET ${path} takes ${known.join()}, and described are ${described.join()}`);
    }
  });
  assert.deepEqual(wrong, []);
}

/** A file that only describes what goes well helps nobody: these were all met above. */
function metProblems(): void {
  const statuses = new Set([...seen].map((one) => Number(one.split(" ")[2])));
  for (const status of [200, 201, 202, 204, 401, 403, 404, 409, 412, 415, 422]) assert.ok(statuses.has(status), `no ${status} was met`);
}

export async function testReads(world: World): Promise<void> {
  await test("the check finds an answer that does not fit", () => findsWhatDoesNotFit(world));
  await test("every GET answers as its schema says", () => fitTheirSchemas(world));
  await test("every GET takes the parameters that are described, and no other", () => takeTheirParameters(world));
  await test("every kind of answer was met and fitted", async () => metProblems());
}
