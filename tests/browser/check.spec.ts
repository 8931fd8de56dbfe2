// Somebody is handed a certificate and checks it on the site, with scripts and without.
import type { Page } from "@playwright/test";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, heading, test } from "./support/fixtures";
import { issuedCertificate } from "./support/routes";
import type { Server } from "./support/server";

/** The certificate's files on this machine's disk, as somebody keeps them. */
async function kept(server: Server, id: string) {
  const folder = await mkdtemp(join(tmpdir(), "plenary-check-"));
  const keep = async (ending: string) => {
    const answer = await fetch(`${server.url}/certificates/${id}.${ending}`);
    expect(answer.status).toBe(200);
    const file = join(folder, `certificate.${ending}`);
    await writeFile(file, Buffer.from(await answer.arrayBuffer()));
    return file;
  };
  return { folder, pdf: await keep("pdf"), json: await keep("json"), jwt: await keep("jwt") };
}

/** Drags a file from the desktop onto the field, as the browser itself sees it: no page event is made up. */
async function drop(page: Page, file: string) {
  const field = page.getByLabel("Certificate file");
  await field.scrollIntoViewIfNeeded();
  const box = await field.boundingBox();
  if (!box) throw new Error("the field is not on the page");
  const session = await page.context().newCDPSession(page);
  const at = { x: box.x + box.width / 2, y: box.y + box.height * 0.3, data: { items: [], files: [file], dragOperationsMask: 1 } };
  for (const type of ["dragEnter", "dragOver", "drop"] as const) await session.send("Input.dispatchDragEvent", { type, ...at });
  await session.detach();
}

const answered = (page: Page, words: string) => expect(page.getByRole("status").getByRole("heading", { name: words, exact: true })).toBeVisible();

test("a file is dropped on the page, and the answer says what it does not prove", async ({ page, server }) => {
  const id = await issuedCertificate(server);
  const files = await kept(server, id);
  for (const file of [files.pdf, files.json]) {
    await page.goto("/verify");
    await expect(heading(page, "Check a certificate")).toBeVisible();
    await drop(page, file);
    expect(await page.getByLabel("Certificate file").inputValue(), "the field has the file").toContain("certificate.");
    await page.getByRole("button", { name: "Check", exact: true }).click();
    await answered(page, "Valid");
    const open = page.getByRole("region", { name: "What this does not prove" });
    await expect(open).toContainText("whoever shows it is the person named");
    await expect(open).toContainText("learnt something");
    await expect(open).toContainText("regulator");
    await expect(open).toContainText("beyond the web address");
    const all = page.getByRole("region", { name: "Everything that was signed" });
    for (const name of ["Name", "Signed by", "Signed with key", "Signed on"]) await expect(all.getByRole("term").filter({ hasText: new RegExp(`^${name}$`) })).toBeVisible();
  }

  await server.plenary("certificates", "revoke", id, "--reason", "Issued to the wrong person");
  await page.goto("/verify");
  await drop(page, files.jwt);
  await page.getByRole("button", { name: "Check", exact: true }).click();
  await answered(page, "Revoked");
});

test("the field is reached and used with the keyboard, and an altered or a strange file is told from a good one", async ({ page, server }) => {
  const files = await kept(server, await issuedCertificate(server));
  const bytes = await readFile(files.pdf);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  const altered = join(files.folder, "altered.pdf");
  await writeFile(altered, bytes);
  // Another site's token: nothing in it can be checked here, and nothing is fetched from there (any request would fail this test).
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const strange = join(files.folder, "strange.jwt");
  const header = { alg: "ES256", kid: "did:web:other.example.org#k2026-1", typ: "JWT" };
  await writeFile(strange, `${encode(header)}.${encode({ iss: "did:web:other.example.org" })}.${Buffer.alloc(64, 1).toString("base64url")}`);

  await page.goto("/verify");
  const field = page.getByLabel("Certificate file");
  await field.focus();
  await expect(field).toBeFocused();
  await field.setInputFiles(altered);
  await page.keyboard.press("Tab");
  await expect(page.getByLabel("Certificate address")).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "Check", exact: true })).toBeFocused();
  await page.keyboard.press("Enter");
  await answered(page, "Altered");
  await expect(page.getByText("What this does not prove")).toHaveCount(0);

  await page.getByLabel("Certificate file").setInputFiles(strange);
  await page.getByRole("button", { name: "Check", exact: true }).click();
  await answered(page, "Not recognised");
  await expect(page.getByRole("status")).toContainText("signed by did:web:other.example.org, which is not this site");
});
