// Judges certificates with npm's `jose`, which shares no line with Plenary: reads the cases whose file is named as the one
// argument, and prints what it finds of each, by name. Of a PDF it judges the seal, since nothing here reads PDFs.
import { compactVerify, createLocalJWKSet, decodeJwt, decodeProtectedHeader, errors } from "jose";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { gunzipSync } from "node:zlib";

/** What a case was found to be, thrown from wherever that shows. */
class Found extends Error {
  constructor(outcome) {
    super(outcome);
    this.outcome = outcome;
  }
}
const altered = (isSo) => {
  if (isSo) throw new Found("altered");
};

/** The keys that may sign for whoever publishes them: those under `assertionMethod`, as did:web says. */
function keysOf(documents) {
  return Object.entries(documents).flatMap(([did, file]) => {
    const document = JSON.parse(readFileSync(file, "utf8"));
    if (document.id !== did) throw new Error(`${file} is not of ${did}`);
    return document.verificationMethod
      .filter((method) => document.assertionMethod.includes(method.id) && method.controller === did && !method.revoked)
      .map((method) => ({ ...method.publicKeyJwk, kid: method.id }));
  });
}

async function opened(token, keys) {
  try {
    const { payload, protectedHeader } = await compactVerify(token, createLocalJWKSet({ keys }), { algorithms: ["ES256"] });
    return { payload: JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload)), did: protectedHeader.kid.split("#")[0] };
  } catch (error) {
    throw new Found(error instanceof errors.JWKSNoMatchingKey ? "unknown_key" : "altered");
  }
}

async function credentialIn(token, keys) {
  const { payload, did } = await opened(token, keys);
  const { iss, jti, nbf, sub, ...credential } = payload;
  altered(!credential.type?.includes("OpenBadgeCredential"));
  altered(iss !== did || credential.issuer?.id !== did || jti !== credential.id || sub !== credential.credentialSubject?.id);
  altered(nbf !== Date.parse(credential.validFrom) / 1000);
  return credential;
}

async function isRevoked(list, credential, keys) {
  const { payload, did } = await opened(list.trim(), keys);
  const { statusListCredential, statusListIndex, statusPurpose } = credential.credentialStatus;
  const { encodedList, statusPurpose: purpose } = payload.credentialSubject ?? {};
  altered(did !== credential.issuer.id || payload.issuer !== did || payload.id !== statusListCredential);
  altered(purpose !== statusPurpose || !encodedList?.startsWith("u"));
  const bits = gunzipSync(Buffer.from(encodedList.slice(1), "base64url"));
  altered(bits.length < 131_072 / 8 || Number(statusListIndex) >= bits.length * 8);
  const index = Number(statusListIndex);
  return (bits[index >> 3] & (0x80 >> (index & 7))) !== 0;
}

/** The last line of a PDF seals every byte before it. */
async function seal(pdf, keys) {
  const mark = "%plenary-seal ";
  const at = pdf.lastIndexOf(mark);
  altered(at < 0 || !pdf.subarray(0, at).toString("latin1").endsWith("%%EOF\n"));
  const line = pdf.subarray(at + mark.length).toString("latin1");
  altered(!/^[\w-]+\.[\w-]+\.[\w-]+\n$/.test(line));
  let claimed;
  try {
    decodeProtectedHeader(line.trim());
    claimed = decodeJwt(line.trim());
  } catch {
    throw new Found("altered");
  }
  altered(claimed.sha256 !== createHash("sha256").update(pdf.subarray(0, at)).digest("hex"));
  await opened(line.trim(), keys);
}

async function judge(one) {
  const keys = keysOf(one.documents);
  const bytes = readFileSync(one.file);
  if (one.kind === "pdf") return await seal(bytes, keys);
  let token = bytes.toString("utf8").replace(/\r?\n$/, "");
  let readable;
  if (one.kind === "json") ({ jwt: token, credential: readable } = JSON.parse(token));
  const credential = await credentialIn(token, keys);
  altered(readable && !isDeepStrictEqual(readable, credential));
  if (one.status && (await isRevoked(readFileSync(one.status, "utf8"), credential, keys))) throw new Found("revoked");
}

const found = {};
for (const one of JSON.parse(readFileSync(process.argv[2], "utf8"))) {
  if (!one.judges.includes("jose")) continue;
  try {
    await judge(one);
    found[one.name] = "valid";
  } catch (error) {
    if (!(error instanceof Found)) throw error;
    found[one.name] = error.outcome;
  }
}
console.log(JSON.stringify(found));
