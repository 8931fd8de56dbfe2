// What people come for, found by label and role; once with scripts and once without.
import { bookOnePlace } from "./support/booking";
import { day, eventToday } from "./support/examples";
import { expect, heading, test } from "./support/fixtures";
import { linkIn } from "./support/mail";
import { issuedCertificate } from "./support/routes";

test("a delegate books a place and gets an invite", { tag: "@smoke" }, async ({ page, server }, { project }) => {
  const email = `ama-${project.name}@example.org`;

  await bookOnePlace(page, "self-harm-conference", "Ama Owusu", email);

  await expect(page.getByText("Booking reference")).toBeVisible();
  await expect(page.getByText(/\bPL-[A-HJ-NP-Z2-9]{6}\b/).first()).toBeVisible();
  const invited = await server.letter(email, (letter) => letter.calendars.length > 0);
  expect(invited.calendars[0]?.text).toContain("METHOD:REQUEST");
  expect(invited.calendars[0]?.text).toContain("SEQUENCE:0");
});

test("a refused step says what is wrong and keeps what was typed", async ({ page }) => {
  await page.goto("/events/self-harm-conference/book");
  await page.getByLabel(/^Number of places: /).first().fill("1");
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("group", { name: "Your details" }).getByLabel("Your name").fill("Kofi Mensah");
  await page.getByRole("button", { name: "Continue" }).click();

  await expect(page.getByRole("heading", { name: "There is a problem" })).toBeVisible();
  await expect(page.getByRole("group", { name: "Your details" }).getByLabel("Your name")).toHaveValue("Kofi Mensah");
});

test("a delegate signs in by a link in a letter, and out", async ({ page, server }) => {
  await page.goto("/sign-in");
  await expect(heading(page, "Sign in")).toBeVisible();
  await page.getByLabel("Email address").fill("delegate@example.org");
  await page.getByRole("button", { name: "Email me a link" }).click();
  await expect(heading(page, "Check your email")).toBeVisible();

  const letter = await server.letter("delegate@example.org", (one) => one.text.includes("/sign-in/"));
  await page.goto(linkIn(letter, "/sign-in/"));
  await expect(heading(page, "Confirm it's you")).toBeVisible();
  await page.getByRole("button", { name: "Sign in", exact: true }).click();

  await page.getByRole("link", { name: "My bookings" }).first().click();
  await expect(heading(page, "My bookings")).toBeVisible();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("link", { name: "Sign in" }).first()).toBeVisible();
});

test("an organiser makes an event, changes it, publishes it, closes it and cancels it", async ({ page, server, signIn }, { project }) => {
  const title = `Study day for ${project.name}`;
  const delegate = `delegate-${project.name}@example.org`;
  const fill = async (fields: Record<string, string>) => {
    for (const [label, value] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(value);
  };
  await signIn("organiser@example.org");
  await page.getByRole("link", { name: "Organise", exact: true }).click();
  await expect(heading(page, "Organiser home")).toBeVisible();
  await page.getByRole("link", { name: "New event" }).click();

  // Ends before it starts: refused, and nothing typed is lost.
  await fill({ Title: title, Start: `${day(40)}T09:30`, End: `${day(40)}T09:00`, "Time zone": "Europe/London", Capacity: "12" });
  await fill({ Venue: "Example Hall" });
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { name: "There is a problem" })).toBeVisible();
  await expect(page.getByLabel("Title", { exact: true })).toHaveValue(title);
  await expect(page.getByLabel("Capacity", { exact: true })).toHaveValue("12");
  await fill({ End: `${day(40)}T16:00` });
  await page.getByRole("button", { name: "Save" }).click();
  await expect(heading(page, title)).toBeVisible();
  await expect(page.getByText("Saved as a draft.")).toBeVisible();
  const desk = new URL(page.url()).pathname;
  const open = `${server.url}${desk.replace("/organise", "")}`;
  expect((await fetch(open)).status, "a draft is nobody else's to see").toBe(404);

  await page.getByRole("link", { name: "Change the details" }).click();
  await expect(page.getByLabel("Venue", { exact: true })).toHaveValue("Example Hall");
  await fill({ Capacity: "30" });
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved.")).toBeVisible();
  await page.getByRole("link", { name: "Words for its page" }).click();
  await fill({ Summary: "A day about listening." });
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved.")).toBeVisible();

  await page.getByRole("button", { name: "Publish" }).click();
  await expect(page.getByText("Published.")).toBeVisible();
  await bookOnePlace(page, desk.replace("/organise/events/", ""), "Ama Owusu", delegate);
  const invited = await server.letter(delegate, (letter) => letter.calendars.length > 0);
  expect(invited.subject).toContain(title);

  await page.goto(desk);
  await page.getByRole("button", { name: "Close booking" }).click();
  await expect(page.getByText("Booking is closed.")).toBeVisible();
  const closed = await (await fetch(open)).text();
  expect(closed).toContain("A day about listening.");
  expect(closed).not.toContain("Book a place");

  // Who is told stands on the button that tells them.
  await page.getByRole("button", { name: "Cancel this event" }).click();
  await expect(heading(page, "Cancel this event?")).toBeVisible();
  await page.getByRole("button", { name: "Cancel this event and tell 1 person" }).click();
  await expect(page.getByText("Cancelled.")).toBeVisible();
  const cancelled = await server.letter(delegate, (letter) => letter.calendars.some((calendar) => calendar.method === "CANCEL"));
  expect(cancelled.subject).toContain(title);
});

