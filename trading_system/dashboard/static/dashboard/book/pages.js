// The pages of the book that were seen. Each is known by its address and by its last row, so that all of them together
// hold every trade exactly once, whatever is added and deleted meanwhile. Rows are kept of the pages that are in use.

import { call } from "../lib/api.js";

export const PAGE = 100; // trades that are asked for at once
const NEAR = 500; // rows on either side of those in view that stay in memory
const MAX_FOLLOWED = 10; // requests for one page, if that many trades have come into it since

/** Newest first; of the same instant, the later id. RFC 3339 leaves out zeros, which a comparison needs. */
export function isOlder(trade, other) {
  const [a, b] = [instant(trade), instant(other)];
  return a === b ? trade.id < other.id : a < b;
}

const instant = ({ timestamp }) => timestamp.slice(0, -1).padEnd(26, timestamp.length > 20 ? "0" : ".000000");

export class TooManyNew extends Error {}

export class Pages {
  constructor(query) {
    this.pages = [{ address: "/api/trades/", query: { ...query, page_size: PAGE }, count: 0, rows: null, end: null }];
    this.next = null; // the address of the page after the last one, if it is known
  }

  get count() {
    return this.pages.reduce((sum, { count }) => sum + count, 0);
  }

  /** The pages with rows from `first` to before `end`. */
  between(first, end) {
    let before = 0;
    return this.pages.filter(({ count }) => {
      const begin = before;
      before += count;
      return begin < end && before > first;
    });
  }

  /** `[number, trade]` of the rows with the numbers from `first` to before `end`; a trade that is not in memory is undefined. */
  rows(first, end) {
    const found = [];
    let before = 0;
    for (const { rows, count } of this.pages) {
      for (let number = Math.max(first, before); number < Math.min(end, before + count); number++) found.push([number, rows?.[number - before]]);
      before += count;
    }
    return found;
  }

  /** `[number, trade]` of the trade with this id, if its row is in memory. */
  find(id) {
    let before = 0;
    for (const { rows, count } of this.pages) {
      const index = (rows ?? []).findIndex((trade) => trade.id === id);
      if (index >= 0) return [before + index, rows[index]];
      before += count;
    }
    return [-1, undefined];
  }

  /** Ask for the rows of a page; return by how many there are more than before. */
  async fetch(page) {
    let { data } = await call("GET", page.address, { query: page.query });
    const rows = [...data.results];
    const isLast = page === this.pages.at(-1);
    for (let followed = 0; !isLast && data.next && isOlder(page.end, rows.at(-1)); followed++) {
      if (followed === MAX_FOLLOWED) throw new TooManyNew();
      ({ data } = await call("GET", data.next));
      rows.push(...data.results);
    }
    if (isLast) [this.next, page.end] = [data.next, rows.at(-1) ?? null];
    page.rows = isLast ? rows : rows.filter((trade) => !isOlder(trade, page.end));
    const more = page.rows.length - page.count;
    page.count = page.rows.length;
    return more;
  }

  /** One page more at the old end. */
  async extend() {
    const page = { address: this.next, count: 0, rows: null, end: null };
    this.pages.push(page);
    try {
      await this.fetch(page);
    } catch (error) {
      this.pages.pop();
      throw error;
    }
  }

  /** Forget the rows of pages that are far from those with rows from `first` to before `end`. */
  forget(first, end) {
    const near = new Set(this.between(first - NEAR, end + NEAR));
    for (const page of this.pages) if (!near.has(page)) page.rows = null;
  }

  remove(id) {
    const page = this.pages.find(({ rows }) => rows?.some((trade) => trade.id === id));
    if (!page) return;
    page.rows = page.rows.filter((trade) => trade.id !== id);
    page.count--;
  }
}
