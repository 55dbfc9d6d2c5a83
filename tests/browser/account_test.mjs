// Set-up by the link that the server prints, signing out and in, and a session that ends while the
// page is open: in Chromium, over a real `rota serve`.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { accessibilityProblems, atEnd, finish, makeFolder, openBrowser, openPage } from "./harness.mjs";

const { values: options } = parseArgs({
  options: {
    chromium: { type: "string", default: "/usr/bin/chromium" },
    rota: { type: "string" },
    screenshots: { type: "string" },
  },
});
const folder = makeFolder();
const screenshots = options.screenshots ?? folder;
const password = "correct horse battery";

async function test(name, work) {
  const begin = Date.now();
  await work();
  console.log(`ok - ${name} (${Date.now() - begin} ms)`);
}

/** Starts `rota serve`; answers with the link it prints and its address. */
async function serve(database) {
  const server = spawn(options.rota, ["serve", "--db", database, "--port", "0", "--quiet"], { cwd: folder });
  atEnd(() => {
    if (server.exitCode !== null) return undefined;
    const ended = new Promise((done) => server.once("exit", done));
    server.kill("SIGTERM");
    return ended;
  });
  return new Promise((found, failed) => {
    createInterface({ input: server.stdout }).on("line", (line) => {
      const match = /(http:\/\/[^\s\x1b]+)\/set-up#[\w-]+/.exec(line);
      if (match) found({ link: match[0], url: match[1] });
    });
    server.once("exit", (code) => failed(new Error(`rota serve ended with ${code}`)));
  });
}

// A refused sign-in is a line in the browser's console, and rightly so.
const unexpected = (page) => page.complaints.filter((one) => !/status of (401|403|422|429)/.test(one));

async function fill(page, name, secret) {
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Password", { exact: true }).fill(secret);
}

async function accounts(browser) {
  const database = join(folder, "rota.db");
  execFileSync(options.rota, ["import", "demo", "--db", database], { cwd: folder, stdio: "ignore" });
  const { link, url } = await serve(database);
  const page = await openPage(browser, url);

  await test("an open page says that nobody can sign in yet, and how to begin", async () => {
    await page.getByRole("heading", { name: "Not set up yet" }).waitFor();
    assert.deepEqual(await accessibilityProblems(page), []);
  });

  await test("the printed link makes the first admin and shows the tasks", async () => {
    await page.goto("about:blank");
    await page.goto(link);
    await page.getByRole("heading", { name: "Make the first admin" }).waitFor();
    assert.deepEqual(await accessibilityProblems(page), []);
    await page.screenshot({ path: join(screenshots, "set-up.png") });
    await fill(page, "ann", "short");
    await page.getByLabel("The same once more").fill("short");
    await page.getByRole("button", { name: "Make admin and sign in" }).click();
    await page.getByText(/needs at least 12 characters/).first().waitFor();
    await fill(page, "ann", password);
    await page.getByLabel("The same once more").fill(`${password}!`);
    await page.getByRole("button", { name: "Make admin and sign in" }).click();
    await page.getByText("is not the same password").waitFor();
    await page.getByLabel("The same once more").fill(password);
    await page.getByRole("button", { name: "Make admin and sign in" }).click();
    await page.getByRole("button", { name: "Sign out" }).waitFor();
    assert.ok(!page.url().includes("#"), "the link's secret stays in no history");
  });

  await test("scripts cannot read the session", async () => {
    assert.equal(await page.evaluate(() => document.cookie), "");
  });

  await test("signing out and in again, with a wrong password before", async () => {
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    assert.deepEqual(await accessibilityProblems(page), []);
    await page.screenshot({ path: join(screenshots, "sign-in.png") });
    await fill(page, "ann", "not the password");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").getByText("the name or the password is wrong").waitFor();
    await fill(page, "ann", password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("button", { name: "Sign out" }).waitFor();
  });

  await test("a session that ends keeps the page and goes on after the password", async () => {
    await page.goto(`${url}/dynamic-task`);
    await page.waitForSelector("tbody tr[data-task]");
    await page.getByRole("searchbox").first().fill("demo");
    execFileSync("sqlite3", ["-cmd", ".timeout 5000", database, "DELETE FROM session"]);
    const dialog = page.getByRole("dialog", { name: "Your session has ended" });
    await dialog.waitFor({ timeout: 20_000 });
    assert.deepEqual(await accessibilityProblems(page), []);
    await page.screenshot({ path: join(screenshots, "session-ended.png") });
    await dialog.getByLabel("Password", { exact: true }).fill(password);
    await dialog.getByRole("button", { name: "Sign in" }).click();
    await dialog.waitFor({ state: "hidden" });
    assert.equal(await page.getByRole("searchbox").first().inputValue(), "demo");
  });
  assert.deepEqual(unexpected(page), []);
  await page.context().close();
}

const watchdog = setTimeout(() => {
  console.error("the browser test took too long");
  process.exit(1);
}, 240_000);
try {
  const browser = await openBrowser(options.chromium);
  await accounts(browser);
} finally {
  await finish();
  clearTimeout(watchdog);
}
