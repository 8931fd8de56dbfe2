// @ts-check
// The check-in page of a phone: scans are answered here and kept here, and sent when there is signal.
import { Camera, moduleOf } from "./camera.js";
import { clock, dayOf, short, skewWords } from "./clock.js";
import { decide, findByName, presence, readCode } from "./rules.js";
import { Store } from "./store.js";
import { NoSignal, sendAll, takeList, Trouble } from "./sync.js";

/** @typedef {import("./rules.js").Kept} Kept @typedef {import("./rules.js").Told} Told @typedef {import("./rules.js").Person} Person */

/** How often is looked whether something can be sent, and how old the list may grow with signal. */
const EVERY = 20_000;
const LIST_AGE = 120_000;

/** @template {HTMLElement} T @param {string} id @param {{new (): T}} kind @returns {T} */
function byId(id, kind) {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`#${id} is not on the page`);
  return found;
}

/** @param {string} name @param {Record<string, string>} attributes @param {(Node | string)[]} inside */
function element(name, attributes, ...inside) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...inside);
  return made;
}

/** @param {string} words @param {string} kind @param {string} label @param {() => void} press */
function button(words, kind, label, press) {
  const made = element("button", { type: "button", class: kind, "aria-label": label }, words);
  made.addEventListener("click", press);
  return made;
}

const root = byId("door", HTMLElement);
const { slug = "", person = "", scan: reader } = root.dataset;
const under = byId("under", HTMLElement);
const answer = byId("answer", HTMLElement);
const say = byId("say", HTMLElement);
const undo = byId("undo", HTMLButtonElement);
const state = byId("state", HTMLElement);
const to = byId("to", HTMLSelectElement);
const typed = byId("q", HTMLInputElement);
const buzz = byId("buzz", HTMLInputElement);

const store = await Store.open(person).catch((error) => {
  byId("broken", HTMLElement).hidden = false;
  throw error;
});
let taken = await store.list(slug);
let skew = taken?.skew ?? 0;
/** @type {Kept[]} every scan on this phone, of every event */
let all = [];
/** @type {Promise<void> | undefined} */
let syncing;
/** @type {Error | undefined} */
let failed;
let synced = 0;
let soon = 0;
/** @type {Kept | undefined} the scan the answer on the screen is about */
let shown;
/** @type {Element | null} */
let focused = null;

const now = () => Date.now() + skew;
const zone = () => taken?.list.event.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
const own = () => all.filter((scan) => scan.slug === slug);
const known = () => ({ list: taken?.list, kept: own(), skew });
const waiting = () => own().filter((scan) => scan.state === "waiting");
const chosen = () => (document.querySelector("input[name=action][value=leave]:checked") ? "leave" : "arrive");

/** Reads again what is kept, and says where it stands. */
async function refresh() {
  all = await store.scans();
  drawState();
  drawLast();
  drawRefused();
  const still = all.filter((scan) => scan.state === "waiting");
  // So that signing out, on whichever page, can ask first.
  const value = still[0] ? `${still[0].slug}.${still.length}; max-age=1209600` : "; max-age=0";
  document.cookie = `door-waiting=${value}; path=/; samesite=lax`;
}

function drawState() {
  const count = waiting().length;
  const signal = failed instanceof NoSignal || !navigator.onLine ? "No signal. " : "";
  state.textContent = count > 0 ? `${signal}${count} waiting to sync` : synced ? `${signal}All synced at ${clock(synced, zone())}` : `${signal}Nothing is waiting to sync`;
  state.className = count > 0 ? "wait" : "quiet";
  const trouble = byId("trouble", HTMLElement);
  trouble.hidden = !(failed instanceof Trouble);
  if (failed instanceof Trouble) {
    const signIn = element("a", { href: `/sign-in?next=/check-in/${slug}/offline` }, "Sign in again");
    trouble.replaceChildren(element("span", {}, failed.message, ...(failed.signIn ? [" ", signIn] : [])));
  }
  const fast = byId("skew", HTMLElement);
  fast.textContent = skewWords(skew);
  fast.hidden = fast.textContent === "";
}

/** @param {Kept} scan */
function tag(scan) {
  if (scan.state === "refused") return element("span", { class: "tag tag--stop" }, "Not recorded");
  const words = scan.action === "arrive" ? "Arrived" : "Left";
  return scan.state === "waiting" ? element("span", { class: "tag tag--quiet" }, `${words}, waiting`) : element("span", { class: scan.action === "arrive" ? "tag tag--go" : "tag" }, words);
}

/** @param {Kept} scan @param {string} [more] */
function row(scan, more) {
  const at = scan.at + skew;
  const title = taken?.list.sessions.find((session) => session.code === scan.session)?.title;
  const who = element("span", {}, scan.name || scan.code);
  for (const words of [title, more]) if (words) who.append(element("span", { class: "meta" }, `, ${words}`));
  const time = element("time", { datetime: new Date(at).toISOString() }, short(at, zone()));
  return element("li", {}, time, who, element("div", { class: "row" }, tag(scan)));
}

