// @ts-check
// What the phone keeps: the list of each event, and every scan until it was answered. One database for each person, so
// that two stewards on one phone do not mix.

/** @typedef {import("./rules.js").Kept} Kept @typedef {import("./rules.js").List} List @typedef {{slug: string, list: List, skew: number}} Taken */

/** So many scans that were answered stay to be looked at. */
const ANSWERED = 200;

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
function asked(request) {
  return new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
}

export class Store {
  /** @param {IDBDatabase} db */
  constructor(db) {
    this.db = db;
  }

  /** @param {string} person */
  static async open(person) {
    const request = indexedDB.open(`plenary-door-${person}`, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("lists", { keyPath: "slug" });
      request.result.createObjectStore("scans", { keyPath: "id" });
    };
    return new Store(await asked(request));
  }

  /**
   * Runs one change to its end: what this returns from is on the disk, and stays when the phone goes dark.
   * @param {"lists" | "scans"} name @param {(store: IDBObjectStore) => void} change
   */
  #change(name, change) {
    return new Promise((/** @type {(_: void) => void} */ done, failed) => {
      const transaction = this.db.transaction(name, "readwrite", { durability: "strict" });
      transaction.oncomplete = () => done();
      transaction.onabort = transaction.onerror = () => failed(transaction.error);
      change(transaction.objectStore(name));
    });
  }

  /** @param {string} slug @returns {Promise<Taken | undefined>} */
  list(slug) {
    return asked(this.db.transaction("lists").objectStore("lists").get(slug));
  }

  /** @param {Taken} taken */
  keepList(taken) {
    return this.#change("lists", (store) => store.put(taken));
  }

  /** Every scan kept, of every event, oldest first. @returns {Promise<Kept[]>} */
  async scans() {
    /** @type {Kept[]} */
    const all = await asked(this.db.transaction("scans").objectStore("scans").getAll());
    return all.sort((a, b) => a.at - b.at);
  }

  /** @param {Kept[]} scans */
  keep(scans) {
    return this.#change("scans", (store) => scans.forEach((scan) => store.put(scan)));
  }

  /** @param {string[]} ids */
  drop(ids) {
    return this.#change("scans", (store) => ids.forEach((id) => store.delete(id)));
  }

  /** Drops the oldest of those that were recorded. */
  async tidy() {
    const done = (await this.scans()).filter((scan) => scan.state === "done");
    await this.drop(done.slice(0, Math.max(0, done.length - ANSWERED)).map((scan) => scan.id));
  }
}
