// Making and changing tasks: the form, two people at once, what a change does to the runs, the way
// back, and text that would like to be a script.
import assert from "node:assert/strict";
import { looksRight, openPage, test } from "./harness.mjs";
import { live, realServer, signIn, unexpected } from "./real_server.mjs";

// The next Easter Monday, by the anonymous Gregorian algorithm.
function easterMonday() {
  const of = (year) => {
    const [a, b, c] = [year % 19, Math.floor(year / 100), year % 100];
    const h = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
    const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
    const m = Math.floor((a + 11 * h + 22 * l) / 451);
    const n = h + l - 7 * m + 114;
    return new Date(Date.UTC(year, Math.floor(n / 31) - 1, (n % 31) + 2));
  };
  const now = new Date();
  const found = of(now.getUTCFullYear());
  return found > now ? found : of(now.getUTCFullYear() + 1);
}

const hostile = `<img src=x onerror=alert(1)>"'</script><script>alert(2)</script>`;

async function makingATask(browser, rota, screenshots) {
  const server = await realServer(rota);
  const { url, sql } = server;
  const page = await openPage(browser, `${url}/tasks`);
  await live(page);

  await test("somebody who has read nothing adds a working-days task and sees why Easter Monday is left out", async () => {
    await page.getByRole("link", { name: "New task" }).click();
    await page.getByLabel("Name").fill("Payroll");
    await page.getByLabel("What it does").selectOption("null");
    await page.getByLabel("Schedule", { exact: true }).fill("0 9 * * MONDAYS");
    await page.locator("#schedule-meaning .bad").waitFor();
    await page.getByLabel("Schedule", { exact: true }).fill(`0 9 ${easterMonday().getUTCDate()} ${easterMonday().getUTCMonth() + 1} *`);
    await page.getByLabel("Time zone").fill("london");
    await page.getByRole("option", { name: /Europe\/London/ }).click();
    await page.getByLabel("On working days only").check();
    await page.getByText(/Does not run: .*Easter Monday/).first().waitFor();
    await page.getByLabel("Schedule", { exact: true }).fill("0 9 * * 1");
    await page.getByLabel("Calendar").selectOption({ label: "scotland" });
    await page.getByLabel("Moved by working days").fill("-1");
    await page.getByText("1 working day earlier than the schedule says.").waitFor();
    await page.getByLabel("Moved by working days").fill("0");
    await looksRight(page, "editor", screenshots);
    await page.getByRole("button", { name: "Add task" }).click();
    await page.waitForURL(/\/tasks\/\d+$/);
    await page.getByRole("heading", { name: "Payroll" }).waitFor();
    await page.getByText("scotland", { exact: true }).waitFor();
    assert.equal(sql("SELECT c.name FROM task t JOIN calendar c ON c.id = t.calendar_id WHERE t.name = 'Payroll'"), "scotland");
  });

  await test("wrong fields say so next to the field, all at once", async () => {
    await page.goto(`${url}/tasks/new`);
    await page.getByLabel("Schedule", { exact: true }).fill("99 99 * * *");
    await page.getByRole("button", { name: "Add task" }).click();
    await page.locator("#name-problem").waitFor();
    await page.locator("#schedule-problem").waitFor();
    await page.getByRole("link", { name: "Cancel" }).click();
    await page.waitForURL(`${url}/tasks`);
  });

  await test("a change shows which runs change before it is saved", async () => {
    await page.goto(`${url}/tasks/${server.id("Payroll")}/edit`);
    await page.getByLabel("Schedule", { exact: true }).fill("30 10 * * 1");
    const box = page.getByRole("region", { name: "These runs change" });
    await box.getByText(/runs? (vanish|appear|move)/).first().waitFor();
    await looksRight(page, "editor-preview", screenshots);
    await page.getByRole("button", { name: "Save" }).click();
    await page.waitForURL(/\/tasks\/\d+$/);
    await page.getByRole("region", { name: "Changes" }).getByText("30 10 * * 1").waitFor();
  });

  await test("a colleague's change is undone from the task's page", async () => {
    const changes = page.getByRole("region", { name: "Changes" });
    await changes.getByRole("button", { name: "Restore this state" }).first().click();
    await changes.getByText("It is again as it was").waitFor();
    assert.equal(sql("SELECT schedule FROM task WHERE name = 'Payroll'"), "0 9 * * 1");
  });

  await test("run now, with other metadata, pause until with a reason, resume", async () => {
    await page.getByRole("button", { name: "Run now" }).first().click();
    await page.getByText(/Run \d+ has been queued/).waitFor();
    await page.locator("tr[data-run]").first().waitFor();
    await page.getByRole("button", { name: "Run with other metadata …" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Metadata for this run only, as JSON").fill('{"only": "once"}');
    await dialog.getByRole("button", { name: "Run now" }).click();
    await page.waitForFunction(() => document.querySelectorAll("tr[data-run]").length === 2);
    assert.match(sql("SELECT metadata FROM run ORDER BY id DESC LIMIT 1"), /once/);
    await page.getByRole("button", { name: "Pause …" }).click();
    await dialog.getByLabel("How long").selectOption({ label: "for a day" });
    await dialog.getByLabel("Why").fill(hostile);
    await dialog.getByRole("button", { name: "Pause", exact: true }).click();
    await page.getByRole("button", { name: "Resume" }).waitFor();
    assert.equal(await page.locator("main img, main script").count(), 0);
    await page.getByRole("button", { name: "Resume" }).click();
    await page.getByRole("button", { name: "Pause …" }).waitFor();
  });

  await test("a task is duplicated, and removed after its name was typed", async () => {
    await page.getByRole("link", { name: "Duplicate" }).click();
    await page.waitForFunction(() => document.querySelector("#name")?.value === "Payroll (copy)");
    await page.getByRole("button", { name: "Add task" }).click();
    await page.getByRole("heading", { name: "Payroll (copy)" }).waitFor();
    await page.getByRole("button", { name: "Delete …" }).click();
    const dialog = page.getByRole("dialog", { name: "Delete Payroll (copy)" });
    assert.equal(await dialog.getByRole("button", { name: "Delete" }).isDisabled(), true);
    await dialog.getByLabel("Type its name to confirm").fill("Payroll (copy)");
    await dialog.getByRole("button", { name: "Delete" }).click();
    await page.waitForURL(`${url}/tasks`);
    assert.equal(sql("SELECT count(*) FROM task WHERE name = 'Payroll (copy)'"), "0");
  });

  await test("hostile names, metadata and output are shown as text everywhere", async () => {
    const quoted = hostile.replaceAll("'", "''");
    sql(`INSERT INTO task (name, type, schedule, description, owner, tags, metadata) VALUES ('${quoted}', 'command', '@yearly', '${quoted}', '${quoted}', '${quoted}',
      json_object('argv', json_array('/bin/sh', '-c', 'printf "%s\\n" "$0"; printf "\\033]0;title\\007\\033[31m<b>x</b>\\n"; exit 1', '${quoted}')))`);
    const id = server.id(hostile);
    server.run(["task", "run", String(id)]);
    for (const path of ["/", "/tasks", `/tasks/${id}`, `/tasks/${id}/edit`, "/runs"]) {
      await page.goto(url + path);
      await page.locator("main h1").first().waitFor();
      if (path.endsWith("/edit")) await page.waitForFunction((text) => document.querySelector("#name")?.value === text, hostile);
      else if (path !== "/") await page.getByText(hostile).first().waitFor();
      await page.waitForTimeout(500);
      assert.equal(await page.locator("main img, main script, main b").count(), 0, path);
    }
    await page.goto(`${url}/tasks/${id}`);
    await page.locator("tr[data-run] a").first().click();
    await page.getByRole("region", { name: "Output", exact: true }).getByText("<b>x</b>").waitFor();
    assert.equal(await page.locator("main img, main script, main b").count(), 0);
    assert.notEqual(await page.title(), "title");
  });

  await test("nothing complained while tasks were made and changed", () => assert.deepEqual(unexpected(page), []));
  await page.context().close();
}

async function twoAtOnce(browser, rota, screenshots) {
  const server = await realServer(rota, { users: [["ann", "admin"], ["ben", "edit"], ["vic", "view"]] });
  const { url, sql } = server;
  const id = server.id("Low Stock Alerts");
  const ann = await signIn(browser, url, "ann");
  const ben = await signIn(browser, url, "ben");

  await test("of two who edit at once, the second sees both versions and loses nothing", async () => {
    for (const page of [ann, ben]) {
      await page.goto(`${url}/tasks/${id}/edit`);
      await page.getByLabel("Name").waitFor();
    }
    await ann.getByLabel("Priority").fill("11");
    await ann.getByLabel("Description").fill("ann's words");
    await ann.getByRole("button", { name: "Save" }).click();
    await ann.waitForURL(`${url}/tasks/${id}`);
    await ben.getByLabel("Priority").fill("22");
    await ben.getByLabel("Owner").fill("Ben");
    await ben.getByRole("button", { name: "Save" }).click();
    const conflict = ben.getByRole("alert", { name: "Somebody else saved first" });
    await conflict.getByText("ann", { exact: false }).first().waitFor();
    await looksRight(ben, "conflict", screenshots);
    await conflict.getByRole("radio", { name: "priority, theirs: 11" }).check();
    await conflict.getByRole("button", { name: "Go on with these" }).click();
    assert.equal(await ben.getByLabel("Owner").inputValue(), "Ben");
    assert.equal(await ben.getByLabel("Description").inputValue(), "ann's words");
    await ben.getByRole("button", { name: "Save" }).click();
    await ben.waitForURL(`${url}/tasks/${id}`);
    assert.equal(sql(`SELECT priority || ' ' || owner || ' ' || description FROM task WHERE id = ${id}`), "11 Ben ann's words");
    await ann.getByText("Ben", { exact: true }).first().waitFor();
  });

  await test("a session that ends while a form is filled in keeps the work, and saves it after the password", async () => {
    await ben.goto(`${url}/tasks/${id}/edit`);
    await ben.getByLabel("Name").fill("Low stock");
    sql("DELETE FROM session WHERE user_id = (SELECT id FROM user WHERE name = 'ben')");
    await ben.getByRole("button", { name: "Save" }).click();
    const dialog = ben.getByRole("dialog", { name: "Your session has ended" });
    await dialog.getByLabel("Password", { exact: true }).fill("correct horse battery");
    await dialog.getByRole("button", { name: "Sign in" }).click();
    await ben.waitForURL(`${url}/tasks/${id}`);
    assert.equal(sql(`SELECT name FROM task WHERE id = ${id}`), "Low stock");
  });

  await test("who may only look is offered nothing else", async () => {
    const vic = await signIn(browser, url, "vic");
    await vic.goto(`${url}/tasks/${id}`);
    await vic.getByRole("heading", { name: "Low stock" }).waitFor();
    assert.equal(await vic.getByRole("button", { name: /Run now|Pause|Delete|Restore/ }).count(), 0);
    assert.equal(await vic.getByRole("link", { name: "Users" }).count(), 0);
    await vic.context().close();
  });
  for (const page of [ann, ben]) {
    assert.deepEqual(unexpected(page), []);
    await page.context().close();
  }
}

export async function editing(browser, rota, screenshots) {
  await makingATask(browser, rota, screenshots);
  await twoAtOnce(browser, rota, screenshots);
}
