// The page over real servers: calendars, making and changing tasks, users and settings, a server that
// goes and comes back; and how fast it is.
import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { calendars } from "./calendars_test.mjs";
import { editing } from "./editing_test.mjs";
import { finish, makeFolder, openBrowser } from "./harness.mjs";
import { speed } from "./speed_test.mjs";
import { settings } from "./settings_test.mjs";

const { values: options } = parseArgs({
  options: {
    chromium: { type: "string", default: "/usr/bin/chromium" },
    rota: { type: "string" },
    screenshots: { type: "string" },
    only: { type: "string" },
  },
});
const screenshots = options.screenshots ?? makeFolder();
mkdirSync(screenshots, { recursive: true });

const watchdog = setTimeout(() => {
  console.error("the browser test took too long");
  process.exit(1);
}, 560_000);
let failed = false;
try {
  const browser = await openBrowser(options.chromium);
  const parts = { calendars, editing, settings, speed };
  for (const [name, part] of Object.entries(parts)) {
    if (options.only === undefined || options.only === name) await part(browser, resolve(options.rota), screenshots);
  }
} catch (error) {
  failed = true;
  console.error(error);
} finally {
  await finish();
  clearTimeout(watchdog);
}
process.exit(failed ? 1 : 0);
