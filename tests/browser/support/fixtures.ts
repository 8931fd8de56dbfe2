// What every test is given: a server of its worker's, a browser that forgives nothing, and a way to sign in.
import { test as base, expect, type BrowserContext, type Page } from "@playwright/test";
import { Server } from "./server";

interface Each {
  /** Console errors a test means to cause, such as the 404 it asks for. */
  expectedErrors: RegExp[];
  /** Signs a mailbox in, in this test's browser. */
  signIn: (email: string) => Promise<void>;
}

interface EachWorker {
  server: Server;
}

export const test = base.extend<Each, EachWorker>({
  server: [
    async ({}, use) => {
      const server = await Server.start();
      await use(server);
      await server.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],
  expectedErrors: [[], { option: true }],
  baseURL: async ({ server }, use) => use(server.url),
  context: async ({ context, server, expectedErrors }, use) => {
    const problems = watch(context, server.url);
    await use(context);
    const unexpected = problems.filter((problem) => !expectedErrors.some((expected) => expected.test(problem)));
    expect(unexpected, "console errors, page errors and requests to others").toEqual([]);
  },
  signIn: async ({ page, server }, use) => {
    await use((email) => signIn(page, server, email));
  },
});

export { expect };

/** Notes whatever a careful visitor would mind, on every page of a browser. */
function watch(context: BrowserContext, url: string): string[] {
  const problems: string[] = [];
  context.on("console", (message) => {
    const text = message.text();
    const isHydration = message.type() === "warning" && /island|hydrat|panick/i.test(text);
    if (message.type() === "error" || isHydration) problems.push(`console: ${text} (${message.location().url})`);
  });
  context.on("weberror", (error) => problems.push(`page: ${error.error()}`));
  context.on("request", (request) => {
    const asked = new URL(request.url());
    if (asked.protocol.startsWith("http") && asked.origin !== url) problems.push(`asked another site: ${asked.href}`);
  });
  return problems;
}

/** Follows a sign-in link and confirms it. */
export async function signIn(page: Page, server: Server, email: string): Promise<void> {
  await page.goto(await server.signInLink(email));
  await expect(heading(page, "Confirm it's you")).toBeVisible();
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("button", { name: "Sign out" })).toBeVisible();
}

/** The page's one level-1 heading, by its words. */
export function heading(page: Page, name: string | RegExp) {
  return page.getByRole("heading", { level: 1, name: typeof name === "string" ? sameWords(name) : name });
}

/** Matches these words whole, whichever way the apostrophe is set. */
function sameWords(words: string): RegExp {
  const escaped = words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/['’]/g, "['’]");
  return new RegExp(`^\\s*${escaped}\\s*$`);
}
