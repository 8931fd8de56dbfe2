// Every address the server has, as it tells itself, and one that can be visited for each.
import { execFileSync } from "node:child_process";
import type { Page } from "@playwright/test";
import { bookOnePlace } from "./booking";
import { eventPast, network } from "./examples";
import { heading } from "./fixtures";
import { linkIn } from "./mail";
import { binary, type Server } from "./server";

export type Role = "nobody" | "delegate" | "steward" | "owner";

export interface Route {
  path: string;
  methods: string[];
}

const demo = { open: "self-harm-conference", past: "self-harm-conference-2025", network: "self-harm-network-north" };

/** What is given out to programs and to downloads. None of it is a page, whatever its parameters are. */
const notPages = [/^\/_file\//, /^\/api\//, /^\/do\//, /^\/health\//, /^\/metrics$/, /^\/pkg\//, /^\/style\//, /^\/fonts\//, /^\/assets\//, /^\/photos\//, /^\/check-in\/_\//, /\.webmanifest$/, /^\/my\/cpd\/files\//, /^\/appraiser\/[^/]+\/files\//, /^\/\.well-known\//, /^\/certificates\/(status|pictures|colours)\//, /\.(ics|pdf|jwt|json|csv|zip)$/, /^\/leave$/];

/** The routes a person may open, in the order of their addresses, parameters written `{name}`. */
export function pageRoutes(): string[] {
  const routes = JSON.parse(execFileSync(binary, ["routes", "--json"], { encoding: "utf8" })) as Route[];
  const open = routes.filter((route) => route.methods.includes("GET"));
  const paths = open.map((route) => route.path.replace(/:(\w+)/g, "{$1}"));
  return [...new Set(paths)].filter((path) => !notPages.some((other) => other.test(path))).sort();
}

/** Who opens a route: whoever it is for. */
export function roleFor(route: string): Role {
  if (/^\/organise(\/|$)/.test(route)) return "owner";
  if (/^\/(speaking|feedback)(\/|$)/.test(route)) return "owner";
  if (/^\/(check-in|kiosk|screen)(\/|$)/.test(route)) return "steward";
  if (/^\/(my|here|claim|appraiser)(\/|$)/.test(route)) return "delegate";
  return "nobody";
}

/** Finds or makes what a route's parameters stand for. `page` is signed in as the route's role. */
type Find = (server: Server, page: Page) => Promise<string>;

const at = (address: string): Find => async () => address;
const event = (rest: string) => at(`/events/${demo.open}${rest}`);
const organised = (rest: string) => at(`/organise/events/${demo.open}${rest}`);
const circle = (rest: string) => at(`/networks/${demo.network}${rest}`);
const organisedCircle = (rest: string) => at(`/organise/networks/${demo.network}${rest}`);

/** A later step of a booking, with what the first ones typed. */
const step = (name: "who" | "check"): Find => async (_, page) => {
  await page.goto(`/events/${demo.open}/book`);
  await page.getByLabel(/^Number of places: /).first().fill("1");
  await page.getByRole("button", { name: "Continue" }).click();
  await heading(page, "Who is coming?").waitFor();
  if (name === "check") {
    const mine = page.getByRole("group", { name: "Your details" });
    await mine.getByLabel("Your name").fill("Kofi Mensah");
    await mine.getByLabel("Your email address").fill("kofi@example.org");
    await page.getByRole("button", { name: "Continue" }).click();
    await heading(page, "Check your answers").waitFor();
  }
  const { pathname, search } = new URL(page.url());
  return pathname + search;
};

/** The first place of a new booking, `rest` of its address after it. */
const bookedPlace = (rest: string): Find => async (_, page) => {
  await bookOnePlace(page, demo.open, "Ama Owusu", "ama@example.org");
  const link = page.getByRole("link", { name: /^Cancel this place/ }).first();
  return ((await link.getAttribute("href")) ?? "").replace(/\/cancel$/, rest);
};

/** The first place of the delegate's own bookings that can still be changed. */
const ownPlace = (rest: string): Find => async (_, page) => {
  await page.goto("/my");
  const booking = page.locator('a[href^="/my/bookings/PL-"]').first();
  await page.goto((await booking.getAttribute("href")) ?? "/my");
  const link = page.getByRole("link", { name: /^Cancel this place/ }).first();
  return ((await link.getAttribute("href")) ?? "").replace(/\/cancel$/, rest);
};

/** A new entry of the delegate's own, with a reflection. */
async function ownEntry(page: Page): Promise<string> {
  await page.goto("/my/cpd/new");
  await page.getByLabel("Title").fill("Reading on self-harm");
  await page.getByLabel("Date", { exact: true }).fill("2026-01-15");
  await page.getByLabel("How you learnt").selectOption("reading");
  await page.getByLabel("Hours", { exact: true }).fill("1");
  await page.getByRole("button", { name: "Save" }).click();
  const of = new URL(page.url()).pathname.split("/").pop() ?? "";
  await page.goto(`/my/cpd/reflect?of=${of}&scheme=nmc`);
  await page.getByRole("button", { name: "Save reflection" }).click();
  return of;
}

const addresses: Record<string, Find> = {
  "/my/cpd/reflect": async (_, page) => `/my/cpd/reflect?of=${await ownEntry(page)}&scheme=nmc`,
  "/my/cpd/entries/{of}": async (_, page) => `/my/cpd/entries/${await ownEntry(page)}`,
  "/appraiser/{token}": async (_, page) => {
    await ownEntry(page);
    await page.goto("/my/cpd/pack");
    await page.getByRole("button", { name: "Make the link" }).click();
    return new URL((await page.locator("p.said").textContent()) ?? "").pathname;
  },
  "/events/{slug}/book/who": step("who"),
  "/events/{slug}/book/check": step("check"),
  "/bookings/{token}/places/{place}/cancel": bookedPlace("/cancel"),
  "/bookings/{token}/places/{place}/name": bookedPlace("/name"),
  "/my/bookings/{reference}/places/{place}/cancel": ownPlace("/cancel"),
  "/my/bookings/{reference}/places/{place}/name": ownPlace("/name"),
  "/bookings/{token}/places/{place}/give": bookedPlace("/give"),
  "/my/bookings/{reference}/places/{place}/give": ownPlace("/give"),
  "/bookings/{token}/places/{place}/sessions": bookedPlace("/sessions"),
  "/my/bookings/{reference}/places/{place}/sessions": ownPlace("/sessions"),
  "/organise/events/{slug}/bookings/chosen": async (_, page) => {
    await page.goto(`/organise/events/${demo.open}/bookings`);
    const ticks = page.locator('input[name="place"]');
    const places = await Promise.all([0, 1].map((n) => ticks.nth(n).getAttribute("value")));
    return `/organise/events/${demo.open}/bookings/chosen?do=cancel&${places.map((place) => `place=${place}`).join("&")}`;
  },
  "/organise/events/{slug}/bookings/{reference}": async (_, page) => {
    await page.goto(`/organise/events/${demo.open}/bookings`);
    const link = page.locator(`a[href^="/organise/events/${demo.open}/bookings/PL-"]`).first();
    return (await link.getAttribute("href")) ?? "/organise";
  },
  "/organise/events/{slug}/bookings/{reference}/places/{place}": async (_, page) => {
    await page.goto(`/organise/events/${demo.open}/bookings`);
    const link = page.locator('a[href*="/places/"]').first();
    return ((await link.getAttribute("href")) ?? "/organise").replace("do=correct", "do=move");
  },
  "/organise/events/{slug}/certificates/approval": organised("/certificates/approval"),
  "/organise/events/{slug}/certificates/hold/{code}": async (_, page) => {
    await page.goto(`/organise/events/${demo.past}/certificates?show=without`);
    const link = page.locator(`a[href^="/organise/events/${demo.past}/certificates/hold/"]`).first();
    return (await link.getAttribute("href")) ?? "/organise";
  },
  "/organise/events/{slug}/attendance/import": organised("/attendance/import"),
  "/organise/events/{slug}/attendance/online": async (_, page) => {
    await page.goto(`/organise/events/${demo.past}/attendance/online`);
    const rows = ["Name,User Email,Join Time,Leave Time", "Guest One,,03/04/2020 09:30,03/04/2020 10:30"];
    const file = { name: "report.csv", mimeType: "text/csv", buffer: Buffer.from(rows.join("\n")) };
    await page.getByLabel("The report").setInputFiles(file);
    await page.getByRole("button", { name: "Look through the report" }).click();
    const { pathname, search } = new URL(page.url());
    return pathname + search;
  },
  "/organise/messages/batches/{id}": async (server, page) => {
    await bookOnePlace(page, demo.open, "Ama Owusu", "ama@example.org");
    await server.letter("ama@example.org");
    await page.goto("/organise/messages/retry");
    const label = page.locator("label", { hasText: /^Type \d+ to confirm$/ });
    const count = /\d+/.exec((await label.textContent()) ?? "")?.[0] ?? "";
    await page.getByLabel(/^Type \d+ to confirm$/).fill(count);
    await page.getByRole("button", { name: /^Send \d+ message/ }).click();
    return new URL(page.url()).pathname;
  },
  "/organise/team/{person}/remove": async (_, page) => {
    await page.goto("/organise/team");
    const link = page.getByRole("link", { name: /^Remove / }).first();
    return (await link.getAttribute("href")) ?? "/organise/team";
  },
  "/organise/events/{slug}/edit": organised("/edit"),
  "/organise/events/{slug}/cancel": organised("/cancel"),
  "/organise/events/{slug}/copy": organised("/copy"),
  "/organise/events/{slug}/erase": async () => `/organise/events/${demo.past}/erase`,
  "/organise/events/{slug}/attendance/{code}": async (_, page) => {
    await page.goto(`/organise/events/${demo.past}/attendance`);
    const link = page.locator(`a[href^="/organise/events/${demo.past}/attendance/"]`).first();
    return (await link.getAttribute("href")) ?? "/organise";
  },
  "/organise/events/{slug}/certificates/{id}": async (_, page) => {
    await page.goto(`/organise/events/${demo.past}/certificates`);
    const link = page.locator(`a[href^="/organise/events/${demo.past}/certificates/"]`).first();
    return (await link.getAttribute("href")) ?? "/organise";
  },
  "/organise/messages/{id}": async (server, page) => {
    await bookOnePlace(page, demo.open, "Ama Owusu", "ama@example.org");
    await server.letter("ama@example.org");
    await page.goto("/organise/messages");
    const link = page.locator('table a[href^="/organise/messages/"]').first();
    return (await link.getAttribute("href")) ?? "/organise";
  },
  "/events/{slug}": event(""),
  "/events/{slug}/agenda": event("/agenda"),
  "/events/{slug}/now": event("/now"),
  "/events/{slug}/book": event("/book"),
  "/networks/{slug}": circle(""),
  "/networks/{slug}/join": circle("/join"),
  "/networks/{slug}/leave": circle("/leave"),
  "/check-in/{slug}": at(`/check-in/${demo.open}`),
  "/organise/events/{slug}": organised(""),
  "/organise/events/{slug}/agenda": organised("/agenda"),
  "/organise/events/{slug}/agenda/grid": organised("/agenda/grid"),
  "/organise/events/{slug}/agenda/session": organised("/agenda/session"),
  "/organise/events/{slug}/agenda/publish": async (_, page) => {
    await page.goto(`/organise/events/${demo.open}/agenda/rooms`);
    await page.getByLabel("Name").first().fill("A room nobody sees yet");
    await page.getByRole("button", { name: "Add the room" }).click();
    return `/organise/events/${demo.open}/agenda/publish`;
  },
  "/organise/events/{slug}/agenda/move": async (_, page) => {
    await page.goto(`/organise/events/${demo.open}/agenda`);
    const link = page.getByRole("link", { name: /^Move/ }).first();
    return (await link.getAttribute("href")) ?? "/organise";
  },
  "/organise/events/{slug}/agenda/rooms": organised("/agenda/rooms"),
  "/organise/events/{slug}/agenda/tracks": organised("/agenda/tracks"),
  "/organise/events/{slug}/agenda/speakers": organised("/agenda/speakers"),
  "/organise/events/{slug}/agenda/sign-ups": organised("/agenda/sign-ups"),
  "/organise/events/{slug}/feedback": at(`/organise/events/${demo.past}/feedback`),
  "/organise/events/{slug}/feedback/question": organised("/feedback/question"),
  "/my/outcomes/{slug}": at(`/my/outcomes/${demo.past}`),
  "/my/feedback/{slug}": at(`/my/feedback/${demo.past}`),
  "/feedback/{token}": async (server, page) => {
    await page.goto(`/organise/events/${demo.past}/feedback`);
    const label = page.locator("label", { hasText: /^Type \d+ to confirm$/ });
    const count = /\d+/.exec((await label.textContent()) ?? "")?.[0] ?? "";
    await page.getByLabel(/^Type \d+ to confirm$/).fill(count);
    await page.getByRole("button", { name: /^Ask \d+ people$/ }).click();
    return new URL(linkIn(await server.letter("delegate@example.org"), "/feedback/")).pathname;
  },
  "/organise/events/{slug}/tickets": organised("/tickets"),
  "/organise/events/{slug}/bookings": organised("/bookings"),
  "/organise/events/{slug}/attendance": organised("/attendance"),
  "/check-in/{slug}/walk-in": at(`/check-in/${demo.open}/walk-in`),
  "/check-in/{slug}/walk-in/{code}": async (_, page) => {
    await page.goto(`/check-in/${demo.open}?q=a`);
    const link = page.locator('a.found__name[href*="code="]').first();
    const code = new URL((await link.getAttribute("href")) ?? "", page.url()).searchParams.get("code") ?? "";
    return `/check-in/${demo.open}/walk-in/${code}`;
  },
  "/check-in/{slug}/screens": at(`/check-in/${demo.open}/screens`),
  "/speaking/{token}": async (server, page) => {
    await page.goto(`/organise/events/${demo.open}/agenda/speakers`);
    await page.getByRole("link", { name: /^Ask / }).first().click();
    const email = `speaker-${Date.now()}@example.org`;
    await page.getByLabel("Email address").fill(email);
    await page.getByRole("button", { name: /^Ask / }).click();
    return new URL(linkIn(await server.letter(email), "/speaking/")).pathname;
  },
  "/kiosk/{token}": async (_, page) => {
    await page.goto(`/check-in/${demo.open}/screens`);
    await page.getByRole("button", { name: "Make a kiosk" }).click();
    return new URL((await page.locator("p.said").textContent()) ?? "").pathname;
  },
  "/screen/{token}": async (_, page) => {
    await page.goto(`/check-in/${demo.open}/screens`);
    await page.getByLabel("Session").selectOption({ index: 1 });
    await page.getByRole("button", { name: "Make a screen" }).click();
    return new URL((await page.locator("p.said").textContent()) ?? "").pathname;
  },
  "/here/{slug}": at(`/here/${demo.open}`),
  "/check-in/{slug}/offline": at(`/check-in/${demo.open}/offline`),
  "/check-in/{slug}/rooms": at(`/check-in/${demo.open}/rooms`),
  "/check-in/{slug}/fire": at(`/check-in/${demo.open}/fire`),
  "/organise/events/{slug}/attendance/summary": organised("/attendance/summary"),
  "/organise/events/{slug}/badges": organised("/badges"),
  "/organise/events/{slug}/certificates": organised("/certificates"),
  "/organise/networks/{slug}": organisedCircle(""),
  "/organise/networks/{slug}/edit": organisedCircle("/edit"),
  "/organise/networks/{slug}/requests": organisedCircle("/requests"),
  "/organise/networks/{slug}/members": organisedCircle("/members"),
  "/organise/networks/{slug}/members/{member}": async (_, page) => {
    await page.goto(`/organise/networks/${demo.network}/members`);
    const link = page.locator(`a[href^="/organise/networks/${demo.network}/members/"]`).first();
    return (await link.getAttribute("href")) ?? "/organise";
  },
  "/organise/networks/{slug}/meetings": organisedCircle("/meetings"),
  "/organise/networks/{slug}/meetings/new": organisedCircle("/meetings/new"),
  "/organise/networks/{slug}/meetings/year": organisedCircle("/meetings/year"),
  "/organise/networks/{slug}/meetings/{code}": async (server) => {
    const { slug } = await importedNetwork(server);
    return `/organise/networks/${slug}/meetings/next`;
  },
  "/organise/networks/{slug}/meetings/{code}/edit": organisedCircle("/meetings/spring-2027/edit"),

  "/sign-in/{token}": async (server) => new URL(await server.signInLink("delegate@example.org")).pathname,
  "/bookings/{token}": async (_, page) => {
    await bookOnePlace(page, demo.open, "Ama Owusu", "ama@example.org");
    return new URL(page.url()).pathname;
  },
  "/my/bookings/{reference}": async (_, page) => {
    await page.goto("/my");
    const link = page.locator('a[href^="/my/bookings/"]').first();
    return (await link.getAttribute("href")) ?? "/my/bookings/none";
  },
  "/certificates/{id}": async (server) => `/certificates/${await issuedCertificate(server)}`,
  "/networks/{slug}/meetings/{code}": async (server) => {
    const { slug } = await importedNetwork(server);
    return `/networks/${slug}/meetings/next`;
  },
  "/join/{token}": async (server, page) => {
    const email = `join-${Date.now()}@example.org`;
    await page.goto(`/networks/${demo.network}/join`);
    await page.getByLabel("Full name").fill("Kofi Mensah");
    await page.getByLabel("Job role").fill("Teacher");
    await page.getByLabel("Email address").fill(email);
    await page.getByRole("checkbox").check();
    await page.getByRole("button", { name: "Send request" }).click();
    await heading(page, "Check your email").waitFor();
    return new URL(linkIn(await server.letter(email), "/join/")).pathname;
  },
  "/invites/{token}": async (server) => {
    const { email } = await importedNetwork(server);
    const invite = await server.letter(email, (letter) => letter.text.includes("/invites/"));
    return new URL(linkIn(invite, "/invites/")).pathname;
  },
  "/unsubscribe/{token}": async (server) => {
    const { email } = await importedNetwork(server);
    const invite = await server.letter(email, (letter) => letter.text.includes("/unsubscribe/"));
    return new URL(linkIn(invite, "/unsubscribe/")).pathname;
  },
};

/** An address of this route that exists. A parameter nobody has given a value for fails, so that new pages are looked at. */
export async function visitable(route: string, server: Server, page: Page): Promise<string> {
  const find = addresses[route];
  if (!find && !route.includes("{")) return route;
  if (!find) throw new Error(`no value for the parameters of ${route}: add it to \`addresses\` in tests/browser/support/routes.ts`);
  return find(server, page);
}

/** Imports an event of last month and issues its one certificate. */
export async function issuedCertificate(server: Server): Promise<string> {
  const slug = `past-${Date.now()}-${Math.floor(Math.random() * 1e6)}`;
  await server.import(eventPast(slug));
  const issued = JSON.parse(await server.plenary("certificates", "issue", "--event", slug, "--json")) as { certificate: string }[];
  const certificate = issued[0]?.certificate;
  if (!certificate) throw new Error("no certificate was issued");
  return certificate;
}

async function importedNetwork(server: Server): Promise<{ slug: string; email: string }> {
  const unique = `${Date.now()}-${Math.floor(Math.random() * 1e6)}`;
  const made = { slug: `network-${unique}`, email: `member-${unique}@example.org` };
  await server.import(network(made.slug, made.email), "--send");
  return made;
}