test("a steward checks somebody in, once, and out again", async ({ page, server, signIn }, { project }) => {
  const slug = `today-${project.name}`;
  await server.import(eventToday(slug));
  await signIn("steward@example.org");
  await page.goto(`/check-in/${slug}`);
  await expect(heading(page, "Check-in: Today's study day")).toBeVisible();
  await expect(page.getByLabel("Checking in to")).toBeVisible();
  const look = async (words: string) => {
    await page.getByLabel("Name, reference or code").fill(words);
    await page.getByRole("button", { name: "Find" }).click();
  };
  const answer = page.getByRole("status").first();

  await look("Jane");
  await page.getByRole("button", { name: "Arrive: Jane Smith" }).click();
  await expect(answer).toHaveText(/^\s*Arrived:/);

  await look("Jane");
  await page.getByRole("button", { name: "Arrive: Jane Smith" }).click();
  await expect(answer).toHaveText(/^\s*Already in:/);

  await look("Jane");
  await page.getByRole("button", { name: "Leave: Jane Smith" }).click();
  await expect(answer).toHaveText(/^\s*Left:/);

  await look("Nobody of that name");
  await expect(answer).toHaveText(/^\s*Not found:/);
});

test("an appraiser checks a certificate, and a changed byte shows", async ({ page, server }) => {
  const address = `${server.url}/certificates/${await issuedCertificate(server)}`;
  await page.goto(address);
  await expect(heading(page, "Certificate of attendance")).toBeVisible();
  await expect(page.getByText("This certificate is valid")).toBeVisible();
  await expect(page.getByText("Jane Smith").first()).toBeVisible();

  const download = await page.request.get(`${address}.pdf`);
  expect(download.headers()["content-type"]).toContain("application/pdf");
  const pdf = await download.body();
  const check = async (buffer: Buffer) => {
    await page.goto("/verify");
    await expect(heading(page, "Check a certificate")).toBeVisible();
    await page.getByLabel("Certificate file").setInputFiles({ name: "certificate.pdf", mimeType: "application/pdf", buffer });
    await page.getByRole("button", { name: "Check", exact: true }).click();
  };

  await check(pdf);
  await expect(page.getByRole("heading", { name: "Valid", exact: true })).toBeVisible();

  const altered = Buffer.from(pdf);
  const middle = Math.floor(altered.length / 2);
  altered[middle] = (altered[middle] ?? 0) ^ 1;
  await check(altered);
  await expect(page.getByRole("heading", { name: "Altered", exact: true })).toBeVisible();

  await page.goto("/verify");
  await page.getByLabel("Certificate address").fill(address);
  await page.getByRole("button", { name: "Check", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Valid", exact: true })).toBeVisible();
});
