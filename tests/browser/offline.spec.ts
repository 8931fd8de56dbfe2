// Check-in without signal: codes read by the camera, kept while the phone is offline, there once when it is not.
import AxeBuilder from "@axe-core/playwright";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { chromiumArguments } from "./playwright.config";
import { writeFilm } from "./support/camera";
import { eventToday } from "./support/examples";
import { expect, heading, test } from "./support/fixtures";
import type { Page } from "@playwright/test";
import type { Server } from "./support/server";

// Named by whoever runs the tests, and handed down to the workers, whose browsers are told of it when they start.
process.env.PLENARY_TEST_FILM ??= path.join(tmpdir(), `plenary-film-${process.pid}.y4m`);
const film = process.env.PLENARY_TEST_FILM;

test.use({
  launchOptions: {
    executablePath: process.env.PLENARY_CHROMIUM ?? "/usr/bin/chromium",
    args: [...chromiumArguments, "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", `--use-file-for-fake-video-capture=${film}`],
  },
  // What is asked for without signal fails, and browsers write that down.
  expectedErrors: [/ERR_INTERNET_DISCONNECTED/],
});

interface Listed {
  code: string;
  name: string;
  in?: Record<string, number>;
}

/** An event of today with so many places. */
async function importDay(server: Server, slug: string, count: number): Promise<void> {
  const day = eventToday(slug);
  const places = Array.from({ length: count }, (_, n) => ({
    code: `p${n}`,
    ticket: "all",
    name: `Delegate ${String(n + 1).padStart(2, "0")}`,
    email: `delegate-${n}@example.org`,
    job_role: "Nurse",
    organisation: "Example Trust",
  }));
  await server.import({ ...day, places });
}

/** Whoever the server knows at this event, asked past the page. */
async function people(page: Page, slug: string): Promise<Listed[]> {
  const answer = await page.context().request.get(`/check-in/${slug}/list.json`);
  return ((await answer.json()) as { people: Listed[] }).people;
}

const state = (page: Page) => page.locator("#state");

/** Opens the page with signal and waits until it could be without. */
async function open(page: Page, slug: string, count: number): Promise<void> {
  await page.goto(`/check-in/${slug}/offline`);
  await expect(heading(page, "Check-in without signal")).toBeVisible();
  await expect(page.getByText(new RegExp(`^Ready without signal: ${count} p`))).toBeVisible();
}

/** Presses somebody in or out by hand. */
async function press(page: Page, typed: string, button: string): Promise<void> {
  await page.getByRole("textbox", { name: "Name or code" }).fill(typed);
  await page.getByRole("button", { name: "Find" }).click();
  await page.getByRole("button", { name: button }).click();
}

test("thirty codes are scanned without signal, the page is killed, and all are there once", async ({ page, context, server, signIn }) => {
  test.setTimeout(180_000);
  const slug = "offline-thirty";
  await importDay(server, slug, 30);
  await signIn("steward@example.org");
  // Our own reader is what is tried here; Chromium has one on some machines.
  await context.addInitScript(() => Reflect.deleteProperty(window, "BarcodeDetector"));
  await open(page, slug, 30);
  const codes = (await people(page, slug)).map((person) => person.code);
  writeFilm(film, codes.map((code) => `${server.url}/check-in/${slug}?code=${code}`));

  await context.setOffline(true);
  expect(await page.evaluate(() => fetch("/health/live").then(() => "reached", () => "no signal"))).toBe("no signal");
  const [worker] = context.serviceWorkers();
  expect(await worker?.evaluate(() => fetch("/health/live").then(() => "reached", () => "no signal"))).toBe("no signal");
  await page.getByRole("button", { name: "Start the camera" }).click();
  await expect(page.locator("#answer")).toContainText(/Arrived: Delegate \d\d \d.*, to the event\. Nurse, Example Trust\./);
  await expect(state(page)).toHaveText("No signal. 30 waiting to sync", { timeout: 120_000 });
  await page.close();
  rmSync(film, { force: true });
  expect((await people(page, slug)).filter((person) => person.in)).toEqual([]);

  const back = await context.newPage();
  await back.goto(`/check-in/${slug}/offline`);
  await expect(state(back)).toHaveText("No signal. 30 waiting to sync");
  await expect(back.getByRole("listitem").filter({ hasText: "Arrived, waiting" })).toHaveCount(10);

  await context.setOffline(false);
  await expect(state(back)).toHaveText(/^All synced at /, { timeout: 30_000 });
  const there = await people(back, slug);
  expect(there.filter((person) => person.in?.[""] !== undefined)).toHaveLength(30);
  const proof = JSON.parse(await server.plenary("attendance", "prove", "--event", slug, "--json")) as { records: number; whole: boolean };
  expect(proof).toMatchObject({ records: 30, whole: true });
});

