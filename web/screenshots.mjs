#!/usr/bin/env node
// Makes the pictures of the README from the real thing: a server with the demo's tasks and a few that
// run, fail and print, looked at with Chromium.
//
//   node web/screenshots.mjs --rota build/release/bin/rota [--out docs/images] [--wait 150]
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { finish, makeFolder, openBrowser, startServer } from "../tests/browser/harness.mjs";

const { values: options } = parseArgs({
  options: {
    chromium: { type: "string", default: "/usr/bin/chromium" },
    rota: { type: "string", default: "build/release/bin/rota" },
    out: { type: "string", default: "docs/images" },
    wait: { type: "string", default: "150" }, // seconds of history before the first picture
  },
});

const shell = (text) => JSON.stringify({ argv: ["/bin/sh", "-c", text] });
const build = `for i in $(seq 1 140); do printf '\\033[32m  ok\\033[0m  invoice %04d  posted to ledger\\n' $i; done
printf '\\033[33mwarn\\033[0m  invoice 0141  has no purchase order\\n'
printf '141 invoices, 1 warning\\n'`;
const extra = [
  ["Post invoices", "command", "20 seconds", shell(`${build}; sleep 4`), "Europe/London"],
  ["Close the books", "command", "45 seconds", shell("sleep 14; echo closed"), "Europe/London"],
  ["Import bank statement", "command", "50 seconds", shell("echo 'the bank does not answer' >&2; exit 3"), "UTC"],
  ["Refresh exchange rates", "null", "5 seconds", "{}", "UTC"],
  ["Payroll", "null", "30 9 24 * *", "{}", "Europe/London"],
];

const rota = resolve(options.rota);

function fill(folder) {
  const database = join(folder, "rota.db");
  execFileSync(rota, ["import", "demo", "--db", database], { cwd: folder, stdio: "ignore" });
  const quote = (text) => `'${text.replaceAll("'", "''")}'`;
  const sql = extra.map((row) => `(${row.map(quote).join(", ")})`).join(", ");
  const run = (statement) => execFileSync("sqlite3", ["-cmd", ".timeout 5000", database, statement], { encoding: "utf8" }).trim();
  run(`INSERT INTO task (name, type, schedule, metadata, timezone) VALUES ${sql}`);
  run("UPDATE task SET attempts_max = 3, retry_delay_s = 2 WHERE name = 'Import bank statement'");
  run("UPDATE task SET working_days_only = 1, on_non_working_day = 'previous', description = 'Pays everybody, once the bank is open.', owner = 'Finance' WHERE name = 'Payroll'");
  const calendar = (...args) => execFileSync(rota, ["calendar", ...args, "--db", database], { cwd: folder, stdio: "ignore" });
  calendar("add", "Acme", "--parent", "england-and-wales", "--description", "Acme Ltd, head office.");
  calendar("day", "add", "Acme", `${new Date().getUTCFullYear()}-12-19`, "Saturday shift", "--working");
  calendar("default", "Acme");
  return { database, run };
}

async function picture(page, url, name, path, { scheme = "light", width = 1280, height = 800, before } = {}) {
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
  await page.goto(url + path);
  await page.waitForSelector('[role="status"].live');
  await page.waitForTimeout(1500);
  await before?.();
  await page.screenshot({ path: join(options.out, `${name}.png`) });
  console.log(`${options.out}/${name}.png`);
}

try {
  const folder = makeFolder();
  mkdirSync(options.out, { recursive: true });
  const { run } = fill(folder);
  const { url } = await startServer(
    rota,
    ["serve", "--db", join(folder, "rota.db"), "--port", "0", "--allow-command", "/bin/sh", "--allow-root-commands", "--no-sign-in"],
    { cwd: folder },
  );
  const browser = await openBrowser(options.chromium);
  const context = await browser.newContext({ timezoneId: "Europe/London" });
  const page = await context.newPage();
  await page.goto(url);
  await new Promise((done) => setTimeout(done, Number(options.wait) * 1000));
  const task = (name) => run(`SELECT id FROM task WHERE name = '${name}'`);
  const lastRun = (name) => run(`SELECT max(id) FROM run WHERE status = 'succeeded' AND task_id = ${task(name)}`);
  await picture(page, url, "today", "/", {
    before: () => page.getByRole("region", { name: "Running now" }).locator("li").first().waitFor({ timeout: 90_000 }),
  });
  await picture(page, url, "tasks-dark", "/tasks?sort=-executed_at", { scheme: "dark" });
  await picture(page, url, "task", `/tasks/${task("Payroll")}`);
  const calendar = run("SELECT id FROM calendar WHERE name = 'Acme'");
  const christmasEve = `${new Date().getUTCFullYear()}-12-24`;
  await picture(page, url, "calendar", `/calendars/${calendar}?day=${christmasEve}`, {
    height: 1000,
    before: async () => {
      await page.getByText("Closed", { exact: true }).first().click();
      await page.getByLabel("Why").fill("Company holiday");
      await page.getByRole("region", { name: "These runs change" }).locator("del").first().waitFor();
      await page.evaluate(() => document.activeElement.blur());
      await page.mouse.move(0, 0);
    },
  });
  await picture(page, url, "editor", "/tasks/new", {
    before: async () => {
      await page.getByLabel("Name").fill("Close the month");
      await page.getByLabel("What it does").selectOption("http_request");
      await page.getByLabel("Schedule", { exact: true }).fill("30 9 25 * *");
      await page.getByLabel("On working days only").check();
      await page.getByText(/Does not run/).first().waitFor();
      await page.evaluate(() => document.activeElement.blur());
    },
  });
  await picture(page, url, "run", `/runs/${lastRun("Post invoices")}`, { height: 900 });
  run("UPDATE task SET active = 0 WHERE schedule LIKE '%seconds' OR schedule LIKE '%minutes'");
  await page.waitForTimeout(15_000); // for so long an answer about the load may be an old one
  await picture(page, url, "load", "/calendars", { scheme: "dark", height: 900 });
} finally {
  await finish();
}
