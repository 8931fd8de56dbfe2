// A network as its people use it: somebody asks, confirms, is approved, is invited, answers and leaves.
import { expect, heading, signIn, test } from "./support/fixtures";
import { linkIn } from "./support/mail";

const NETWORK = "self-harm-network-south";

test("somebody asks to join, is approved, gets an invite, answers and leaves", async ({ page, browser, server }) => {
  const email = `nia-${Date.now()}@example.org`;
  await page.goto(`/networks/${NETWORK}`);
  await page.getByRole("link", { name: "Ask to join" }).click();
  await page.getByLabel("Full name").fill("Nia Hughes");
  await page.getByLabel("Job role").fill("Head of year");
  await page.getByLabel("Email address").fill(email);
  await page.getByRole("button", { name: "Send request" }).click();
  await expect(page.getByRole("heading", { name: "There is a problem" })).toBeVisible();
  await expect(page.getByLabel("Full name")).toHaveValue("Nia Hughes");
  await page.getByRole("checkbox").check();
  await page.getByRole("button", { name: "Send request" }).click();
  await expect(heading(page, "Check your email")).toBeVisible();

  await page.goto(linkIn(await server.letter(email), "/join/"));
  await expect(heading(page, "Confirm your request")).toBeVisible();
  await page.getByRole("button", { name: "Confirm", exact: true }).click();
  await expect(heading(page, "Your request has been sent")).toBeVisible();

  const desk = await (await browser.newContext({ baseURL: server.url, javaScriptEnabled: test.info().project.use.javaScriptEnabled })).newPage();
  await signIn(desk, server, "organiser@example.org");
  await desk.goto(`/organise/networks/${NETWORK}/requests`);
  await desk.getByRole("button", { name: "Approve Nia Hughes" }).click();
  await expect(desk.getByRole("status")).toContainText("Nia Hughes is approved.");

  await desk.goto(`/organise/networks/${NETWORK}/meetings`);
  await desk.getByRole("link", { name: "New meeting" }).click();
  await desk.getByLabel("Title").fill(`Extra meeting ${email}`);
  await desk.getByLabel("Start").fill("2027-05-05T13:30");
  await desk.getByLabel("End").fill("2027-05-05T15:00");
  await desk.getByRole("button", { name: "Save" }).click();
  await desk.getByRole("button", { name: "Publish" }).click();
  await desk.getByRole("button", { name: /^Send \d+ invites?$/ }).click();
  await expect(desk.getByRole("status").first()).toContainText("on their way");

  const invite = await server.letter(email, (letter) => letter.text.includes("/invites/"));
  await page.goto(linkIn(invite, "/invites/"));
  await page.getByRole("button", { name: "I will come" }).click();
  await expect(page.getByRole("status")).toContainText("I will come");

  await page.goto(linkIn(invite, "/unsubscribe/"));
  await expect(heading(page, "Leave this list?")).toBeVisible();
  await page.getByRole("button", { name: "Leave the list" }).click();
  await expect(heading(page, "You have left the list")).toBeVisible();
});
