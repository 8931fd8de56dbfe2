// A server of our own: the binary just built, a free port, a fresh data folder (and database), the demo loaded.
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createWriteStream, existsSync } from "node:fs";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { parseLetter, type Letter } from "./mail";

const run = promisify(execFile);
const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

/** The program under test: `PLENARY_BINARY`, or what `cargo build` makes. */
export const binary = process.env.PLENARY_BINARY ?? path.resolve(import.meta.dirname, "../../../target/debug/plenary");

/** Some answer of the program; its complaint is in the error. */
async function ask(file: string, args: string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}): Promise<string> {
  try {
    const { stdout } = await run(file, args, { ...options, maxBuffer: 64 * 1024 * 1024 });
    return stdout;
  } catch (error) {
    const { stderr, code } = error as { stderr?: string; code?: number | string };
    throw new Error(`${path.basename(file)} ${args.join(" ")} ended with ${code}: ${stderr ?? error}`);
  }
}

async function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const listener = createServer();
    listener.on("error", failed);
    listener.listen(0, "127.0.0.1", () => {
      const address = listener.address();
      listener.close(() => (address && typeof address === "object" ? found(address.port) : failed(new Error("no port"))));
    });
  });
}

/** A new database beside the one `PLENARY_DATABASE_URL` names; undefined means SQLite in the data folder. */
async function freshDatabase(): Promise<string | undefined> {
  const cluster = process.env.PLENARY_DATABASE_URL;
  if (!cluster?.startsWith("postgres")) return undefined;
  const name = `browser_${randomBytes(6).toString("hex")}`;
  await ask("psql", ["--quiet", "--no-psqlrc", "--dbname", cluster, "--command", `create database ${name}`]);
  const url = new URL(cluster);
  url.pathname = `/${name}`;
  return url.toString();
}

/** Starts the server; what it says goes to the end of `log`. */
function serve(folder: string, env: NodeJS.ProcessEnv): ChildProcess {
  const serving = spawn(binary, ["serve"], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  const log = createWriteStream(path.join(folder, "log"), { flags: "a" });
  serving.stdout.pipe(log, { end: false });
  serving.stderr.pipe(log, { end: false });
  return serving;
}

export class Server {
  private stopped = false;

  private constructor(
    readonly url: string,
    private readonly folder: string,
    private readonly env: NodeJS.ProcessEnv,
    private process: ChildProcess,
  ) {}

  /** Loads the demo into a fresh folder and serves it. Ready when this returns. */
  static async start(): Promise<Server> {
    if (!existsSync(binary)) throw new Error(`${binary} is not there: cargo build -p server`);
    const folder = await mkdtemp(path.join(tmpdir(), "plenary-browser-"));
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("PLENARY_"));
    const env: NodeJS.ProcessEnv = {
      ...Object.fromEntries(inherited),
      PLENARY_DATA_DIR: path.join(folder, "data"),
      PLENARY_LISTEN: `127.0.0.1:${port}`,
      PLENARY_BASE_URL: url,
      // "Leave this site" must not take a test to a stranger's.
      PLENARY_LEAVE_URL: `${url}/accessibility`,
    };
    const database = await freshDatabase();
    if (database) env.PLENARY_DATABASE_URL = database;

    try {
      await ask(binary, ["demo"], { cwd: folder, env });
      const server = new Server(url, folder, env, serve(folder, env));
      await server.ready();
      return server;
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  private async ready(): Promise<void> {
    for (let tries = 0; tries < 300; tries += 1) {
      const { exitCode, signalCode } = this.process;
      if (exitCode !== null || signalCode !== null) {
        throw new Error(`the server ended with ${exitCode ?? signalCode}:\n${await this.log()}`);
      }
      const answer = await fetch(`${this.url}/health/ready`).catch(() => undefined);
      if (answer?.ok) return;
      await pause(100);
    }
    const log = await this.log();
    await this.end();
    throw new Error(`the server was not ready within 30 seconds:\n${log}`);
  }

  /** Ends the server and starts it again on what it has. */
  async restart(): Promise<void> {
    await this.end();
    this.stopped = false;
    this.process = serve(this.folder, this.env);
    await this.ready();
  }

  /** A path in the folder that holds everything it has. */
  file(...parts: string[]): string {
    return path.join(this.folder, "data", ...parts);
  }

  /** What the server wrote so far. */
  async log(): Promise<string> {
    return readFile(path.join(this.folder, "log"), "utf8").catch(() => "");
  }

  /** Runs a command beside the server, on its data, and gives what it prints. */
  async plenary(...args: string[]): Promise<string> {
    return ask(binary, args, { cwd: this.folder, env: this.env });
  }

  /** Imports a document of `plenary import`'s schema 1. */
  async import(document: unknown, ...flags: string[]): Promise<void> {
    const file = path.join(this.folder, `import-${randomBytes(4).toString("hex")}.json`);
    await writeFile(file, JSON.stringify(document));
    await this.plenary("import", file, ...flags);
  }

  /** A link that signs this mailbox in. */
  async signInLink(email: string): Promise<string> {
    return (await this.plenary("sign-in-link", "--email", email)).trim();
  }

  /** The letters written to a mailbox so far, oldest first. */
  async letters(to: string): Promise<Letter[]> {
    const folder = this.file("mail");
    const names = await readdir(folder).catch(() => [] as string[]);
    const letters = await Promise.all(
      names.filter((name) => name.endsWith(".eml")).map(async (name) => parseLetter(await readFile(path.join(folder, name)))),
    );
    return letters.filter((letter) => letter.to.includes(to)).sort((a, b) => a.date - b.date);
  }

  /** Waits for a letter to a mailbox that has what is asked for. */
  async letter(to: string, has: (letter: Letter) => boolean = () => true): Promise<Letter> {
    for (let tries = 0; tries < 200; tries += 1) {
      const found = (await this.letters(to)).find(has);
      if (found) return found;
      await pause(100);
    }
    const subjects = (await this.letters(to)).map((letter) => letter.subject);
    throw new Error(`no such letter to ${to} within 20 seconds; there are: ${JSON.stringify(subjects)}`);
  }

  /** Ends the server, by its id, and clears its folder. */
  async stop(): Promise<void> {
    await this.end();
    await rm(this.folder, { recursive: true, force: true });
  }

  private async end(): Promise<void> {
    if (this.stopped) return;
    this.stopped = true;
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = new Promise<void>((done) => this.process.once("exit", () => done()));
    this.process.kill("SIGTERM");
    const patience = setTimeout(() => this.process.kill("SIGKILL"), 10_000);
    await ended;
    clearTimeout(patience);
  }
}