function drawLast() {
  const last = own().slice(-10).reverse();
  byId("last-section", HTMLElement).hidden = last.length === 0;
  byId("last-list", HTMLElement).replaceChildren(...last.map((scan) => row(scan)));
}

function drawRefused() {
  const refused = own().filter((scan) => scan.state === "refused");
  byId("refused", HTMLElement).hidden = refused.length === 0;
  byId("refused-list", HTMLElement).replaceChildren(...refused.map((scan) => row(scan, scan.words)));
}

/** What people can be checked in to: today's sessions, or all of them on another day. */
function drawSessions() {
  const sessions = taken?.list.sessions ?? [];
  const today = dayOf(now(), zone());
  const todays = sessions.filter((session) => session.day === today);
  const offered = todays.length > 0 ? todays : sessions;
  const before = to.value || localStorage.getItem(`door-to:${slug}`) || "";
  const options = offered.map((session) => new Option(`${session.starts} ${session.title}`, session.code));
  to.replaceChildren(new Option("The event", ""), ...options);
  to.value = offered.some((session) => session.code === before) ? before : "";
}

/** Fills the screen. @param {Told} told @param {Kept | undefined} scan */
function show(told, scan) {
  const drawing = byId(`draw-${told.tone}`, HTMLTemplateElement).content.cloneNode(true);
  const part = (/** @type {string} */ kind, /** @type {string} */ words) => element("span", { class: kind }, words);
  say.replaceChildren(drawing, part("state", told.state), " ", part("who", told.who), " ", part("why", told.why));
  answer.className = `answer answer--over answer--${told.tone}`;
  shown = scan;
  undo.hidden = !scan;
  undo.textContent = scan?.action === "leave" ? "Undo this leave" : "Undo this arrival";
  if (answer.hidden) focused = document.activeElement;
  answer.hidden = false;
  under.inert = true;
  answer.focus();
  if (buzz.checked) navigator.vibrate?.(told.tone === "yes" ? 60 : told.tone === "again" ? [60, 80, 60] : 400);
}

function hide() {
  answer.hidden = true;
  under.inert = false;
  if (focused instanceof HTMLElement) focused.focus();
}

/** Answers one scan, and keeps it. @param {string} code @param {"arrive" | "leave"} action @param {boolean} byName */
async function take(code, action, byName) {
  const session = to.value;
  const told = decide(known(), { code, session, action }, now());
  if (!told.keep) return show(told, undefined);
  // A clock set back since must not put a leave before its arrival.
  const last = own().filter((scan) => scan.code === code && scan.session === session).at(-1);
  const at = Math.max(Date.now(), (last?.at ?? 0) + 1);
  const name = taken?.list.people.find((person) => person.code === code)?.name ?? "";
  /** @type {Kept} */
  const scan = { id: crypto.randomUUID(), slug, code, session, action, byName, at, name, state: "waiting", tried: false, words: "" };
  await store.keep([scan]);
  await refresh();
  show(told, scan);
  clearTimeout(soon);
  if (navigator.onLine) soon = window.setTimeout(() => void sync(), 1_500);
}

/** A code from the camera. @param {string} text */
async function read(text) {
  const found = readCode(text);
  const no = (/** @type {string} */ who, /** @type {string} */ why) => show({ tone: "no", state: "Not found:", who, why, keep: false }, undefined);
  if (!found) return no(text.slice(0, 40), "This is not the code of a place. Find them by name.");
  const isListed = taken?.list.people.some((person) => person.code === found.code);
  if (found.slug && found.slug !== slug && !isListed) return no(found.code, "This code is for another event. Welcome them in, and send them to the desk.");
  await take(found.code, chosen(), false);
}

/** Sends what waits and takes the list along; one at a time. */
function sync() {
  syncing ??= (async () => {
    try {
      const waited = waiting().length > 0;
      skew = await sendAll(store, slug, person);
      if (waited || !taken || now() - taken.list.now > LIST_AGE) {
        taken = await takeList(store, slug);
        drawSessions();
      }
      synced = now();
      failed = undefined;
      void keepPage();
    } catch (error) {
      failed = error instanceof Error ? error : new Error(String(error));
      if (!(error instanceof NoSignal) && !(error instanceof Trouble)) console.error(error);
    } finally {
      syncing = undefined;
      await refresh();
    }
  })();
  return syncing;
}

