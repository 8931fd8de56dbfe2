// Every page the server has, in every look it can have, as whoever it is for.
import AxeBuilder from "@axe-core/playwright";
import { expect, signIn, test } from "./support/fixtures";
import { pageRoutes, roleFor, visitable } from "./support/routes";

const looks = [
  { name: "light", colorScheme: "light", contrast: "normal" },
  { name: "dark", colorScheme: "dark", contrast: "normal" },
  { name: "high contrast", colorScheme: "light", contrast: "more" },
] as const;

// From the first page on: changed while a page is still fading in, the browser complains of a fade it may not finish.
test.use({ contextOptions: { reducedMotion: "reduce" } });

for (const route of pageRoutes()) {
  test(`${route} in every look`, async ({ page, context, server }) => {
    const role = roleFor(route);
    if (role !== "nobody") await signIn(page, server, `${role}@example.org`);
    const path = await visitable(route, server, page);

    const answer = await context.request.get(path);
    const type = answer.headers()["content-type"] ?? "";
    if (!type.includes("text/html")) {
      test.info().annotations.push({ type: "not a page", description: `${path} is ${type}` });
      return;
    }
    expect(answer.status(), path).toBe(200);

    for (const look of looks) {
      await test.step(look.name, async () => {
        await context.addCookies([{ name: "contrast", value: look.contrast, url: server.url }]);
        await page.emulateMedia({ colorScheme: look.colorScheme });
        await page.goto(path);
        const strict = look.contrast === "more" ? { rules: { "color-contrast-enhanced": { enabled: true } } } : {};
        const found = await new AxeBuilder({ page })
          .options(strict)
          .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
          .analyze();

        const told = found.violations.map((one) => `${one.id}: ${one.help}\n  ${one.nodes.map((node) => `${node.target} ${node.failureSummary}`).join("\n  ")}`);
        expect(told, `${path} in ${look.name}`).toEqual([]);
        expect(await page.getByRole("heading", { level: 1 }).count(), `level-1 headings on ${path}`).toBe(1);
      });
    }
  });
}
