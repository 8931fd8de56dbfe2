// What is signed, checked by somebody else's code: npm's `jose`, which shares no line with the server.
import { compactVerify, createLocalJWKSet, decodeProtectedHeader, errors, exportJWK, generateKeyPair, type JWK } from "jose";
import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { expect, test } from "./support/fixtures";
import { issuedCertificate } from "./support/routes";
import type { Server } from "./support/server";

interface DidDocument {
  id: string;
  verificationMethod: { id: string; publicKeyJwk: JWK }[];
}

interface Credential {
  id: string;
  issuer: { id: string };
  credentialSubject: Record<string, unknown>;
  credentialStatus: { statusListCredential: string; statusListIndex: string };
}

/** What anybody can fetch about a certificate. */
async function published(server: Server, id: string) {
  const fetched = async (path: string) => {
    const answer = await fetch(`${server.url}${path}`);
    expect(answer.status, path).toBe(200);
    return Buffer.from(await answer.arrayBuffer());
  };
  const at = `/certificates/${id}`;
  const [jwt, json, pdf] = await Promise.all([fetched(`${at}.jwt`), fetched(`${at}.json`), fetched(`${at}.pdf`)]);
  return { jwt: jwt.toString("ascii"), json: JSON.parse(json.toString("utf8")) as { jwt: string; credential: Credential }, pdf };
}

/** The keys a `did.json` publishes, each under the address tokens name it by. */
async function publishedKeys(server: Server): Promise<JWK[]> {
  const did = (await (await fetch(`${server.url}/.well-known/did.json`)).json()) as DidDocument;
  return did.verificationMethod.map((method) => ({ ...method.publicKeyJwk, kid: method.id }));
}

/** What a token says, if one of these keys signed it. */
async function opened<Payload>(token: string, keys: JWK[]): Promise<Payload> {
  const { payload } = await compactVerify(token, createLocalJWKSet({ keys }), { algorithms: ["ES256"] });
  return JSON.parse(new TextDecoder().decode(payload)) as Payload;
}

/** The credential a certificate's token holds, without the names a JWT has for the same things. */
async function credentialIn(jwt: string, keys: JWK[]): Promise<Credential> {
  const { iss, jti, nbf, sub, ...credential } = await opened<Credential & { iss: string; jti: string; nbf: number; sub: string }>(jwt, keys);
  expect({ iss, jti, sub }).toEqual({ iss: credential.issuer.id, jti: credential.id, sub: credential.credentialSubject.id });
  expect(nbf).toBeLessThanOrEqual(Date.now() / 1000);
  return credential as Credential;
}

/** The token in the last line of a PDF, and every byte before that line. */
function sealOf(pdf: Buffer): { before: Buffer; token: string } {
  const mark = "%plenary-seal ";
  const at = pdf.lastIndexOf(mark);
  expect(pdf.subarray(0, at).toString("latin1").endsWith("%%EOF\n"), "the seal follows the end of the drawing").toBe(true);
  const line = pdf.subarray(at + mark.length).toString("ascii");
  expect(line, "one line and nothing after it").toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  return { before: pdf.subarray(0, at), token: line.trim() };
}

/** Whether the signed list says that a certificate was revoked. */
async function isRevoked(server: Server, status: Credential["credentialStatus"], keys: JWK[]): Promise<boolean> {
  const list = await (await fetch(status.statusListCredential)).text();
  const { credentialSubject } = await opened<{ credentialSubject: { encodedList: string; statusPurpose: string } }>(list, keys);
  expect(credentialSubject.statusPurpose).toBe("revocation");
  expect(credentialSubject.encodedList).toMatch(/^u/);
  const bits = gunzipSync(Buffer.from(credentialSubject.encodedList.slice(1), "base64url"));
  const index = Number(status.statusListIndex);
  expect(bits.length * 8).toBeGreaterThan(index);
  expect(new URL(status.statusListCredential).origin).toBe(server.url);
  return ((bits[index >> 3] ?? 0) & (0x80 >> (index & 7))) !== 0;
}