/** Keeps the page and all it is made of, so that it opens without signal. */
async function keepPage() {
  const ready = byId("ready", HTMLElement);
  if (!("serviceWorker" in navigator) || !("caches" in window)) {
    ready.textContent = "This browser keeps pages over a secure connection (https) only: without signal, do not close this page.";
    return;
  }
  await navigator.serviceWorker.register("/check-in/_/sw.js", { scope: "/check-in/" });
  await navigator.serviceWorker.ready;
  const links = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon], link[rel=manifest]")].map((link) => /** @type {HTMLLinkElement} */ (link).href);
  const loaded = performance.getEntriesByType("resource").map((entry) => entry.name);
  const readers = reader ? [reader, moduleOf(reader)] : [];
  const files = [...links, ...loaded, ...readers]
    .map((address) => new URL(address, location.href))
    .filter(({ origin, pathname }) => origin === location.origin && (/^\/(assets|check-in\/_)\//.test(pathname) || pathname.endsWith(".webmanifest")))
    .map(({ pathname }) => pathname);
  const cache = await caches.open("plenary-door");
  const page = await fetch(location.pathname, { redirect: "error" });
  if (!page.ok) return;
  await cache.put(location.pathname, page);
  await cache.addAll([...new Set(files)]);
  void navigator.storage?.persist?.();
  drawReady();
}

/** Says whom the phone knows without signal. */
function drawReady() {
  if (!taken) return;
  const { people, now: as } = taken.list;
  byId("ready", HTMLElement).textContent = `Ready without signal: ${people.length} ${people.length === 1 ? "person" : "people"}, as of ${clock(as, zone())}.`;
}

/** @param {Pick<Person, "code" | "name" | "role" | "cancelled">} found */
function result(found) {
  const stands = presence(known(), found.code, to.value, now());
  const words = found.cancelled ? "Place cancelled" : stands.is === "away" ? "Not here yet" : `${stands.is === "in" ? "Here since" : "Left at"} ${clock(stands.at, zone())}`;
  const meta = element("span", { class: "meta" }, ...(found.role ? [found.role, element("br", {})] : []), `${words} · ${found.code}`);
  const actions = element("div", { class: "stack" });
  const press = (/** @type {"arrive" | "leave"} */ action) => () => void take(found.code, action, found.name !== found.code);
  if (!found.cancelled) {
    actions.append(element("div", {}, button("Arrive", stands.is === "in" ? "btn btn--line" : "btn", `Arrive: ${found.name}`, press("arrive"))));
    if (stands.is === "in") actions.append(element("div", {}, button("Leave", "btn btn--line", `Leave: ${found.name}`, press("leave"))));
  }
  return element("li", {}, element("p", {}, element("b", {}, found.name), meta), actions);
}

function find() {
  const text = typed.value.trim();
  const read = readCode(text);
  const byCode = read && taken?.list.people.find((person) => person.code === read.code);
  const people = byCode ? [byCode] : taken ? findByName(taken.list, text) : [];
  const unknown = read && !byCode ? [{ code: read.code, name: read.code, role: "Not on this phone’s list", cancelled: false }] : [];
  const found = [...people, ...unknown];
  byId("found", HTMLElement).replaceChildren(...found.map(result));
  byId("found-say", HTMLElement).textContent = text === "" ? "" : found.length === 0 ? "Nobody on this phone’s list has that name or code." : found.length === 1 ? "1 person found" : `${found.length} people found`;
}

const camera = new Camera(byId("video", HTMLVideoElement), reader, read);
byId("start", HTMLButtonElement).addEventListener("click", async (event) => {
  const start = /** @type {HTMLButtonElement} */ (event.currentTarget);
  start.disabled = true;
  const frame = byId("camera", HTMLElement);
  const words = camera.isOn ? (camera.stop(), "") : await camera.start();
  frame.hidden = !camera.isOn;
  byId("camera-say", HTMLElement).textContent = words || (camera.isOn ? "Hold the code on a badge before the camera." : "");
  start.textContent = camera.isOn ? "Stop the camera" : "Start the camera";
  start.disabled = false;
});
byId("find", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  find();
});
byId("next", HTMLButtonElement).addEventListener("click", () => {
  hide();
  typed.value = "";
  find();
});
byId("sync", HTMLButtonElement).addEventListener("click", () => void sync());
byId("clear", HTMLButtonElement).addEventListener("click", async () => {
  await store.drop(own().filter((scan) => scan.state === "refused").map((scan) => scan.id));
  await refresh();
});
undo.addEventListener("click", async () => {
  await syncing;
  const scan = all.find((scan) => scan.id === shown?.id);
  if (!scan || scan.state !== "waiting" || scan.tried) {
    undo.hidden = true;
    const why = "It was sent already. It can be undone on the page for checking in with signal.";
    show({ tone: "again", state: "Not undone:", who: shown?.name || shown?.code || "", why, keep: false }, undefined);
    return;
  }
  await store.drop([scan.id]);
  await refresh();
  hide();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !answer.hidden) hide();
});
to.addEventListener("change", () => {
  localStorage.setItem(`door-to:${slug}`, to.value);
  find();
});
buzz.checked = localStorage.getItem("door-buzz") === "yes";
buzz.addEventListener("change", () => localStorage.setItem("door-buzz", buzz.checked ? "yes" : "no"));
window.addEventListener("online", () => void sync());
window.addEventListener("offline", drawState);
setInterval(() => {
  const isOld = !taken || now() - taken.list.now > LIST_AGE;
  if (navigator.onLine && (waiting().length > 0 || (isOld && !document.hidden))) void sync();
}, EVERY);

drawSessions();
await refresh();
if ("caches" in window && (await caches.match(location.pathname))) drawReady();
root.hidden = false;
if (navigator.onLine) void sync();
