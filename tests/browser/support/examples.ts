// Documents for `plenary import` (schema 1) that the demo cannot hold, since they depend on today.
const organisation = { slug: "example-training", name: "Example Training Ltd", email: "events@example.org" };

/** The day so many days from now, as `YYYY-MM-DD` in London. */
export function day(fromNow: number): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone: "Europe/London" }).format(Date.now() + fromNow * 86_400_000);
}

/** An event that lasts all of today, with two places, for the door. */
export function eventToday(slug: string) {
  const today = day(0);
  return {
    plenary: 1,
    kind: "event",
    organisation,
    event: {
      slug,
      status: "published",
      title: "Today's study day",
      timezone: "Europe/London",
      starts: `${today}T00:00`,
      ends: `${today}T23:59`,
    },
    sessions: [{ code: "talk", title: "A long talk", kind: "talk", starts: `${today}T00:00`, ends: `${today}T23:59`, cpd: true }],
    tickets: [{ code: "all", name: "Everybody" }],
    places: [
      { code: "p1", ticket: "all", name: "Jane Smith", email: "jane@example.org", job_role: "Nurse", organisation: "Example Trust" },
      { code: "p2", ticket: "all", name: "Siân Llŷr", email: "sian@example.org", job_role: "Teacher", organisation: "Example School" },
    ],
  };
}

/** An event of last month whose one delegate was there from 09:10 to 14:50: 255 minutes, 75 of them participatory. */
export function eventPast(slug: string) {
  const then = day(-30);
  const session = (code: string, title: string, kind: string, starts: string, ends: string, participatory = false) => {
    const cpd = kind !== "registration";
    return { code, title, kind, starts: `${then}T${starts}`, ends: `${then}T${ends}`, cpd, participatory };
  };
  return {
    plenary: 1,
    kind: "event",
    organisation,
    event: {
      slug,
      status: "published",
      title: "Last month's conference",
      outcomes: ["Notice early", "Plan for safety with families"],
      timezone: "Europe/London",
      starts: `${then}T09:00`,
      ends: `${then}T16:00`,
      venue: { name: "Example Hall", address: "1 High Street, Oxford", postcode: "OX1 1AA" },
      cpd: { statement: "subject to peer group approval", rule: "proportional", round_down_to: 15, min_minutes: 15, participatory: "by_session" },
    },
    sessions: [
      session("reg", "Registration", "registration", "09:00", "09:30"),
      session("am1", "National picture", "talk", "09:30", "11:00"),
      session("am2", "Schools", "talk", "11:20", "12:50"),
      session("pm1", "Pathways workshop", "workshop", "13:35", "14:50", true),
      session("pm2", "Panel", "panel", "15:05", "15:50"),
    ],
    tickets: [{ code: "nhs", name: "NHS and public sector", price_pence: 19_500, vat: "standard" }],
    places: [{ code: "p1", ticket: "nhs", name: "Jane Smith", email: "jane@example.org", job_role: "Nurse", organisation: "Example Trust" }],
    attendance: [
      { place: "p1", session: null, action: "arrive", at: `${then}T09:10`, how: "steward" },
      { place: "p1", session: null, action: "leave", at: `${then}T14:50`, how: "steward" },
    ],
  };
}

/** A network with one member and one meeting to come. */
export function network(slug: string, memberEmail: string) {
  const meeting = day(60);
  return {
    plenary: 1,
    kind: "network",
    organisation,
    network: {
      slug,
      name: "Example network",
      timezone: "Europe/London",
      contact: { name: "Training team", email: "training@example.org" },
      consent: { version: "1", wording: "Send me invites to this network's meetings." },
    },
    members: [
      {
        name: "Siân Llŷr",
        email: memberEmail,
        job_role: "DSL",
        agency: "Example School",
        agency_type: "school",
        state: "member",
        consent: { on: day(-30), source: "asked by e-mail", version: "1" },
      },
    ],
    meetings: [
      { code: "next", title: "Next meeting", starts: `${meeting}T09:30`, ends: `${meeting}T11:00`, place: "County Hall", status: "published", cpd: true },
    ],
  };
}
