// @ts-check
// Sending what was kept, and taking the list along. Whatever breaks off is done again: the server knows each scan by its id.

/** @typedef {import("./rules.js").Kept} Kept @typedef {import("./rules.js").List} List @typedef {import("./store.js").Store} Store */
/** @typedef {{id: string, is: "recorded" | "already_in" | "not_in" | "refused", known: boolean, at?: number, name?: string, words: string}} Outcome */

/** So many scans are sent at once. */
const AT_ONCE = 100;
/** Longer than this nobody waits at a door: no answer is no signal. */
const PATIENCE = 15_000;

/** Why nothing could be sent. `signIn` is true where signing in again helps. */
export class Trouble extends Error {
  /** @param {string} words @param {boolean} [signIn] */
  constructor(words, signIn = false) {
    super(words);
    this.signIn = signIn;
  }
}

/** No answer: there is no signal. */
export class NoSignal extends Error {}

/** @param {string} path @param {RequestInit} [options] */
async function ask(path, options) {
  /** @type {Response} */
  let answer;
  try {
    answer = await fetch(path, { ...options, redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
  } catch {
    throw new NoSignal();
  }
  if (answer.type === "opaqueredirect") throw new Trouble("You are signed out. What was kept is still here.", true);
  if (answer.status === 403 || answer.status === 404) throw new Trouble("You may not check people in at this event any more. What was kept is still here.");
  if (answer.status >= 500) throw new NoSignal();
  try {
    if (answer.ok) return await answer.json();
    throw new Trouble((await answer.text()).trim() || "The server does not take what was kept.");
  } catch (error) {
    throw error instanceof Trouble ? error : new NoSignal();
  }
}

/**
 * Asks the server's clock: the middle of the way there and back is the moment it was asked.
 * @param {() => Promise<{now: number}>} question
 */
async function measured(question) {
  const before = Date.now();
  const answer = await question();
  return { answer, skew: Math.round(answer.now - (before + Date.now()) / 2) };
}

/** @param {string} slug @param {string} person @param {number} skew @param {Kept[]} scans */
function send(slug, person, skew, scans) {
  const sent = scans.map(({ id, code, session, action, at, byName }) => ({ id, code, session, action, at, by_name: byName }));
  const body = JSON.stringify({ by: person ? Number(person) : null, skew, scans: sent });
  return ask(`/check-in/${slug}/sync`, { method: "POST", headers: { "content-type": "application/json" }, body });
}

/**
 * Sends every scan of this event that waits; gives the skew of the phone's clock.
 * @param {Store} store @param {string} slug @param {string} person
 */
export async function sendAll(store, slug, person) {
  const { skew } = await measured(() => send(slug, person, 0, []));
  const waiting = (await store.scans()).filter((scan) => scan.slug === slug && scan.state === "waiting");
  for (let from = 0; from < waiting.length; from += AT_ONCE) {
    const some = waiting.slice(from, from + AT_ONCE);
    // From here on the server may have them, though no answer came.
    await store.keep(some.map((scan) => ({ ...scan, tried: true })));
    /** @type {{answers: Outcome[]}} */
    const { answers } = await send(slug, person, skew, some);
    const told = new Map(answers.map((answer) => [answer.id, answer]));
    await store.keep(
      some.flatMap((scan) => {
        const answer = told.get(scan.id);
        if (!answer) return [];
        const state = answer.is === "refused" || answer.is === "not_in" ? "refused" : "done";
        return [{ ...scan, tried: true, state: /** @type {Kept["state"]} */ (state), name: answer.name ?? scan.name, words: answer.words }];
      }),
    );
  }
  if (waiting.length > 0) await store.tidy();
  return skew;
}

/** Takes the list of this event along. @param {Store} store @param {string} slug */
export async function takeList(store, slug) {
  const { answer, skew } = await measured(() => ask(`/check-in/${slug}/list.json`));
  const taken = { slug, list: /** @type {List} */ (answer), skew };
  await store.keepList(taken);
  return taken;
}
