// A real `rota serve` over a database of its own, for the tests of screens.
import { execFileSync } from "node:child_process";
import { userInfo } from "node:os";
import { join } from "node:path";
import { makeFolder, openPage, startServer } from "./harness.mjs";

export const password = "correct horse battery";
/** Commands run as whoever runs the tests, root included. */
export const commands = ["--allow-command", "/bin/sh", "--run-as", userInfo().username, "--allow-root-commands"];

/** Answers with its address and ways into its database; `users`: names and roles, else no sign-in. */
export async function realServer(rota, { users = [], demo = true } = {}) {
  const folder = makeFolder();
  const database = join(folder, "rota.db");
  const run = (args, input) => execFileSync(rota, [...args, "--db", database], { cwd: folder, encoding: "utf8", input });
  const sql = (statement) => execFileSync("sqlite3", ["-cmd", ".timeout 5000", database, statement], { encoding: "utf8" }).trim();
  run(["import", "demo"]);
  if (!demo) sql("DELETE FROM task");
  for (const [name, role] of users) run(["user", "add", name, "--role", role], `${password}\n`);
  const arguments_ = (port) => ["serve", "--db", database, "--port", port, ...commands, ...(users.length > 0 ? [] : ["--no-sign-in"])];
  const first = await startServer(rota, arguments_("0"), { cwd: folder });
  return {
    url: first.url,
    folder,
    sql,
    run,
    stop: first.stop,
    /** The same once more, at the same address. */
    again: () => startServer(rota, arguments_(new URL(first.url).port), { cwd: folder }),
    id: (name) => Number(sql(`SELECT id FROM task WHERE name = '${name.replaceAll("'", "''")}'`)),
  };
}

export const live = (page) => page.waitForSelector('[role="status"].live');

export async function signIn(browser, url, name, options = {}) {
  const page = await openPage(browser, url, options);
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Sign out" }).waitFor();
  return page;
}

/** What the console said, but for refusals that the test itself brought about. */
export const unexpected = (page) => page.complaints.filter((one) => !/status of (401|403|404|409|412|422|429)/.test(one));

/** Whether the server has that address at all; what it lacks is left out, and said. */
export async function has(page, path) {
  const answer = await page.request.get(new URL(`/api/v1${path}`, page.url()).href);
  if (answer.status() === 404) console.log(`# the server has no ${path}: its test is left out`);
  return answer.status() !== 404;
}
