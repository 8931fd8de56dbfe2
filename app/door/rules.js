// @ts-check
// What is said to a scan where there is no signal: from the list the phone took along and what it has kept since. Pure.
import { clock, dayOf } from "./clock.js";

/**
 * @typedef {"arrive" | "leave"} Action
 * @typedef {{code: string, name: string, role: string, cancelled: boolean, in?: Record<string, number>, left?: Record<string, number>}} Person
 * @typedef {{code: string, title: string, day: string, starts: string}} Session
 * @typedef {{event: {slug: string, title: string, zone: string, when: string, days: {opens: number, closes: number}[], cancelled: boolean}, sessions: Session[], people: Person[], now: number}} List
 * @typedef {{id: string, slug: string, code: string, session: string, action: Action, byName: boolean, at: number, name: string, state: "waiting" | "done" | "refused", tried: boolean, words: string}} Kept
 * @typedef {{list: List | undefined, kept: Kept[], skew: number}} Known
 * @typedef {{code: string, session: string, action: Action}} Scan
 * @typedef {{tone: "yes" | "again" | "no", state: string, who: string, why: string, keep: boolean}} Told
 * @typedef {{is: "away"} | {is: "in" | "left", at: number, mine: boolean}} Presence
 */

const ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/**
 * The place code in what was typed or read, in capitals, if its check digit is right; and the event its address names.
 * @param {string} typed
 */
export function readCode(typed) {
  const address = /\/check-in\/([^/?#]+)\?(?:[^#]*&)?code=([^&#]*)/.exec(typed);
  const query = /[?&]code=([^&#]*)/.exec(typed);
  const code = (address?.[2] ?? query?.[1] ?? typed).replace(/[\s-]/g, "").toUpperCase();
  const values = [...code].map((letter) => ALPHABET.indexOf(letter));
  if (values.length !== 8 || values.includes(-1)) return undefined;
  const sum = values.slice(0, 7).reduce((sum, value, i) => sum + (2 * i + 3) * value, 0);
  return values[7] === sum % 32 ? { code, slug: address?.[1] } : undefined;
}

/** Letters as people compare names. @param {string} text */
export function fold(text) {
  return text.normalize("NFD").replace(/[\p{M}’'`]/gu, "").toLowerCase();
}

/**
 * Where somebody stands at a session (or the door) at a moment: by the list, then by what this phone kept.
 * @param {Known} known @param {string} code @param {string} session @param {number} now
 * @returns {Presence}
 */
export function presence({ list, kept, skew }, code, session, now) {
  const zone = list?.event.zone ?? "UTC";
  const today = dayOf(now, zone);
  const person = list?.people.find((person) => person.code === code);
  /** @type {Presence} */
  let stands = { is: "away" };
  const [since, left] = [person?.in?.[session], person?.left?.[session]];
  if (since !== undefined && dayOf(since, zone) === today) stands = { is: "in", at: since, mine: false };
  if (left !== undefined && dayOf(left, zone) === today) stands = { is: "left", at: left, mine: false };
  const listed = list?.now ?? 0;
  const own = kept
    .filter((scan) => scan.code === code && scan.session === session && scan.state !== "refused")
    .map((scan) => ({ ...scan, at: scan.at + skew }))
    .filter((scan) => dayOf(scan.at, zone) === today)
    .sort((a, b) => a.at - b.at);
  for (const scan of own) {
    const isListed = scan.state === "done" && scan.at <= listed;
    if (scan.action === "arrive" && stands.is === "in") stands = { ...stands, mine: true };
    else if (isListed) continue;
    else if (scan.action === "arrive") stands = { is: "in", at: scan.at, mine: true };
    else stands = { is: "left", at: scan.at, mine: true };
  }
  return stands;
}

/**
 * The answer to a scan, in the words of the door, and whether the scan is kept to be sent. What the list cannot know is
 * kept: another phone may have seen what this one has not.
 * @param {Known} known @param {Scan} scan @param {number} now by a clock put right
 * @returns {Told}
 */
export function decide(known, { code, session, action }, now) {
  const { list, kept } = known;
  const waits = kept.some((scan) => scan.code === code && scan.session === session && scan.action === action && scan.state === "waiting");
  const unseen = (/** @type {string} */ state, /** @type {string} */ who, /** @type {string} */ why) =>
    /** @type {Told} */ ({ tone: "again", state, who, why: `${why} Kept, and checked when there is signal.`, keep: !waits });
  if (!list) return unseen("No list here yet:", code, "This phone was not here with signal before.");
  const { event } = list;
  const person = list.people.find((person) => person.code === code);
  const who = person?.name ?? code;
  const them = person?.role ? ` ${person.role}.` : "";
  const no = (/** @type {string} */ why) => /** @type {Told} */ ({ tone: "no", state: "Not found:", who, why, keep: false });
  if (event.cancelled) return no(`This event was cancelled. Nothing was recorded.${them}`);
  if (!event.days.some((day) => day.opens <= now && now < day.closes)) {
    return no(`This event is not on today: it is on ${event.when}. Nothing was recorded.${them}`);
  }
  const room = list.sessions.find((other) => other.code === session);
  if (room && room.day !== dayOf(now, event.zone)) return no(`That session is not on today. Choose another under “Checking in to”.${them}`);
  if (!person) return unseen("Not on this phone’s list:", code, "They may have booked since.");
  if (person.cancelled) return no(`This place was cancelled, so it cannot be used. Send them to the desk.${them}`);
  const place = room ? `“${room.title}”` : "the event";
  const stands = presence(known, code, session, now);
  const at = (/** @type {number} */ when) => clock(when, event.zone);
  if (action === "arrive" && stands.is === "in") {
    const why = `Here since ${at(stands.at)}. If this is a different person, find them by name.${them}`;
    return { tone: "again", state: "Already in:", who, why, keep: !stands.mine };
  }
  if (action === "leave" && stands.is === "away") return unseen("Not seen arriving:", who, `This phone has not seen them arrive at ${place}.`);
  if (action === "leave" && stands.is === "left") {
    return { ...no(`They left ${place} at ${at(stands.at)}, so they cannot leave again.${them}`), keep: !stands.mine };
  }
  return action === "arrive"
    ? { tone: "yes", state: "Arrived:", who, why: `${at(now)}, to ${place}.${them}`, keep: true }
    : { tone: "yes", state: "Left:", who, why: `${at(now)}, from ${place}.${them}`, keep: true };
}

/** @param {List} list @param {string} typed the people whose name has each of these words, at most twenty */
export function findByName(list, typed) {
  const words = fold(typed).split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  return list.people.filter((person) => words.every((word) => fold(person.name).includes(word))).slice(0, 20);
}
