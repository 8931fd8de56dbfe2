// The grid editor: by pointer, by keyboard, undone; and without scripts the way to what does the same.
import { day } from "./support/examples";
import { expect, test } from "./support/fixtures";

const on = day(120);

function eventOf(slug: string, sessions: unknown[], rooms = ["Hall", "Studio"]) {
  return {
    plenary: 1,
    kind: "event",
    organisation: { slug: "example-training", name: "Example Training Ltd", email: "events@example.org" },
    event: { slug, status: "published", title: "Grid day", timezone: "Europe/London", starts: `${on}T09:00`, ends: `${on}T17:00` },
    rooms: rooms.map((name) => ({ code: name.toLowerCase(), name })),
    sessions,
    tickets: [{ code: "all", name: "Everybody" }],
  };
}

const session = (code: string, title: string, from: string, until: string, room: string) => ({
  code, title, kind: "talk", starts: `${on}T${from}`, ends: `${on}T${until}`, room, cpd: true,
});

test("sessions are dragged, stretched, drawn and nudged, clashes and hours are told, and all of it is undone", async ({ page, server, signIn }, { project }) => {
  const slug = `grid-${project.name}`;
  await server.import(eventOf(slug, [session("one", "First talk", "09:30", "10:30", "hall"), session("two", "Second talk", "11:00", "12:00", "hall")]));
  await signIn("organiser@example.org");
  await page.goto(`/organise/events/${slug}/agenda/grid`);
  if (project.use.javaScriptEnabled === false) {
    await expect(page.getByText("The grid needs scripts.")).toBeVisible();
    await page.getByRole("link", { name: "the list of sessions" }).click();
    await expect(page.getByRole("heading", { name: "Agenda", exact: true })).toBeVisible();
    return;
  }
  // A day has to be on the screen to be dragged about on it.
  await page.setViewportSize({ width: 1280, height: 1600 });
  const first = page.getByRole("button", { name: /^First talk/ });
  await expect(first).toHaveAccessibleName("First talk, 9:30am to 10:30am, Hall");
  await expect(page.getByText("2 hours of CPD offered")).toBeVisible();

  // An hour down and one room across.
  const from = (await first.boundingBox())!;
  const other = (await page.getByText("Studio", { exact: true }).boundingBox())!;
  await page.mouse.move(from.x + 20, from.y + 10);
  await page.mouse.down();
  await page.mouse.move(from.x + 30, from.y + 40, { steps: 4 });
  await page.mouse.move(other.x + 20, from.y + 10 + from.height, { steps: 8 });
  await page.mouse.up();
  await expect(first).toHaveAccessibleName("First talk, 10:30am to 11:30am, Studio");
  await expect(page.getByRole("status")).toContainText("First talk is now 10:30am to 11:30am, Studio.");
  await expect(page.getByText("The agenda that is out offers 2 hours, and this one 1.5 hours.")).toBeVisible();

  // Its lower edge, half an hour up.
  const moved = (await first.boundingBox())!;
  await page.mouse.move(moved.x + 20, moved.y + moved.height - 4);
  await page.mouse.down();
  await page.mouse.move(moved.x + 20, moved.y + moved.height / 2 - 4, { steps: 5 });
  await page.mouse.up();
  await expect(first).toHaveAccessibleName("First talk, 10:30am to 11am, Studio");

  // By keyboard: back into the hall, and down until it clashes.
  await first.focus();
  await page.keyboard.press("ArrowLeft");
  for (let i = 0; i < 3; i++) await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Shift+ArrowDown");
  await expect(first).toHaveAccessibleName("First talk, 10:45am to 11:20am, Hall");
  await expect(page.getByText("Hall is used twice at once: by “First talk” and “Second talk”.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Undo: Moved “First talk”" })).toBeEnabled();

  // Drawn on an empty place.
  const studio = (await page.getByText("Studio", { exact: true }).boundingBox())!;
  const second = (await page.getByRole("button", { name: /^Second talk/ }).boundingBox())!;
  await page.mouse.move(studio.x + 40, second.y + 2 * second.height);
  await page.mouse.down();
  await page.mouse.move(studio.x + 40, second.y + 2.5 * second.height, { steps: 4 });
  await page.mouse.up();
  await page.getByLabel("Title").fill("Drawn");
  await page.getByLabel("Title").press("Enter");
  await expect(page.getByRole("button", { name: /^Drawn, 1pm to 1:30pm, Studio/ })).toBeVisible();

  // Undone, one by one, by button and by key.
  await page.getByRole("button", { name: /^Undo: Added/ }).click();
  await expect(page.getByRole("button", { name: /^Drawn/ })).toHaveCount(0);
  await first.focus();
  for (let left = 3; left > 0; left--) {
    await expect(page.getByRole("button", { name: /^Undo: / })).toBeEnabled();
    await page.keyboard.press("Control+z");
    await expect(page.getByRole("status")).toContainText("Undone");
    if (left > 1) await expect(page.getByRole("button", { name: /^Undo: / })).toBeEnabled();
    await page.waitForTimeout(150);
  }
  await expect(first).toHaveAccessibleName("First talk, 9:30am to 10:30am, Hall");
  await expect(page.getByRole("button", { name: /^Undo: / })).toHaveCount(0);
});

test.describe("refused", () => {
  // What is refused has a status, and browsers write those down.
  test.use({ expectedErrors: [/status of 422/] });

  test("what the server refuses goes back to where it was and says why", async ({ page, server, signIn }, { project }) => {
    const slug = `grid-refused-${project.name}`;
    await server.import(eventOf(slug, [session("one", "First talk", "09:30", "10:30", "hall")]));
    await signIn("organiser@example.org");
    await page.goto(`/organise/events/${slug}/agenda/grid`);
    const first = page.getByRole("button", { name: /^First talk/ });
    if (project.use.javaScriptEnabled === false) {
      await expect(first).toHaveCount(0);
      return;
    }
    await expect(first).toBeVisible();
    // Somebody else moves it meanwhile.
    const file = eventOf(slug, [session("one", "First talk", "13:00", "14:00", "hall")]);
    await server.import(file, "--update");
    await first.focus();
    await page.keyboard.press("ArrowDown");
    await expect(page.getByRole("status")).toContainText("Not changed. Somebody changed this session");
    await expect(first).toHaveAccessibleName("First talk, 9:30am to 10:30am, Hall");
  });
});
