// Everything runs in the machine's own Chromium, against servers the tests start themselves (support/server.ts).
// `cargo xtask test` builds the server and calls this; by hand: `npx playwright test`, after `cargo build -p server`.
import { defineConfig, type ReporterDescription } from "@playwright/test";

/** What Chromium is always started with. */
export const chromiumArguments = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking"];

const results = process.env.PLENARY_BROWSER_RESULTS;
const reporter: ReporterDescription[] = [["list"]];
if (results) reporter.push(["json", { outputFile: results }]);

export default defineConfig({
  testDir: ".",
  outputDir: "../../target/browser-tests/output",
  fullyParallel: true,
  workers: 2,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: true,
  reporter,
  use: {
    locale: "en-GB",
    timezoneId: "Europe/London",
    screenshot: "only-on-failure",
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: process.env.PLENARY_CHROMIUM ?? "/usr/bin/chromium",
      args: chromiumArguments,
    },
  },
  projects: [
    { name: "scripts-on", use: { javaScriptEnabled: true } },
    // axe is a script itself, and the pages it looks at are the same; what is read without a browser is read once;
    // check-in without signal is all script.
    { name: "scripts-off", use: { javaScriptEnabled: false }, testIgnore: ["axe.spec.ts", "certificates.spec.ts", "calendars.spec.ts", "offline.spec.ts"] },
  ],
});
