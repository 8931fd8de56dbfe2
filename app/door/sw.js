// @ts-check
// Keeps the check-in page on the phone. It answers for that page and its files alone; everything else goes to the server.

/**
 * @typedef {Event & {waitUntil(work: Promise<unknown>): void}} Lasting
 * @typedef {Lasting & {request: Request, respondWith(answer: Promise<Response>): void}} Asked
 * @typedef {{addEventListener(type: string, listen: (event: any) => void): void, skipWaiting(): Promise<void>, clients: {claim(): Promise<void>}, location: Location}} Worker_
 */

const CACHE = "plenary-door";
/** Longer than this nobody waits for a page that is here already. */
const PATIENCE = 4_000;

const worker = /** @type {Worker_} */ (/** @type {unknown} */ (self));

worker.addEventListener("install", (/** @type {Lasting} */ event) => event.waitUntil(worker.skipWaiting()));
worker.addEventListener("activate", (/** @type {Lasting} */ event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener("fetch", (/** @type {Asked} */ event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== worker.location.origin) return;
  // Their names change with what they hold.
  if (pathname.startsWith("/assets/")) event.respondWith(keptFirst(request));
  const isPage = request.mode === "navigate" && /^\/check-in\/[^/]+\/offline$/.test(pathname);
  if (isPage || pathname.startsWith("/check-in/_/") || pathname.endsWith("/offline.webmanifest")) event.respondWith(freshFirst(request, pathname));
});

/** @param {Request} request */
async function keptFirst(request) {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

/** @param {Request} request @param {string} key */
async function freshFirst(request, key) {
  const cache = await caches.open(CACHE);
  try {
    const fresh = await Promise.race([fetch(request), new Promise((_, failed) => setTimeout(failed, PATIENCE))]);
    const answer = /** @type {Response} */ (fresh);
    if (answer.status >= 500) throw new Error("not available just now");
    if (answer.ok && answer.type === "basic") await cache.put(key, answer.clone());
    return answer;
  } catch (error) {
    const kept = await cache.match(key, { ignoreVary: true });
    if (kept) return kept;
    throw error;
  }
}
