// As much of MIME as is needed to read the letters the server writes as .eml files.

export interface Letter {
  to: string;
  subject: string;
  /** Milliseconds since 1970. */
  date: number;
  text: string;
  html: string;
  /** The calendars that came with it, beside the text. */
  calendars: Calendar[];
}

export interface Calendar {
  /** What the part's Content-Type says is to be done with it. */
  method: string;
  /** As it came, line ends and folds included. */
  text: string;
}

interface Part {
  headers: Map<string, string>;
  body: string;
}

/** Reads one letter. Bytes are kept as they are until their charset is known; it is always UTF-8 here. */
export function parseLetter(bytes: Buffer): Letter {
  const whole = split(bytes.toString("latin1"));
  const letter: Letter = {
    to: words(whole.headers.get("to") ?? ""),
    subject: words(whole.headers.get("subject") ?? ""),
    date: Date.parse(whole.headers.get("date") ?? "") || 0,
    text: "",
    html: "",
    calendars: [],
  };
  for (const part of leaves(whole)) {
    const type = (part.headers.get("content-type") ?? "text/plain").toLowerCase();
    if (type.startsWith("text/plain")) letter.text ||= decode(part);
    if (type.startsWith("text/html")) letter.html ||= decode(part);
    if (type.startsWith("text/calendar")) {
      const method = /;\s*method="?([a-z]+)"?/i.exec(part.headers.get("content-type") ?? "")?.[1] ?? "";
      letter.calendars.push({ method, text: decode(part) });
    }
  }
  return letter;
}

/** The first address in a letter's text whose path begins like this. */
export function linkIn(letter: Letter, begins: string): string {
  const found = letter.text.match(/https?:\/\/[^\s<>"]+/g)?.find((link) => new URL(link).pathname.startsWith(begins));
  if (!found) throw new Error(`no address beginning ${begins} in "${letter.subject}"`);
  return found;
}

function split(raw: string): Part {
  const [head = "", ...rest] = raw.replaceAll("\r\n", "\n").split("\n\n");
  const headers = new Map<string, string>();
  for (const line of head.replace(/\n[ \t]+/g, " ").split("\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return { headers, body: rest.join("\n\n") };
}

function leaves(part: Part): Part[] {
  const type = part.headers.get("content-type") ?? "";
  const boundary = /boundary="?([^";]+)"?/i.exec(type)?.[1];
  if (!/^multipart\//i.test(type) || !boundary) return [part];
  const pieces = `\n${part.body}`.split(`\n--${boundary}`).slice(1);
  return pieces.filter((piece) => !piece.startsWith("--")).flatMap((piece) => leaves(split(piece.replace(/^[^\n]*\n/, ""))));
}

function decode(part: Part): string {
  const how = (part.headers.get("content-transfer-encoding") ?? "").toLowerCase();
  if (how === "base64") return Buffer.from(part.body, "base64").toString("utf8");
  const raw = how === "quoted-printable" ? unquote(part.body.replace(/[ \t]*=\n/g, "")) : part.body;
  return Buffer.from(raw, "latin1").toString("utf8");
}

function unquote(text: string): string {
  return text.replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** Encoded words in a header, put into letters. */
function words(header: string): string {
  return header
    .replace(/(\?=)\s+(=\?)/g, "$1$2")
    .replace(/=\?utf-8\?(b|q)\?([^?]*)\?=/gi, (_, how: string, text: string) => {
      if (how.toLowerCase() === "b") return Buffer.from(text, "base64").toString("utf8");
      return Buffer.from(unquote(text.replaceAll("_", " ")), "latin1").toString("utf8");
    });
}
