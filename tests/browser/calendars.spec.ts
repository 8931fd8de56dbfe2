// Calendar entries as they are mailed, read by somebody else's code: npm's `ical.js` (Thunderbird's), which is given no
// zones of its own, so that every instant comes from the VTIMEZONE in the mail.
import ICAL from "ical.js";
import { expect, test } from "./support/fixtures";
import type { Calendar } from "./support/mail";
import type { Server } from "./support/server";

const zone = "Europe/London";

/** Days on both sides of both clock changes of 2027, and when 09:30 to 16:00 is on each. */
const days = [
  { day: "2027-03-27", starts: "2027-03-27T09:30:00.000Z", ends: "2027-03-27T16:00:00.000Z" },
  { day: "2027-03-28", starts: "2027-03-28T08:30:00.000Z", ends: "2027-03-28T15:00:00.000Z" },
  { day: "2027-03-29", starts: "2027-03-29T08:30:00.000Z", ends: "2027-03-29T15:00:00.000Z" },
  { day: "2027-10-30", starts: "2027-10-30T08:30:00.000Z", ends: "2027-10-30T15:00:00.000Z" },
  { day: "2027-10-31", starts: "2027-10-31T09:30:00.000Z", ends: "2027-10-31T16:00:00.000Z" },
  { day: "2027-11-01", starts: "2027-11-01T09:30:00.000Z", ends: "2027-11-01T16:00:00.000Z" },
];

interface Entry {
  method: string;
  uid: string;
  sequence: number;
  status: string;
  starts: string;
  ends: string;
  wall: string;
  attendees: string[];
}

/** The one entry of a calendar, its times as instants. */
function read({ method, text }: Calendar): Entry {
  const calendar = new ICAL.Component(ICAL.parse(text));
  expect(calendar.getFirstPropertyValue("method"), "the same method in the calendar and in the Content-Type").toBe(method);
  const zones = calendar.getAllSubcomponents("vtimezone").map((component) => new ICAL.Timezone(component));
  expect(zones.map((one) => one.tzid)).toEqual([zone]);
  expect(ICAL.TimezoneService.get(zone), "the reader knows no zone but the mail's").toBeFalsy();

  const entries = calendar.getAllSubcomponents("vevent");
  expect(entries).toHaveLength(1);
  const entry = entries[0]!;
  const time = (name: string) => {
    const property = entry.getFirstProperty(name)!;
    expect(property.getParameter("tzid"), name).toBe(zone);
    const wall = property.getFirstValue() as ICAL.Time;
    const there = wall.clone();
    there.zone = zones[0]!;
    return { wall: wall.toString(), instant: there.toJSDate().toISOString() };
  };
  const words = (name: string) => String(entry.getFirstPropertyValue(name));
  return {
    method,
    uid: words("uid"),
    sequence: Number(entry.getFirstPropertyValue("sequence")),
    status: words("status"),
    starts: time("dtstart").instant,
    ends: time("dtend").instant,
    wall: time("dtstart").wall,
    attendees: entry.getAllProperties("attendee").map((property) => String(property.getFirstValue())),
  };
}

/** A day's event as a file, with one person in it, from and to these hours of the clock there. */
function file(slug: string, day: string, email: string, from = "09:30", to = "16:00", status = "published") {
  return {
    plenary: 1,
    kind: "event",
    organisation: { slug: "example-training", name: "Example Training Ltd", email: "events@example.org" },
    event: { slug, status, title: `Study day of ${day}`, timezone: zone, starts: `${day}T${from}`, ends: `${day}T${to}`, venue: { name: "Example Hall", address: "1 High Street, Oxford" } },
    sessions: [{ code: "talk", title: "A talk", kind: "talk", starts: `${day}T${from}`, ends: `${day}T${to}`, cpd: true }],
    tickets: [{ code: "all", name: "Everybody" }],
    places: [{ code: "p1", ticket: "all", name: "Jane Smith", email }],
  };
}

/** The entries mailed to somebody, oldest first, once there are so many. */
async function entriesTo(server: Server, email: string, count: number): Promise<Entry[]> {
  const calendars = async () => (await server.letters(email)).flatMap((letter) => letter.calendars);
  await expect.poll(async () => (await calendars()).length, { timeout: 20_000, message: `entries to ${email}` }).toBe(count);
  return (await calendars()).map(read).sort((a, b) => a.sequence - b.sequence);
}

for (const { day, starts, ends } of days) {
  test(`an entry on ${day} is the same instants to ical.js, changed and cancelled too`, async ({ server }) => {
    const slug = `calendar-${day}`;
    const email = `jane-${day}@example.org`;
    const later = (instant: string) => new Date(Date.parse(instant) + 3_600_000).toISOString();

    await server.import({ ...file(slug, day, email), places: [] });
    await book(server, slug, email);
    const [first] = await entriesTo(server, email, 1);
    expect(first).toEqual({
      method: "REQUEST",
      uid: first?.uid,
      sequence: 0,
      status: "CONFIRMED",
      starts,
      ends,
      wall: `${day}T09:30:00`,
      attendees: [`mailto:${email}`],
    });

    const moved = file(slug, day, email, "10:30", "17:00");
    await server.import({ ...moved, places: [] }, "--update", "--send");
    const [, second] = await entriesTo(server, email, 2);
    expect(second).toEqual({ ...first, sequence: 1, starts: later(starts), ends: later(ends), wall: `${day}T10:30:00` });

    await server.import({ ...moved, event: { ...moved.event, status: "cancelled" }, places: [] }, "--update", "--send");
    const [, , third] = await entriesTo(server, email, 3);
    expect(third).toEqual({ ...second, method: "CANCEL", sequence: 2, status: "CANCELLED" });
  });
}

/** Books one place through the API. */
async function book(server: Server, slug: string, email: string): Promise<void> {
  const answer = await fetch(`${server.url}/api/v1/events/${slug}/bookings`, {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": `${slug}-${email}` },
    body: JSON.stringify({ booker: { name: "Pat Booker", email: `pa-${email}` }, places: [{ ticket: "all", name: "Jane Smith", email }] }),
  });
  expect(answer.status, await answer.clone().text()).toBe(201);
}