test("jose verifies the certificate, its seal and the list of the revoked", async ({ server }) => {
  const id = await issuedCertificate(server);
  const { jwt, json, pdf } = await published(server, id);
  const keys = await publishedKeys(server);

  const credential = await credentialIn(jwt, keys);
  expect(credential).toEqual(json.credential);
  expect(json.jwt).toBe(jwt);
  expect(credential.id).toBe(`${server.url}/certificates/${id}`);
  expect(JSON.stringify(credential.credentialSubject)).toContain("Jane Smith");

  const { before, token } = sealOf(pdf);
  expect(await opened(token, keys)).toEqual({ id, sha256: createHash("sha256").update(before).digest("hex") });

  expect(await isRevoked(server, credential.credentialStatus, keys)).toBe(false);
  await server.plenary("certificates", "revoke", id, "--reason", "Issued to the wrong person");
  expect(await isRevoked(server, credential.credentialStatus, keys)).toBe(true);
});

test("jose refuses a certificate with one byte of its payload altered, wherever it is", async ({ server }) => {
  const { jwt } = await published(server, await issuedCertificate(server));
  const keys = await publishedKeys(server);
  const [header = "", payload = "", signature = ""] = jwt.split(".");
  const bytes = Buffer.from(payload, "base64url");
  expect(bytes.toString("base64url"), "the payload is spelt in the one way").toBe(payload);

  for (let at = 0; at < bytes.length; at += 16) {
    const altered = Buffer.from(bytes);
    altered[at] = (altered[at] ?? 0) ^ 1;
    const forged = `${header}.${altered.toString("base64url")}.${signature}`;
    await expect(opened(forged, keys), `byte ${at} of ${bytes.length}`).rejects.toThrow(errors.JWSSignatureVerificationFailed);
  }
});

test("jose refuses a certificate under another key, and one that names no key at all", async ({ server }) => {
  const { jwt } = await published(server, await issuedCertificate(server));
  const stranger = await exportJWK((await generateKeyPair("ES256", { extractable: true })).publicKey);
  const { kid } = decodeProtectedHeader(jwt);

  await expect(opened(jwt, [{ ...stranger, kid }]), "a stranger's key in the place of ours").rejects.toThrow(errors.JWSSignatureVerificationFailed);
  await expect(opened(jwt, [{ ...stranger, kid: `${kid}-other` }]), "a document that has other keys").rejects.toThrow(errors.JWKSNoMatchingKey);

  const unsigned = `${Buffer.from(JSON.stringify({ alg: "none", kid })).toString("base64url")}.${jwt.split(".")[1]}.`;
  await expect(opened(unsigned, await publishedKeys(server))).rejects.toThrow(errors.JOSEAlgNotAllowed);
});

test("after the key has changed jose verifies old certificates and new, each with its own key", async ({ server }) => {
  const old = await published(server, await issuedCertificate(server));
  const before = await publishedKeys(server);

  // By the command, while the server goes on: it notices without a start.
  await server.plenary("keys", "rotate");
  const fresh = await published(server, await issuedCertificate(server));
  const after = await publishedKeys(server);
  expect(after.slice(1), "the old keys stay published, behind the one that signs now").toEqual(before);

  for (const { jwt, json, pdf } of [old, fresh]) {
    expect(await credentialIn(jwt, after)).toEqual(json.credential);
    const { token } = sealOf(pdf);
    await opened(token, after);
    expect(await isRevoked(server, json.credential.credentialStatus, after)).toBe(false);
  }
  expect(decodeProtectedHeader(old.jwt).kid).toBe(before[0]?.kid);
  expect(decodeProtectedHeader(fresh.jwt).kid).toBe(after[0]?.kid);
  await expect(opened(fresh.jwt, before), "keys kept from before do not know the new one").rejects.toThrow(errors.JWKSNoMatchingKey);
  expect(await credentialIn(old.jwt, before), "and are still enough for what they signed").toEqual(old.json.credential);
});

test("a certificate prints to one page of A4 with all that is on paper, and nothing of the site around it", async ({ page, server }) => {
  await page.goto(`/certificates/${await issuedCertificate(server)}`);
  const printed = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
  expect(printed.match(/\/Type\s*\/Page\b(?!s)/g), "pages").toHaveLength(1);
  const [, width = "", height = ""] = /\/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]/.exec(printed) ?? [];
  expect([Math.round(Number(width)), Math.round(Number(height))], "A4 in points").toEqual([595, 842]);

  await page.emulateMedia({ media: "print" });
  for (const around of [page.getByRole("banner"), page.getByRole("contentinfo"), page.getByRole("link", { name: "Download certificate (PDF)" })]) {
    await expect(around).toBeHidden();
  }
  for (const words of ["Learning objectives", "Check this certificate at", "Issued", "Signed with", "Total"]) {
    await expect(page.getByRole("article").getByText(words).first()).toBeVisible();
  }
});
