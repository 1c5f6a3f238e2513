// What others do to the ledger while the book is read. The ledger tells every change, in an order in which none is missed.
// New trades are counted, and shown when somebody asks for them; which of them are among those that the book is filtered
// by, the list says: the rules of filters have one home.

import { call } from "../lib/api.js";

const CHANGES = "/api/trades/changes/";
const MOST = 1000; // changes, and trades, that are looked at; beyond them it is "1,000+ new"

export class Arrivals {
  /** Those of the `query` that are not in `pages`. */
  constructor(query, pages) {
    [this.query, this.pages] = [query, pages];
    this.fresh = new Set(); // ids of trades that nobody has seen
    this.areMore = false;
  }

  /** From now on: of pages that are asked for after this, no change is missed. */
  async begin() {
    this.cursor = (await this.changes("now")).cursor;
  }

  get text() {
    return this.areMore ? `${MOST.toLocaleString("en-GB")}+ new` : `${this.fresh.size} new`;
  }

  get count() {
    return this.areMore ? Math.max(1, this.fresh.size) : this.fresh.size;
  }

  /** Ask what has changed: `isChanged` where rows in memory may have, `isOver` where the book has to be asked for anew. */
  async look() {
    try {
      return { isChanged: await this.take(await this.changes(this.cursor)) };
    } catch (error) {
      if (error.status !== 409) throw error;
      return { isOver: true }; // other accounts are seen by now, or it is another ledger
    }
  }

  async changes(after) {
    const { account } = this.query;
    return (await call("GET", CHANGES, { query: { account, after, page_size: MOST } })).data;
  }

  /** Of more changes than these, the rest is not walked through: the list knows what is new, and all rows are stale. */
  async take({ results, cursor, more }) {
    const next = more && results.length ? (await this.changes("now")).cursor : cursor;
    for (const { change, trade } of results) if (change === "delete") this.fresh.delete(trade.id);
    const isAdded = more ? createdSince(earliest(results)) : among(results);
    if (isAdded && results.length) await this.find(earliest(results), isAdded);
    this.cursor = next;
    return more || results.some((change) => this.isOther(change));
  }

  /** Those of the query that `isAdded`, which have changed at the instant `since` or later. */
  async find(since, isAdded) {
    const { data } = await call("GET", "/api/trades/", { query: { ...this.query, updated_since: since.toISOString(), page_size: MOST } });
    for (const trade of data.results) if (isAdded(trade) && !this.isHere(trade)) this.fresh.add(trade.id);
    this.areMore ||= data.next !== null;
  }

  isHere({ id }) {
    return this.pages.find(id)[1] !== undefined;
  }

  isOther({ change, trade }) {
    const [, row] = this.pages.find(trade.id);
    return row !== undefined && (change === "delete" || row.updated_at !== trade.updated_at);
  }

  /** These are on the screen. */
  see(trades) {
    for (const { id } of trades) this.forget(id);
  }

  forget(id) {
    this.fresh.delete(id);
  }
}

const earliest = (results) => new Date(Math.min(...results.map(({ at }) => Date.parse(at))));

const createdSince = (since) => ({ created_at }) => Date.parse(created_at) >= since;

/** Whether a trade was added by these changes; undefined if none was. */
function among(results) {
  const ids = new Set(results.filter(({ change }) => change === "insert" || change === "restore").map(({ trade }) => trade.id));
  return ids.size ? ({ id }) => ids.has(id) : undefined;
}
