// Every screen over the real server: its address can be opened directly, it shows what it should, it
// follows by itself, it is accessible in light, dark and on a phone, and it never complains.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { looksRight, makeFolder, openPage, startServer, test } from "./harness.mjs";
import { commands } from "./real_server.mjs";

const printing = "for i in $(seq 1 4000); do printf '\\033[32mline %d\\033[0m <b>not bold</b>\\n' $i; done; echo 'to the error stream' >&2";

function fillDatabase(rota, folder) {
  const database = join(folder, "rota.db");
  const run = (...args) => execFileSync(rota, [...args, "--db", database], { cwd: folder, encoding: "utf8" });
  run("import", "demo");
  const sql = (statement) => execFileSync("sqlite3", ["-cmd", ".timeout 5000", database, statement], { encoding: "utf8" }).trim();
  sql(`INSERT INTO task (name, type, schedule, metadata) VALUES
    ('Printer', 'command', '@yearly', json_object('argv', json_array('/bin/sh', '-c', '${printing.replaceAll("'", "''")}'))),
    ('Counter', 'null', '* * * * * *', '{}'),
    ('Payroll', 'null', '30 9 * * 1-5', '{"note":"<img src=x onerror=alert(1)>"}')`);
  sql("UPDATE task SET working_days_only = 1, timezone = 'Europe/London' WHERE name = 'Payroll'");
  sql("UPDATE task SET paused_until = 253402300799000000, pause_reason = 'Stocktaking' WHERE name = 'Low Stock Alerts'");
  return { sql, database, id: (name) => Number(sql(`SELECT id FROM task WHERE name = '${name}'`)) };
}

export async function screensOverTheRealServer(browser, rota, screenshots) {
  const folder = makeFolder();
  mkdirSync(screenshots, { recursive: true });
  const { sql, database, id } = fillDatabase(rota, folder);
  const { url } = await startServer(rota, ["serve", "--db", database, "--port", "0", ...commands, "--no-sign-in"], { cwd: folder });
  const page = await openPage(browser, `${url}/`);
  const go = (path) => page.goto(url + path);
  const live = () => page.waitForSelector('[role="status"].live');
  await live();

  await test("Today shows what comes, and leads to a task", async () => {
    await page.getByRole("region", { name: "Due next" }).locator("li").first().waitFor();
    await page.getByText("One task is paused").waitFor();
    await page.getByRole("region", { name: "The last hour" }).waitFor();
    await looksRight(page, "today", screenshots);
  });

  await test("the keyboard leads everywhere", async () => {
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keyboard" }).waitFor();
    await looksRight(page, "keys", screenshots);
    await page.keyboard.press("Escape");
    await page.keyboard.press("g");
    await page.keyboard.press("t");
    await page.waitForURL(`${url}/tasks`);
    await page.waitForSelector("tbody tr[data-task]");
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("k");
    assert.equal(await page.evaluate(() => document.activeElement.closest("tr")?.rowIndex), 1);
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/tasks\/\d+$/);
    await page.goBack();
    await page.waitForURL(`${url}/tasks`);
    await page.keyboard.press("/");
    assert.equal(await page.evaluate(() => document.activeElement.type), "search");
  });

  await test("the list of tasks has a status and the last runs, and remembers its columns", async () => {
    await go("/tasks?columns=state,name,recent,next");
    await page.waitForSelector("tbody tr[data-task]");
    const headers = await page.locator("thead th").allInnerTexts();
    const words = headers.map((header) => header.replace(/[↑↓]/g, "").trim());
    assert.deepEqual(words, ["", "Status", "Name", "Last runs", "Next Scheduled (UTC)"], "after the boxes that choose rows");
    await page.locator("tr", { hasText: "Counter" }).locator("svg rect").first().waitFor();
    await go("/tasks");
    await page.waitForSelector("tbody tr[data-task]");
    await looksRight(page, "tasks", screenshots);
  });

  await test("a task's page explains its next slots and follows its runs", async () => {
    await go(`/tasks/${id("Payroll")}`);
    await page.getByRole("region", { name: "Next ten slots" }).locator("tbody tr").nth(9).waitFor();
    assert.equal(await page.locator("main img").count(), 0);
    await looksRight(page, "task-payroll", screenshots);
    await go(`/tasks/${id("Counter")}`);
    const rows = page.getByRole("region", { name: "Runs" }).locator("tbody tr");
    await rows.nth(3).waitFor();
    const first = await rows.first().getAttribute("data-run");
    await page.waitForFunction((before) => document.querySelector("tr[data-run]")?.dataset.run !== before, first);
    await page.getByRole("region", { name: "Durations" }).locator("svg rect").first().waitFor();
    sql("UPDATE task SET active = 0 WHERE name = 'Counter'");
    await page.getByText("It runs only when somebody asks it to").waitFor();
    await looksRight(page, "task", screenshots);
  });

  await test("runs are listed, and filters stand in the address", async () => {
    await go("/runs");
    await page.waitForSelector("tr[data-run]");
    await looksRight(page, "runs", screenshots);
    await page.getByText("Skipped", { exact: true }).click();
    await page.waitForURL(/status=skipped/);
  });

  await test("a run's page shows its output as it comes, safely, and finds words in it", async () => {
    execFileSync(rota, ["task", "run", String(id("Printer")), "--db", database], { cwd: folder });
    await go(`/tasks/${id("Printer")}`);
    await page.locator("tr[data-run] a").first().click();
    await page.waitForURL(/\/runs\/\d+$/);
    const output = page.getByRole("region", { name: "Output", exact: true });
    await output.getByText("line 1 ").or(output.getByText("line 4000")).first().waitFor();
    assert.equal(await output.locator("b").count(), 0);
    assert.ok((await output.locator(".line").count()) < 200, "only the lines in sight are drawn");
    await page.getByPlaceholder("Search in the output").fill("line 3210");
    await output.locator("mark", { hasText: "line 3210" }).waitFor();
    assert.match(await page.locator(".found").innerText(), /1 of 1/);
    assert.ok(await output.locator("span.fg2").count(), "colours are kept");
    await looksRight(page, "run", screenshots);
  });

  await test("nodes and handlers are shown", async () => {
    await go("/nodes");
    await page.getByRole("cell", { name: "Live", exact: true }).waitFor();
    await looksRight(page, "nodes", screenshots);
    await go("/handlers");
    await page.getByRole("link", { name: /http_request/ }).click();
    await page.waitForURL(`${url}/handlers/http_request`);
    await page.getByRole("cell", { name: "redirects_max" }).waitFor();
    await looksRight(page, "handler", screenshots);
  });

  await test("an address that is none says so, and unknown ids too", async () => {
    await go("/tasks/999999");
    await page.getByRole("heading", { name: "There is no task 999999" }).waitFor();
    await go("/runs/999999");
    await page.getByRole("heading", { name: "There is no run 999999" }).waitFor();
    page.complaints = page.complaints.filter((each) => !each.includes("404"));
  });

  await test("no screen complained, and none asked elsewhere", () => assert.deepEqual(page.complaints, []));
  await page.context().close();
}