test("a scan is answered from the phone's list, undone while it waits, and told when it cannot be recorded", async ({ page, context, server, signIn }) => {
  const slug = "offline-by-hand";
  await importDay(server, slug, 3);
  await signIn("steward@example.org");
  await open(page, slug, 3);
  const answer = page.locator("#answer");
  await context.setOffline(true);

  await press(page, "delegate 02", "Arrive: Delegate 02");
  await expect(answer).toHaveClass(/answer--yes/);
  await expect(answer).toContainText("Arrived: Delegate 02");
  await expect(answer).toBeFocused();
  const faults = (await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]).analyze()).violations;
  expect(faults.map((fault) => `${fault.id}: ${fault.help}`)).toEqual([]);
  await page.getByRole("button", { name: "Undo this arrival" }).click();
  await expect(answer).toBeHidden();
  await expect(state(page)).toHaveText(/^No signal\. All synced at /);

  await press(page, "delegate 02", "Arrive: Delegate 02");
  await page.keyboard.press("Escape");
  await press(page, "delegate 02", "Arrive: Delegate 02");
  await expect(answer).toHaveClass(/answer--again/);
  await expect(answer).toContainText("Already in: Delegate 02 Here since ");
  await page.getByRole("button", { name: "Next person" }).click();
  await expect(state(page)).toHaveText("No signal. 1 waiting to sync");

  // A right code that is nobody's here: 2 is worth nothing, and so is its check digit.
  await press(page, "2222 2222", "Arrive: 22222222");
  await expect(answer).toContainText("Not on this phone’s list: 22222222 They may have booked since. Kept, and checked when there is signal.");
  await page.getByRole("button", { name: "Next person" }).click();
  await expect(state(page)).toHaveText("No signal. 2 waiting to sync");

  await context.setOffline(false);
  await page.getByRole("button", { name: "Sync now" }).click();
  await expect(state(page)).toHaveText(/^All synced at /);
  const refused = page.getByRole("region", { name: "Not recorded" });
  await expect(refused).toContainText("22222222, Nobody at this event has that code, reference or name.");
  await page.getByRole("button", { name: "Clear this list" }).click();
  await expect(refused).toBeHidden();
  expect((await people(page, slug)).map((person) => person.in !== undefined)).toEqual([false, true, false]);
});

test("signing out asks while scans wait, and clears the phone", async ({ page, context, server, signIn }) => {
  const slug = "offline-sign-out";
  await importDay(server, slug, 1);
  await signIn("steward@example.org");
  await open(page, slug, 1);
  await context.setOffline(true);
  await press(page, "delegate", "Arrive: Delegate 01");
  await expect(state(page)).toHaveText("No signal. 1 waiting to sync");
  await page.close();
  await context.setOffline(false);

  const other = await context.newPage();
  await other.goto("/my");
  await other.getByRole("button", { name: "Sign out" }).click();
  await expect(heading(other, "Scans wait on this phone")).toBeVisible();
  expect(await other.evaluate(async () => (await indexedDB.databases()).length)).toBe(1);
  await other.getByRole("button", { name: "Lose them and sign out" }).click();
  await expect(other.getByRole("link", { name: "Sign in" })).toBeVisible();
  expect(await other.evaluate(async () => [(await indexedDB.databases()).length, (await caches.keys()).length, (await navigator.serviceWorker.getRegistrations()).length])).toEqual([0, 0, 0]);
});

test("a clock that is fast is told, and times are put right", async ({ page, server, signIn }) => {
  const slug = "offline-clock";
  await importDay(server, slug, 1);
  await signIn("steward@example.org");
  await page.clock.setSystemTime(Date.now() + 180_000);
  await open(page, slug, 1);
  await expect(page.getByText("This phone’s clock is 3 minutes fast. Times are put right.")).toBeVisible();
  await press(page, "delegate", "Arrive: Delegate 01");
  const came = async () => (await people(page, slug))[0]?.in?.[""] ?? 0;
  await expect.poll(async () => Math.abs((await came()) - Date.now())).toBeLessThan(60_000);
});
