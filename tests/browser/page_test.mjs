// The page in Chromium: over tasks that the test decides (page_server), then over a real `rota
// serve`, where a change by plain SQL and a finished run must appear without a reload.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { accessibilityProblems, finish, looksRight, makeFolder, openBrowser, openPage, startServer, test } from "./harness.mjs";
import { screensOverTheRealServer } from "./screens_test.mjs";

const { values: options } = parseArgs({
  options: {
    chromium: { type: "string", default: "/usr/bin/chromium" },
    "page-server": { type: "string" },
    rota: { type: "string" },
    screenshots: { type: "string" },
  },
});
const folder = makeFolder();
const screenshots = options.screenshots ?? folder;
const tasksFile = new URL("./tasks.json", import.meta.url).pathname;
const columns = [
  "ID", "Type", "Name", "Schedule", "Working Days", "Timezone", "Priority", "Active", "Metadata",
  "Last Executed (UTC)", "Execution Time", "Last Result", "Next Scheduled (UTC)", "Failures",
];


const cell = (page, id, column) => page.locator(`tr[data-task="${id}"] .${column}`).first();
const text = (locator) => locator.innerText().then((found) => found.trim());

async function pageOverDecidedTasks(browser) {
  const { server, url } = await startServer(options["page-server"], [tasksFile]);
  const command = (what) => server.stdin.write(`${JSON.stringify(what)}\n`);
  const page = await openPage(browser, `${url}/dynamic-task`);
  await page.waitForSelector('tr[data-task="1"]');

  await test("shows the original's columns in its order", async () => {
    const headers = await page.locator("thead th").allInnerTexts();
    assert.deepEqual(headers.map((header) => header.replace(/[↑↓]/g, "").trim()), columns);
  });

  await test("tells zero from never and shows working days as a yellow Yes", async () => {
    assert.equal(await text(cell(page, 5, "execution-time")), "0ms");
    assert.equal(await text(cell(page, 7, "execution-time")), "-");
    assert.equal(await text(cell(page, 7, "executed")), "Never");
    assert.equal(await text(cell(page, 5, "yes")), "Yes");
    const colour = await cell(page, 5, "yes").evaluate((badge) => getComputedStyle(badge).backgroundColor);
    assert.equal(colour, "rgb(255, 223, 107)");
  });

  await test("shows a schedule's error on its row", async () => {
    assert.match(await text(cell(page, 7, "problem")), /hour must be 0 to 23/);
  });

  await test("shows hostile text as text", async () => {
    assert.match(await text(cell(page, 15, "name")), /<img src=x onerror=alert\(1\)>/);
    assert.equal(await page.locator("tbody img, tbody script").count(), 0);
  });

  await test("is live", () => page.waitForSelector('[role="status"].live'));

  await test("shows a change within 500 ms, without a reload, and nothing else is asked for", async () => {
    const asked = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname + new URL(request.url()).search));
    await page.evaluate(() => (globalThis.sameDocument = true));
    const begin = Date.now();
    command({ put: { id: 4, name: "Customer Data Sync", type: "customer_sync", execution_time_ms: 0, executed_ago_s: 1, last_result: "synced 17" } });
    await page.waitForFunction(() => document.querySelector('tr[data-task="4"] .last-result')?.textContent.includes("synced 17"));
    const took = Date.now() - begin;
    assert.ok(took < 500, `took ${took} ms`);
    assert.equal(await page.evaluate(() => globalThis.sameDocument), true);
    assert.deepEqual(asked.filter((path) => path.startsWith("/api/v1/tasks") || path.startsWith("/api/v1/runs")), ["/api/v1/tasks?ids=4"]);
    assert.ok(await page.locator('tr[data-task="4"].changed').count(), "the row is highlighted");
  });

  await test("shows a new task and drops a removed one", async () => {
    command({ put: { id: 40, name: "Newcomer", type: "null" } });
    await page.waitForSelector('tr[data-task="40"]');
    command({ remove: 40 });
    await page.waitForSelector('tr[data-task="40"]', { state: "detached" });
  });

  await test("keeps search, filter and order in the address", async () => {
    await page.keyboard.press("/");
    await page.keyboard.type("Sales");
    await page.waitForFunction(() => document.querySelectorAll("tbody tr[data-task]").length === 4);
    await page.getByRole("button", { name: "Name", exact: true }).click();
    await page.getByText("Active", { exact: true }).first().click();
    await page.waitForURL(/search=Sales/);
    const address = new URL(page.url()).searchParams;
    assert.equal(address.get("active"), "true");
    assert.equal(address.get("sort"), "name");
    await page.reload();
    await page.waitForSelector("tbody tr[data-task]");
    assert.equal(await page.locator("input[type=search]").inputValue(), "Sales");
    assert.equal(await page.locator("th.name[aria-sort=ascending]").count(), 1);
  });

  await test("says so when nothing matches, and leads back", async () => {
    await page.locator("input[type=search]").fill("no such task");
    await page.getByRole("button", { name: "Show all tasks" }).click();
    await page.waitForSelector('tr[data-task="1"]');
  });

  await test("explains a task's next slots when its row is opened by the keyboard", async () => {
    await page.getByRole("button", { name: "Details of Nightly Database Backup" }).focus();
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelectorAll(".details li").length === 5);
    assert.match(await text(page.locator(".details h2").first()), /02:00/);
  });

  await test("is accessible in light, dark and on a phone", async () => {
    await page.waitForFunction(() => document.querySelectorAll("tr.changed").length === 0);
    await looksRight(page, "dynamic-task", screenshots);
  });

  await test("never complained, and asked nobody else", () => assert.deepEqual(page.complaints, []));
  await page.context().close();
}

