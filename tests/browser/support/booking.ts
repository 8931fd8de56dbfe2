import { expect, type Page } from "@playwright/test";
import { heading } from "./fixtures";

/** Books one place in somebody's own name, as they would, and stays on the page that says so. */
export async function bookOnePlace(page: Page, slug: string, name: string, email: string): Promise<void> {
  await page.goto(`/events/${slug}`);
  await page.getByRole("link", { name: "Book a place" }).first().click();

  await expect(heading(page, "Choose your places")).toBeVisible();
  await page.getByLabel(/^Number of places: /).first().fill("1");
  await page.getByRole("button", { name: "Continue" }).click();

  await expect(heading(page, "Who is coming?")).toBeVisible();
  const booker = page.getByRole("group", { name: "Your details" });
  await booker.getByLabel("Your name").fill(name);
  await booker.getByLabel("Your email address").fill(email);
  const place = page.getByRole("group", { name: "Place 1" });
  await place.getByLabel("Full name").fill(name);
  await place.getByLabel("Email address").fill(email);
  await place.getByLabel("Job role").fill("School nurse");
  await place.getByLabel("Organisation").fill("Example School");
  await page.getByRole("button", { name: "Continue" }).click();

  await expect(heading(page, "Check your answers")).toBeVisible();
  await page.getByRole("button", { name: "Book 1 place" }).click();
  await expect(heading(page, "You have a place")).toBeVisible();
}
