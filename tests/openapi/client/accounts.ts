// Who asks: nobody, a token of too few rights, a session with its cookie and its own token; and what
// admins keep: users, tokens, secrets, settings.
import assert from "node:assert/strict";
import { clientOf, done, good, refused, type Api } from "./checked.js";
import { sessionHeaders, test, type World } from "./world.js";

async function refusesOthers(world: World): Promise<void> {
  const body = { name: "x", type: "null", schedule: "@daily" };
  refused(await world.nobody.GET("/api/v1/tasks"), 401);
  refused(await world.viewer.POST("/api/v1/tasks", { body }), 403);
  refused(await world.viewer.GET("/api/v1/users"), 403);
  const options = { body: "name=x", bodySerializer: (text: unknown) => String(text), headers: { "Content-Type": "text/html" } };
  refused(await world.admin.POST("/api/v1/tasks", options as never), 415);
  const unknown = await fetch(`${world.url}/api/v1/nonsense`);
  assert.equal(unknown.headers.get("content-type"), "application/problem+json");
  const withToken = { Authorization: `Bearer ${world.tokens.view}` };
  assert.equal((await fetch(`${world.url}/api/v1/nonsense`, { headers: withToken })).status, 404);
}

async function signIn(world: World, name: string, password: string): Promise<Api> {
  return clientOf(world.description, world.url, await sessionHeaders(world, name, password));
}

async function signsIn(world: World): Promise<void> {
  refused(await world.nobody.POST("/api/v1/session", { body: { name: "ann", password: "wrong password" } }), 401);
  const session = await signIn(world, "ann", world.password);
  const who = good(await session.GET("/api/v1/session"));
  assert.deepEqual([who.signed_in, who.user?.name, who.user?.role], [true, "ann", "admin"]);
  const body = { name: "laptop", role: "run" as const, days: 1 };
  const { secret, token } = good(await session.POST("/api/v1/tokens", { body }), 201);
  const made = clientOf(world.description, world.url, { Authorization: `Bearer ${secret}` });
  assert.equal(good(await made.GET("/api/v1/session")).user?.role, "run");
  refused(await made.POST("/api/v1/tokens", { body }), 403);
  done(await session.DELETE("/api/v1/tokens/{id}", { params: { path: { id: token.id } } }));
  refused(await made.GET("/api/v1/tasks"), 401);
  done(await session.DELETE("/api/v1/session"));
  refused(await session.GET("/api/v1/tasks"), 401);
}

async function keepsUsers(world: World): Promise<void> {
  const session = await signIn(world, "ann", world.password);
  const body = { name: "eve", role: "view" as const, password: world.password };
  const eve = good(await session.POST("/api/v1/users", { body }), 201);
  refused(await session.POST("/api/v1/users", { body }), 409);
  const path = { id: eve.id };
  const change = { role: "run" as const, version: eve.version };
  assert.equal(good(await session.PATCH("/api/v1/users/{id}", { params: { path }, body: change })).role, "run");
  refused(await session.PATCH("/api/v1/users/{id}", { params: { path }, body: change }), 412);
  const own = await signIn(world, "eve", world.password);
  const passwords = { old_password: world.password, new_password: `${world.password} 2` };
  good(await own.PUT("/api/v1/session/password", { body: passwords }));
  refused(await own.GET("/api/v1/tasks"), 401);
  done(await session.DELETE("/api/v1/users/{id}", { params: { path } }));
  done(await session.DELETE("/api/v1/session"));
}

async function keepsSecretsAndSettings(world: World): Promise<void> {
  const session = await signIn(world, "ann", world.password);
  const body = { name: "shop_key", value: "canary 1" };
  const secret = good(await session.POST("/api/v1/secrets", { body }), 201);
  assert.equal(JSON.stringify(secret).includes("canary"), false);
  const path = { name: "shop_key" };
  done(await session.PUT("/api/v1/secrets/{name}", { params: { path }, body: { value: "canary 2" } }));
  assert.ok(good(await session.GET("/api/v1/secrets")).items.some((one) => one.name === "shop_key"));
  done(await session.DELETE("/api/v1/secrets/{name}", { params: { path } }));
  const days = good(await session.PATCH("/api/v1/settings", { body: { keep_runs_days: 9 } }));
  assert.equal(days.items.find((one) => one.name === "keep_runs_days")?.value, 9);
  good(await session.PATCH("/api/v1/settings", { body: { keep_runs_days: null } }));
  refused(await session.PATCH("/api/v1/settings", { body: { keep_runs_days: 0 } }), 422);
  done(await session.DELETE("/api/v1/session"));
}

export async function testAccounts(world: World): Promise<void> {
  await test("who may not is refused with a problem document", () => refusesOthers(world));
  await test("a session signs in, makes a token, and ends", () => signsIn(world));
  await test("users are made, changed and removed", () => keepsUsers(world));
  await test("secrets are never given back, and settings have bounds", () => keepsSecretsAndSettings(world));
}