async function pageSurvivesARestart(browser) {
  const first = await startServer(options["page-server"], [tasksFile]);
  const port = new URL(first.url).port;
  const page = await openPage(browser, `${first.url}/tasks`);
  await page.waitForSelector('[role="status"].live');
  await test("says that the connection is lost, returns by itself and catches up", async () => {
    await first.stop();
    await page.waitForSelector('[role="status"].lost');
    const second = await startServer(options["page-server"], [tasksFile, port]);
    const changed = { id: 1, name: "Changed meanwhile", type: "null" };
    second.server.stdin.write(`${JSON.stringify({ put: changed })}\n`);
    await page.waitForSelector('[role="status"].live', { timeout: 15_000 });
    await page.waitForFunction(() => document.querySelector('tr[data-task="1"] .name')?.textContent.includes("Changed meanwhile"));
    await second.stop();
  });
  await page.context().close();
}

async function pageWithoutTasks(browser) {
  const { url } = await startServer(options["page-server"], []);
  const page = await openPage(browser, `${url}/dynamic-task`);
  await test("teaches how to begin where there is no task yet", async () => {
    await page.getByText("rota import demo").waitFor();
    await page.screenshot({ path: join(screenshots, "empty.png") });
    assert.deepEqual(await accessibilityProblems(page), []);
  });
  await page.context().close();
}

async function pageOverTheRealServer(browser) {
  const database = join(folder, "rota.db");
  const sql = (statement) => execFileSync("sqlite3", ["-cmd", ".timeout 5000", database, statement], { encoding: "utf8" });
  execFileSync(options.rota, ["import", "demo", "--db", database], { cwd: folder, stdio: "inherit" });
  const { url } = await startServer(options.rota, ["serve", "--db", database, "--port", "0", "--no-sign-in"], { cwd: folder });
  const page = await openPage(browser, `${url}/dynamic-task`);
  await page.waitForSelector("tbody tr[data-task]");
  await page.waitForSelector('[role="status"].live');

  await test("shows the demo's 21 tasks as the real server plans them", async () => {
    assert.equal(await page.locator("tbody tr[data-task]").count(), 21);
  });
  await test("follows an SQL update without a reload", async () => {
    const [id] = sql("SELECT min(id) FROM task").trim().split("\n");
    sql(`UPDATE task SET schedule = '17 3 * * *', priority = 77 WHERE id = ${id}`);
    const begin = Date.now();
    await page.waitForFunction((task) => document.querySelector(`tr[data-task="${task}"] .next`)?.textContent.includes("03:17:00"), id);
    assert.equal(await text(cell(page, id, "priority")), "77");
    console.log(`#    SQL update to page: ${Date.now() - begin} ms`);
  });
  await test("shows a finished run without a reload", async () => {
    sql("INSERT INTO task (name, type, schedule) VALUES ('Each second', 'null', '* * * * * *')");
    const row = page.locator("tbody tr[data-task]", { hasText: "Each second" });
    await row.waitFor();
    await row.locator(".executed time").waitFor();
    assert.match(await text(row.locator(".execution-time")), /ms$/);
  });
  await test("shows a broken schedule and goes on", async () => {
    sql("UPDATE task SET schedule = '61 * * * *' WHERE name = 'Each second'");
    await page.locator("tbody tr[data-task]", { hasText: "Each second" }).locator(".problem").waitFor();
  });
  await page.screenshot({ path: join(screenshots, "real.png") });
  assert.deepEqual(page.complaints, []);
  await page.context().close();
}

const watchdog = setTimeout(() => {
  console.error("the browser test took too long");
  process.exit(1);
}, 240_000);
let failed = false;
try {
  const browser = await openBrowser(options.chromium);
  await pageOverDecidedTasks(browser);
  await pageSurvivesARestart(browser);
  await pageWithoutTasks(browser);
  if (options.rota && existsSync(options.rota)) {
    await pageOverTheRealServer(browser);
    await screensOverTheRealServer(browser, options.rota, screenshots);
  } else {
    console.log("# the program `rota` is not built: its part is left out");
  }
} catch (error) {
  failed = true;
  console.error(error);
} finally {
  await finish();
  clearTimeout(watchdog);
}
process.exit(failed ? 1 : 0);
