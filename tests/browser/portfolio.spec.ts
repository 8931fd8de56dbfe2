// A nurse gets ready for revalidation: the period, an entry, evidence, a reflection, the pack, and a link for the confirmer.
import { expect, heading, signIn, test } from "./support/fixtures";

test("a nurse gets ready for revalidation and lets her confirmer look", async ({ page, context, browser, server }) => {
  await signIn(page, server, "delegate@example.org");
  await page.goto("/my/cpd");
  await page.getByRole("link", { name: "Your regulator and period" }).click();
  await page.getByLabel("I keep my CPD for: Nursing and Midwifery Council").check();
  await page.getByLabel("NMC: first day of your period (optional)").fill("2024-05-01");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Totals below are counted as your schemes do.")).toBeVisible();

  await page.getByRole("link", { name: "Add your own CPD" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { name: "There is a problem" })).toBeVisible();
  await page.getByLabel("Title").fill("Journal club");
  await page.getByLabel("Date", { exact: true }).fill("2026-02-03");
  await page.getByLabel("How you learnt").selectOption("Peer discussion or case review");
  await page.getByLabel("Hours", { exact: true }).fill("1");
  await page.getByLabel("Participatory hours").fill("1");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Saved.")).toBeVisible();

  await page.getByLabel("Add a file").setInputFiles({ name: "notes.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7\n") });
  await page.getByRole("button", { name: "Keep this file" }).click();
  await expect(page.getByRole("link", { name: "notes.pdf" })).toBeVisible();
  await page.getByRole("link", { name: "Write a reflection for NMC" }).click();
  await page.getByLabel(/^2\. What did you learn/).fill("That plans are written together. The ward’s number is 07700 900123.");
  await page.getByRole("button", { name: "Save reflection" }).click();
  await expect(page.getByText("looks like a phone number")).toBeVisible();

  await page.goto("/my/cpd/pack");
  const pack = await context.request.get("/my/cpd/pack.pdf?from=2024-05-01&until=2027-04-30&reflections=true");
  expect([pack.status(), pack.headers()["content-type"]]).toEqual([200, "application/pdf"]);
  await page.getByLabel("For whom (optional)").fill("My confirmer");
  await page.getByLabel("Show my reflections").check();
  await page.getByRole("button", { name: "Make the link" }).click();
  const address = (await page.locator("p.said").textContent()) ?? "";

  const confirmer = await (await browser.newContext({ baseURL: server.url, javaScriptEnabled: test.info().project.use.javaScriptEnabled })).newPage();
  await confirmer.goto(address);
  await expect(confirmer.getByRole("heading", { level: 1 })).toContainText("CPD record");
  await expect(confirmer.getByText("That plans are written together.")).toBeVisible();
  await page.getByRole("button", { name: "Withdraw My confirmer" }).click();
  await confirmer.reload();
  await expect(heading(confirmer, "Page not found")).toBeVisible();
  await confirmer.context().close();
});
