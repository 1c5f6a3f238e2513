// Trades that others add while the book is read: counted, and shown when somebody asks for them.

import { call } from "../lib/api.js";
import { isOlder } from "./pages.js";

const MOST = 1000; // trades that are looked at; beyond them it is "1,000+ new"
const SLOW = 60_000; // ms that the transaction which adds a trade may take: created_at is when it began

export class Arrivals {
  /** Those of the `query` that are not in `pages`, which have just been asked for. */
  constructor(query, pages) {
    [this.query, this.pages] = [query, pages];
    this.since = Date.parse(pages.answered) - SLOW;
    this.known = new Set();
    this.fresh = new Map();
    this.isFirst = true;
    this.areMore = false;
  }

  get text() {
    return this.areMore ? `${MOST.toLocaleString("en-GB")}+ new` : `${this.fresh.size} new`;
  }

  get count() {
    return this.fresh.size;
  }

  /** Ask for what came; return the trades in view that have changed. */
  async look() {
    const since = new Date(this.since).toISOString();
    const { data, response } = await call("GET", "/api/trades/", { query: { ...this.query, updated_since: since, page_size: MOST } });
    this.areMore = data.next !== null && !this.isFirst;
    const added = data.results.filter(({ created_at }) => Date.parse(created_at) >= this.since);
    if (this.isFirst) this.begin(added);
    this.isFirst = false;
    for (const trade of added) if (!this.known.has(trade.id)) this.fresh.set(trade.id, trade);
    if (!data.next) this.since = Math.max(this.since, Date.parse(response.headers.get("Date")) - SLOW);
    return data.results.filter(({ id, updated_at }) => (this.pages.find(id)[1]?.updated_at ?? updated_at) !== updated_at);
  }

  /** What was added shortly before is known, unless it belongs among the rows that were asked for and is not there. */
  begin(added) {
    const [{ end }] = this.pages.pages;
    for (const trade of added) {
      const isBeyond = end !== null && isOlder(trade, end) && this.pages.next;
      if (isBeyond || this.pages.find(trade.id)[1]) this.known.add(trade.id);
    }
  }

  /** These are on the screen. */
  see(trades) {
    for (const { id, created_at } of trades) {
      if (Date.parse(created_at) < this.since) continue;
      this.known.add(id);
      this.fresh.delete(id);
    }
  }

  forget(id) {
    this.fresh.delete(id);
  }
}
