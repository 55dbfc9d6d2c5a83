// Starts programs and a browser for the tests of the page, and ends what it started.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const require = createRequire(new URL("../../web/package.json", import.meta.url));
const { chromium } = require("playwright-core");
export const axeSource = require("axe-core").source;

const undo = [];

/** Runs at the end, last first. */
export function atEnd(work) {
  undo.push(work);
}

export async function finish() {
  for (const work of undo.reverse()) await work();
}

export function makeFolder() {
  const folder = mkdtempSync(join(tmpdir(), "rota-browser-"));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Starts a server; answers with its process and the address it prints. */
export async function startServer(program, args, options = {}) {
  const server = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"], ...options });
  const stop = () =>
    new Promise((done) => {
      if (server.exitCode !== null || server.signalCode !== null) return done();
      server.once("exit", done);
      server.stdin.end();
      server.kill("SIGTERM");
    });
  atEnd(stop);
  const url = await new Promise((found, failed) => {
    const said = [];
    const look = (line) => {
      said.push(line);
      const match = /http:\/\/[^\s"]+:\d+/.exec(line);
      if (match) found(match[0]);
    };
    createInterface({ input: server.stdout }).on("line", look);
    createInterface({ input: server.stderr }).on("line", look);
    server.once("exit", (code) => failed(new Error(`${program} ended with ${code}: ${said.join("\n")}`)));
  });
  return { server, url, stop };
}

export async function openBrowser(executablePath) {
  const browser = await chromium.launch({
    executablePath,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  atEnd(() => browser.close());
  return browser;
}

/** A page that fails the test when its console complains or it asks a foreign address. */
export async function openPage(browser, url, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1600, height: 1000 }, ...options });
  const page = await context.newPage();
  page.complaints = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") page.complaints.push(message.text());
  });
  page.on("pageerror", (error) => page.complaints.push(error.message));
  page.on("dialog", (dialog) => {
    page.complaints.push(`a dialog opened: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(`${new URL(url).origin}/`)) page.complaints.push(`foreign address ${request.url()}`);
  });
  await page.goto(url);
  return page;
}

/** What axe-core finds wrong, one line each. Run by the debugger, which the page's policy lets be. */
export async function accessibilityProblems(page) {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  return violations.map(
    (found) => `${found.id}: ${found.help}: ${found.nodes.map((node) => node.html).join(" | ")}`,
  );
}

export async function test(name, work) {
  const begin = Date.now();
  await work();
  console.log(`ok - ${name} (${Date.now() - begin} ms)`);
}

const looks = [
  ["light", 1440, 900, "light"],
  ["dark", 1440, 900, "dark"],
  ["phone", 390, 844, "light"],
  ["phone-dark", 390, 844, "dark"],
];

/** Light, dark and on a phone: nothing that axe-core finds, no page that scrolls sideways. */
export async function looksRight(page, name, folder) {
  for (const [look, width, height, colorScheme] of looks) {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.waitForFunction(() => document.getAnimations().every((each) => each.playState === "finished"));
    await page.screenshot({ path: `${folder}/${name}-${look}.png`, fullPage: true });
    assert.deepEqual(await accessibilityProblems(page), [], `${name}, ${look}`);
    const tooWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    assert.equal(tooWide, false, `${name}, ${look}: the page itself scrolls sideways`);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.emulateMedia({ colorScheme: "light", reducedMotion: null });
}
