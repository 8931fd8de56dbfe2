// @ts-check
// Times in words, by the event's own clock, in the words the server uses.

/** The hours and minutes of an instant in a zone. @param {number} at @param {string} zone */
function wall(at, zone) {
  const format = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "numeric", minute: "numeric", hourCycle: "h23" });
  const parts = format.formatToParts(at);
  const number = (/** @type {string} */ type) => Number(parts.find((part) => part.type === type)?.value ?? 0);
  return { hour: number("hour") % 24, minute: number("minute") };
}

/** "9:30am", "9am", "midday", "midnight". @param {number} at @param {string} zone */
export function clock(at, zone) {
  const { hour, minute } = wall(at, zone);
  if (hour === 0 && minute === 0) return "midnight";
  if (hour === 12 && minute === 0) return "midday";
  const shown = ((hour + 11) % 12) + 1;
  const half = hour < 12 ? "am" : "pm";
  return minute === 0 ? `${shown}${half}` : `${shown}:${String(minute).padStart(2, "0")}${half}`;
}

/** "9:05" in twenty-four hours, for a column of times. @param {number} at @param {string} zone */
export function short(at, zone) {
  const { hour, minute } = wall(at, zone);
  return `${hour}:${String(minute).padStart(2, "0")}`;
}

/** The day of an instant in a zone, as `2027-03-11`. @param {number} at @param {string} zone */
export function dayOf(at, zone) {
  return new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).format(at);
}

/** "3 minutes", "40 seconds", "2 hours". @param {number} milliseconds */
function long(milliseconds) {
  const seconds = Math.round(milliseconds / 1000);
  const [count, unit] = seconds < 90 ? [seconds, "second"] : seconds < 5400 ? [Math.round(seconds / 60), "minute"] : [Math.round(seconds / 3600), "hour"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

/** What is said of a clock that is more than half a minute out; nothing of one that is right. @param {number} skew how far behind the server it is, in milliseconds */
export function skewWords(skew) {
  if (Math.abs(skew) <= 30_000) return "";
  return `This phone’s clock is ${long(Math.abs(skew))} ${skew < 0 ? "fast" : "slow"}. Times are put right.`;
}
