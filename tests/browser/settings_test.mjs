// Users, tokens, the audit, settings and secrets over a real server that asks for a password.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { renameSync } from "node:fs";
import { join } from "node:path";
import { looksRight, openPage, test } from "./harness.mjs";
import { has, live, realServer, signIn, unexpected } from "./real_server.mjs";

export async function settings(browser, rota, screenshots) {
  const server = await realServer(rota, { users: [["ann", "admin"]], demo: false });
  const { url } = server;
  const page = await signIn(browser, url, "ann");
  const dialog = page.getByRole("dialog");

  await test("an admin adds a user, changes the role, and removes the user by name", async () => {
    await page.goto(`${url}/users`);
    await page.getByRole("button", { name: "New user" }).click();
    await dialog.getByLabel("Name").fill("ben");
    await dialog.getByLabel("Role").selectOption("view");
    await dialog.getByLabel("Password", { exact: true }).fill("short");
    await dialog.getByRole("button", { name: "Add user" }).click();
    await dialog.locator("#user-password-problem").waitFor();
    await looksRight(page, "user-dialog", screenshots);
    await dialog.getByLabel("Password", { exact: true }).fill("correct horse battery");
    await dialog.getByRole("button", { name: "Add user" }).click();
    await page.getByText("ben can sign in now.").waitFor();
    await page.getByLabel("Role of ben").selectOption("edit");
    await page.getByText("ben is edit now").waitFor();
    await page.getByRole("button", { name: "Sign out ben" }).click();
    await page.getByText("ben was signed in nowhere.").waitFor();
    await looksRight(page, "users", screenshots);
    const ben = await signIn(browser, url, "ben");
    await ben.goto(`${url}/settings`);
    await ben.getByRole("link", { name: "Password and tokens" }).waitFor();
    assert.equal(await ben.getByRole("link", { name: "Audit" }).count(), 0);
    await ben.context().close();
    await page.getByRole("button", { name: "Remove … ben" }).click();
    await dialog.getByLabel("Type its name to confirm").fill("ben");
    await dialog.getByRole("button", { name: "Remove" }).click();
    await page.getByText("ben is gone").waitFor();
  });

  await test("a token is made, shown once, works, and ends", async () => {
    await page.goto(`${url}/tokens`);
    await page.getByText("None yet.").waitFor();
    await looksRight(page, "tokens-empty", screenshots);
    await page.getByRole("button", { name: "New token" }).click();
    await dialog.getByLabel("Name").fill("laptop");
    await dialog.getByLabel("Role").selectOption("view");
    await dialog.getByRole("button", { name: "Make it" }).click();
    await dialog.getByRole("button", { name: "Done" }).waitFor(); // until then the name's field is there
    const secret = await dialog.getByRole("textbox").inputValue();
    assert.match(secret, /^rota_/);
    const ask = () => execFileSync("curl", ["-s", "-o", "/dev/null", "-w", "%{http_code}", "-H", `Authorization: Bearer ${secret}`, `${url}/api/v1/tasks`], { encoding: "utf8" });
    assert.equal(ask(), "200");
    await dialog.getByRole("button", { name: "Done" }).click();
    await page.getByRole("cell", { name: "laptop", exact: true }).waitFor();
    assert.equal((await page.content()).includes(secret), false);
    await looksRight(page, "tokens", screenshots);
    await page.getByRole("button", { name: "Remove … laptop" }).click();
    await dialog.getByLabel("Type its name to confirm").fill("laptop");
    await dialog.getByRole("button", { name: "Remove" }).click();
    await page.getByText("laptop does not work any more.").waitFor();
    assert.equal(ask(), "401");
  });

  await test("a change asks for the password once more, and then goes on", async () => {
    server.sql("UPDATE session SET proved_at = 0");
    // The server believes for two seconds what it read before.
    const asked = () => page.evaluate(async () => {
      const { user } = await (await fetch("/api/v1/session")).json();
      const answer = await fetch("/api/v1/tokens/999999", { method: "DELETE", headers: { "X-CSRF-Token": user.csrf_token } });
      return answer.status === 403 && (await answer.json()).code === "password_needed";
    });
    for (const end = Date.now() + 20_000; !(await asked()); ) assert.ok(Date.now() < end, "the server asks for the password");
    await page.getByRole("button", { name: "New token" }).click();
    await dialog.getByLabel("Name").fill("phone");
    await dialog.getByRole("button", { name: "Make it" }).click();
    const proof = page.getByRole("dialog", { name: "Your password once more" });
    await proof.waitFor();
    await looksRight(page, "password-once-more", screenshots);
    await proof.getByRole("button", { name: "Cancel" }).click();
    await dialog.getByText("this needs your password once more").waitFor();
    await dialog.getByRole("button", { name: "Make it" }).click();
    await proof.getByLabel("Password").fill("not the password");
    await proof.getByRole("button", { name: "Go on" }).click();
    await proof.locator("#proof-password-problem").waitFor();
    await proof.getByLabel("Password").fill("correct horse battery");
    await proof.getByRole("button", { name: "Go on" }).click();
    await page.getByRole("dialog", { name: "Token phone" }).getByRole("button", { name: "Done" }).click();
    await page.getByRole("cell", { name: "phone", exact: true }).waitFor();
  });

  await test("one sees where one is signed in, and ends it", async () => {
    const other = await signIn(browser, url, "ann");
    await page.goto(`${url}/tokens`);
    const table = page.getByRole("region", { name: "Where you are signed in" });
    await table.getByRole("row").nth(2).waitFor();
    assert.equal(await table.getByText("(here)").count(), 1);
    await looksRight(page, "sessions", screenshots);
    await table.getByRole("button", { name: /^Sign out .* from 127\.0\.0\.1$/ }).first().click();
    await table.getByText("is signed out.").waitFor();
    assert.equal(await table.getByRole("row").count(), 2);
    assert.equal(Number(server.sql("SELECT count(*) FROM session")), 1);
    await other.context().close();
  });

  await test("one's own password is changed, and the tokens end with it", async () => {
    await page.getByLabel("The old one").fill("not the password");
    await page.getByLabel("The new one").fill("another horse battery");
    await page.getByLabel("The same once more").fill("another horse battery");
    await page.getByRole("button", { name: "Change it" }).click();
    await page.locator(".panel .bad").waitFor();
    await page.getByLabel("The old one").fill("correct horse battery");
    await page.getByLabel("End your tokens as well: phone").check();
    await looksRight(page, "password-with-tokens", screenshots);
    await page.getByRole("button", { name: "Change it" }).click();
    await page.getByText("and your tokens do not work any more.").waitFor();
    assert.equal(Number(server.sql("SELECT count(*) FROM api_token")), 0);
  });

  await test("the audit says who changed what, and is searched", async () => {
    await page.goto(`${url}/audit`);
    await page.getByRole("cell", { name: "ann" }).first().waitFor();
    await page.getByRole("button", { name: "What changed" }).first().click();
    await looksRight(page, "audit", screenshots);
    await page.getByRole("searchbox").fill("laptop");
    await page.waitForURL(/search=laptop/);
    await page.getByRole("searchbox").fill("<script>nobody</script>");
    await page.getByRole("heading", { name: "Nothing matches" }).waitFor();
  });

  await test("settings are changed within their bounds", async () => {
    await page.goto(`${url}/settings`);
    await page.getByLabel("Default calendar").selectOption("scotland");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved. It holds at once").waitFor();
    assert.equal(server.sql("SELECT value FROM setting WHERE name = 'default_calendar'"), "scotland");
    await looksRight(page, "settings", screenshots);
  });

  if (await has(page, "/secrets")) await test("a secret goes in and never comes out", async () => {
    await page.goto(`${url}/settings`);
    await page.getByText("None yet.").waitFor();
    await page.getByRole("button", { name: "Add a secret …" }).click();
    await dialog.getByLabel("Name").fill("smtp-password");
    await dialog.getByLabel("Value").fill("tr0ub4dor-and-3");
    await dialog.getByRole("button", { name: "Keep it" }).click();
    await page.getByRole("cell", { name: "smtp-password", exact: true }).waitFor();
    assert.equal((await page.content()).includes("tr0ub4dor"), false);
    await looksRight(page, "secrets", screenshots);
    await page.getByRole("button", { name: "Replace … smtp-password" }).click();
    await dialog.getByLabel("Value").fill("another-one-of-them");
    await dialog.getByRole("button", { name: "Keep it" }).click();
    await page.getByText("smtp-password is kept").waitFor();
    await page.getByRole("button", { name: "Delete … smtp-password" }).click();
    await dialog.getByLabel("Type its name to confirm").fill("smtp-password");
    await dialog.getByRole("button", { name: "Delete" }).click();
    await page.getByText("smtp-password is gone").waitFor();
  });

  await test("the API is read and searched", async () => {
    await page.goto(`${url}/api/docs`);
    await page.getByText("/api/v1/calendars/{id}/preview").waitFor();
    await page.getByLabel("Search the API").fill("post pause");
    const one = page.locator("details", { hasText: "/api/v1/tasks/{id}/pause" }).first();
    await one.locator("summary").first().click();
    await one.getByRole("cell", { name: "reason" }).first().waitFor();
    assert.equal(await page.getByText("/api/v1/calendars/{id}/preview").count(), 0);
    await looksRight(page, "api", screenshots);
    await page.getByLabel("Search the API").fill("no such thing");
    await page.getByText("Nothing matches.").waitFor();
  });

  await test("no screen about the server complained", () => assert.deepEqual(unexpected(page), []));
  await page.context().close();

  const open = await realServer(rota, { demo: false });
  const trial = await openPage(browser, `${open.url}/users`);
  await test("a server without users says how to get some", async () => {
    await trial.getByRole("heading", { name: "No users yet" }).waitFor();
    await looksRight(trial, "users-empty", screenshots);
    await trial.goto(`${open.url}/audit`);
    await trial.getByRole("heading", { name: "Nothing has been changed yet" }).waitFor();
    await looksRight(trial, "audit-empty", screenshots);
  });

  await test("a database that is moved away is said on every page, and its return as well", async () => {
    const database = join(open.folder, "rota.db");
    await trial.goto(`${open.url}/tasks`);
    await live(trial);
    renameSync(database, `${database}.away`);
    const banner = trial.getByRole("status").filter({ hasText: "Nothing is started just now" });
    await banner.waitFor({ timeout: 20_000 });
    assert.match(await banner.textContent(), /the database's file is gone/);
    await looksRight(trial, "not-ready", screenshots);
    renameSync(`${database}.away`, database);
    await banner.waitFor({ state: "detached", timeout: 20_000 });
  });
  await trial.context().close();
}
