// A client generated from docs/openapi.json against a real server: types by openapi-typescript, compiled
// with all of tsc's strictness, run by node, every answer held against its schema (client/).
//
//   node client_test.mjs --rota PROGRAM
//
// Needs what `npm ci` in this folder brings.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const here = fileURLToPath(new URL(".", import.meta.url));
const description = join(here, "../../docs/openapi.json");
const password = "correct horse battery";
const { values } = parseArgs({ options: { rota: { type: "string" } } });
assert.ok(values.rota, "say --rota PROGRAM");
const program = resolve(values.rota);

/** Generated types and compiled tests, in a folder of their own; answers with the program to run. */
function build(folder) {
  symlinkSync(join(here, "node_modules"), join(folder, "node_modules"));
  copyFileSync(join(here, "package.json"), join(folder, "package.json")); // says "type": "module"
  copyFileSync(join(here, "tsconfig.json"), join(folder, "tsconfig.json"));
  for (const name of readdirSync(join(here, "client"))) copyFileSync(join(here, "client", name), join(folder, name));
  const tool = (path, ...args) =>
    execFileSync(process.execPath, [join(here, "node_modules", path), ...args], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  tool("openapi-typescript/bin/cli.js", description, "--output", join(folder, "schema.d.ts"), "--default-non-nullable=false");
  execFileSync(process.execPath, [join(here, "node_modules/typescript/bin/tsc"), "-p", folder], { cwd: folder, stdio: "inherit" });
  return join(folder, "built/main.js");
}

/** A server with an admin and a viewer; answers with its address, their tokens, and a way to end it. */
async function serve(folder) {
  const database = join(folder, "rota.db");
  const rota = (args, input) => execFileSync(program, [...args, "--db", database], { cwd: folder, encoding: "utf8", input }).trim();
  rota(["import", "demo"]);
  const tokens = {};
  for (const [name, role] of [["ann", "admin"], ["vera", "view"]]) {
    rota(["user", "add", name, "--role", role], `${password}\n`);
    tokens[role] = rota(["token", "add", "test", "--user", name, "--role", role, "--days", "1"]);
  }
  const server = spawn(program, ["serve", "--db", database, "--port", "0", "--quiet"], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  const stop = () =>
    new Promise((done) => {
      if (server.exitCode !== null || server.signalCode !== null) return done();
      server.once("exit", done);
      server.kill("SIGTERM");
    });
  const said = [];
  const url = await new Promise((found, failed) => {
    const look = (line) => {
      said.push(line);
      const match = /http:\/\/[^\s"]+:\d+/.exec(line);
      if (match) found(match[0]);
    };
    createInterface({ input: server.stdout }).on("line", look);
    createInterface({ input: server.stderr }).on("line", look);
    server.once("exit", (code) => failed(new Error(`the server ended with ${code}: ${said.join("\n")}`)));
  });
  return { url, tokens, stop, said };
}

const folder = mkdtempSync(join(tmpdir(), "rota-client-"));
let server;
try {
  const main = build(folder);
  server = await serve(folder);
  const env = {
    ...process.env,
    ROTA_OPENAPI: description,
    ROTA_URL: server.url,
    ROTA_ADMIN_TOKEN: server.tokens.admin,
    ROTA_VIEW_TOKEN: server.tokens.view,
    ROTA_PASSWORD: password,
  };
  execFileSync(process.execPath, [main], { cwd: folder, env, stdio: "inherit" });
} catch (error) {
  console.error(error.message);
  if (server) console.error(server.said.join("\n"));
  process.exitCode = 1;
} finally {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
}
