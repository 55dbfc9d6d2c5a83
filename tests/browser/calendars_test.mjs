// Calendars over a real server: the year, closing and opening a day with what that does to the runs,
// calendars on top of others, files, the load to come, and all of it by keyboard.
import assert from "node:assert/strict";
import { looksRight, openPage, test } from "./harness.mjs";
import { live, realServer, unexpected } from "./real_server.mjs";

// Two workdays in the coming weeks that are no bank holidays anywhere: a Tuesday and the Wednesday after.
function comingDays() {
  const at = new Date();
  at.setUTCDate(at.getUTCDate() + 8);
  const closed = new Set(["12-25", "12-28", "01-01", "01-04"]);
  const text = () => at.toISOString().slice(0, 10);
  while (at.getUTCDay() !== 2 || closed.has(text().slice(5))) at.setUTCDate(at.getUTCDate() + 1);
  const first = text();
  at.setUTCDate(at.getUTCDate() + 1);
  return [first, text()];
}

const holidayFile = (date) => `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;VALUE=DATE:${date.replaceAll("-", "")}\r\nSUMMARY:Works outing <b>all</b>\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`;

export async function calendars(browser, rota, screenshots) {
  const server = await realServer(rota);
  const { url, sql } = server;
  sql("INSERT INTO task (name, type, schedule, timezone, working_days_only) VALUES ('Payroll', 'null', '30 9 * * 1-5', 'Europe/London', 1)");
  const page = await openPage(browser, `${url}/`);
  await live(page);
  const [day, next] = comingDays();
  const dateButton = (date) => page.locator(`[data-date="${date}"]`);
  const panel = () => page.locator(".day > section").first();

  await test("calendars are listed", async () => {
    await page.keyboard.press("g");
    await page.keyboard.press("c");
    await page.getByRole("link", { name: "england-and-wales" }).waitFor();
    await page.getByText("default", { exact: true }).waitFor();
  });

  await test("a calendar on top of another is made", async () => {
    await page.getByRole("button", { name: "New calendar" }).click();
    const dialog = page.getByRole("dialog", { name: "New calendar" });
    await dialog.getByLabel("Name").fill("Acme");
    await dialog.getByLabel("Description").fill("<img src=x onerror=alert(1)>");
    assert.equal(await dialog.getByLabel("On top of").locator("option:checked").innerText(), "england-and-wales");
    await looksRight(page, "calendar-dialog", screenshots);
    await dialog.getByRole("button", { name: "Make it" }).click();
    await page.waitForURL(/\/calendars\/\d+$/);
    await page.getByRole("heading", { name: "Acme" }).waitFor();
    assert.equal(await page.locator("main img").count(), 0);
    await page.getByRole("link", { name: "england-and-wales" }).waitFor();
  });

  await test("the year names its holidays and says where each comes from", async () => {
    const christmas = page.getByRole("button", { name: /25 December \d+: closed, Christmas Day/ });
    await christmas.waitFor();
    await christmas.click();
    await panel().getByText("computed bank holiday (england-and-wales)").waitFor();
    await page.waitForURL(/day=\d+-12-25/);
  });

  await test("the arrows walk through the year and into the next, and Enter opens a day", async () => {
    const year = new Date().getUTCFullYear();
    await dateButton(`${year}-12-25`).focus();
    await page.keyboard.press("ArrowDown");
    await page.waitForFunction((date) => document.activeElement?.dataset.date === date, `${year + 1}-01-01`);
    await page.keyboard.press("PageUp");
    await page.waitForFunction((date) => document.activeElement?.dataset.date === date, `${year}-12-01`);
    await page.keyboard.press("End");
    await page.waitForFunction((date) => document.activeElement?.dataset.date === date, `${year}-12-31`);
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Enter");
    await page.waitForURL(new RegExp(`day=${year}-12-30`));
  });

  await test("closing a day of the default calendar shows which runs change, and only then does it", async () => {
    await page.goto(`${url}/calendars`);
    await page.getByRole("link", { name: "Acme", exact: true }).click();
    await page.getByRole("button", { name: "Make it the default" }).click();
    await page.getByText("follow it from now on").waitFor();
    await page.goto(`${page.url().split("?")[0]}?year=${day.slice(0, 4)}&day=${day}`);
    await panel().getByText("A working day").waitFor();
    await panel().getByText("Closed", { exact: true }).click();
    await panel().getByLabel("Why").fill("Stocktaking <b>here</b>");
    const preview = page.getByRole("region", { name: "These runs change" });
    await preview.getByText("Payroll").waitFor();
    await preview.locator("del").first().waitFor();
    assert.equal(sql(`SELECT count(*) FROM holiday WHERE date = '${day}'`), "0", "nothing is stored yet");
    await looksRight(page, "calendar-day", screenshots);
    await panel().getByRole("button", { name: "Save" }).click();
    await panel().getByText("Saved.").waitFor();
    await page.getByRole("button", { name: /closed, Stocktaking <b>here<\/b>/ }).first().waitFor();
    assert.equal(await page.locator("main b").count(), 0);
  });

  await test("the task says why it does not run on that day", async () => {
    await page.goto(`${url}/tasks/${server.id("Payroll")}`);
    await page.getByRole("region", { name: "Next ten slots" }).getByText(/Stocktaking/).first().waitFor();
  });

  await test("days come from a file, after a look at what they do", async () => {
    await page.goto(`${url}/calendars`);
    await page.getByRole("link", { name: "Acme", exact: true }).click();
    await page.getByRole("button", { name: "Import .ics …" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(/An iCalendar file/).setInputFiles({ name: "outing.ics", mimeType: "text/calendar", buffer: Buffer.from(holidayFile(next)) });
    await dialog.getByText(/Payroll/).waitFor();
    await dialog.getByRole("button", { name: "Import" }).click();
    await dialog.getByText("1 days came in").or(dialog.getByText("1 day came in")).waitFor();
    await dialog.getByRole("button", { name: "Done" }).click();
    await page.goto(`${page.url().split("?")[0]}?year=${next.slice(0, 4)}&day=${next}`);
    await panel().getByText("imported from a file").waitFor();
  });

  await test("a day's entry is taken away again, with what that does", async () => {
    await page.goto(`${page.url().split("?")[0]}?year=${day.slice(0, 4)}&day=${day}`);
    await panel().getByText("No entry here").click();
    await page.getByRole("region", { name: "These runs change" }).getByText("Payroll").waitFor();
    await panel().getByRole("button", { name: "Take the entry away" }).click();
    await panel().getByText("A working day").waitFor();
    assert.equal(sql(`SELECT count(*) FROM holiday WHERE date = '${day}'`), "0");
  });

  await test("a feed that does not answer says so, and the days stay", async () => {
    await page.getByRole("button", { name: "Add a feed …" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Kind").selectOption("ics");
    await dialog.getByLabel("Address").fill("http://127.0.0.1:9/holidays.ics");
    await dialog.getByRole("button", { name: "Save" }).click();
    const feed = page.getByRole("region", { name: "Feed" });
    await feed.getByText("http://127.0.0.1:9/holidays.ics").waitFor();
    await feed.getByRole("button", { name: "Refresh now" }).click();
    await feed.locator("dd.bad").waitFor();
    await looksRight(page, "calendar-feed", screenshots);
    await feed.getByRole("button", { name: "Remove" }).click();
    await feed.getByRole("button", { name: "Add a feed …" }).waitFor();
  });

  await test("a calendar that tasks follow is not removed, one that none follows is", async () => {
    await page.getByRole("button", { name: "Delete …" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Type its name to confirm").fill("Acme");
    await dialog.getByRole("button", { name: "Delete" }).click();
    await page.locator("header .bad").waitFor();
    await page.goto(`${url}/calendars`);
    await page.getByRole("link", { name: "northern-ireland" }).click();
    await page.getByRole("button", { name: "Delete …" }).click();
    await dialog.getByLabel("Type its name to confirm").fill("northern-ireland");
    await dialog.getByRole("button", { name: "Delete" }).click();
    await page.waitForURL(`${url}/calendars`);
    await page.getByRole("link", { name: "scotland" }).waitFor();
    assert.equal(await page.getByRole("link", { name: "northern-ireland" }).count(), 0);
  });

  await test("the load to come is shown hour by hour, and what runs on a date", async () => {
    await page.goto(`${url}/calendars`);
    const rows = page.getByRole("region", { name: "Load to come" }).first().locator("tbody tr");
    await rows.nth(13).waitFor();
    await rows.nth(1).getByRole("button").click();
    await page.getByRole("region", { name: /^What runs on/ }).locator("li").first().waitFor();
    await looksRight(page, "calendars", screenshots);
    await page.getByText("4 weeks", { exact: true }).click();
    await rows.nth(27).waitFor();
  });

  await test("no calendar complained", () => assert.deepEqual(unexpected(page), []));
  await page.context().close();
}
