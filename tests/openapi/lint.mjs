// Holds docs/openapi.json against the rules of redocly.yaml with Redocly's linter, and against the one
// way of writing it down (one blank an indent, so that two changes of it can be merged).
//
//   node lint.mjs          exit 1 where anything is wrong
//   node lint.mjs --self   shows that each kind of fault is found
//
// Needs what `npm ci` in this folder brings. Sends nothing: the linter's telemetry is switched off.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const file = join(here, "../../docs/openapi.json");
const linter = join(here, "node_modules/@redocly/cli/bin/cli.js");

/** What the linter finds: "rule at #/where: message". */
function problemsOf(path) {
  const args = [linter, "lint", "--config", join(here, "redocly.yaml"), "--format", "json", "--max-problems", "1000", path];
  const env = { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" };
  const done = spawnSync(process.execPath, args, { encoding: "utf8", env, maxBuffer: 64 << 20 });
  let report;
  try {
    report = JSON.parse(done.stdout);
  } catch {
    throw new Error(`the linter gave no report (exit ${done.status}): ${done.stderr || done.stdout}`);
  }
  const found = report.problems.map(
    (one) => `${one.ruleId} at ${one.location?.[0]?.pointer ?? "#"}: ${one.message}`,
  );
  assert.equal(done.status === 0, found.length === 0, `exit ${done.status} with ${found.length} problems: ${done.stderr}`);
  return found;
}

const written = (document) => `${JSON.stringify(document, null, 1)}\n`;

function check() {
  const text = readFileSync(file, "utf8");
  const problems = problemsOf(file);
  if (text !== written(JSON.parse(text))) {
    problems.push("form: one blank an indent, statuses in ascending order, a newline at the end, as JSON.stringify(document, null, 1) writes it");
  }
  for (const one of problems) console.error(`docs/openapi.json: ${one}`);
  console.log(problems.length === 0 ? "docs/openapi.json: nothing wrong" : `docs/openapi.json: ${problems.length} problems`);
  return problems.length === 0 ? 0 : 1;
}

/** One fault each, and the rule that must name it. */
const faults = [
  ["struct", (d) => (d.paths["/api/v1/tasks"].post.requestBody.required = ["name"])],
  ["struct", (d) => delete d.info.title],
  ["operation-operationId-unique", (d) => (d.paths["/api/v1/tasks"].post.operationId = "get_tasks")],
  ["operation-operationId", (d) => delete d.paths["/api/v1/runs/{id}"].get.operationId],
  ["operation-4xx-response", (d) => (d.paths["/healthz"].get.responses = { 200: { description: "done" } })],
  ["operation-tag-defined", (d) => (d.paths["/healthz"].get.tags = ["nonsense"])],
  ["operation-tag-defined", (d) => delete d.paths["/healthz"].get.tags],
  ["security-defined", (d) => delete d.components.securitySchemes.token],
  ["no-unresolved-refs", (d) => delete d.components.schemas.Run],
  ["no-unused-components", (d) => (d.components.schemas.Nobody = { type: "object" })],
  ["path-parameters-defined", (d) => (d.paths["/api/v1/runs/{id}"].get.parameters = [])],
  ["no-required-schema-properties-undefined", (d) => d.components.schemas.Node.required.push("nonsense")],
  ["no-enum-type-mismatch", (d) => d.components.schemas.Task.properties.overlap.enum.push(7)],
  [
    "no-invalid-media-type-examples",
    (d) => (d.paths["/api/v1/tasks"].post.requestBody.content["application/json"].example = { name: 7 }),
  ],
];

function checkItself() {
  const folder = mkdtempSync(join(tmpdir(), "rota-openapi-"));
  try {
    for (const [rule, spoil] of faults) {
      const document = JSON.parse(readFileSync(file, "utf8"));
      spoil(document);
      const path = join(folder, "openapi.json");
      writeFileSync(path, written(document));
      const found = problemsOf(path);
      assert.ok(found.some((one) => one.startsWith(`${rule} at`)), `${rule} was not found: ${spoil}\n${found.join("\n")}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`${faults.length} faults, all found`);
  return 0;
}

if (!existsSync(linter)) {
  console.error("tests/openapi: the linter is not there: run 'npm ci' in tests/openapi");
  process.exit(1);
}
process.exit(process.argv.includes("--self") ? checkItself() : check());
