// The rows of the watchlist as they stand in the table. A row that stays is moved only where it has to be, and keeps the focus.

import { element } from "../lib/dom.js";
import { Row } from "./row.js";

export class Rows {
  /** `refresh(row)` draws one that has come into sight. */
  constructor(refresh) {
    this.body = element("prices-rows");
    this.refresh = refresh;
    this.all = new Map(); // by ticker, in the order in which they stand
    this.seen = new Set(); // tickers of those in sight
    this.observer = new IntersectionObserver((entries) => this.see(entries), { root: element("prices-scroll") });
  }

  see(entries) {
    for (const { target, isIntersecting } of entries) {
      const row = this.all.get(target.dataset.ticker);
      if (row) this.seen[isIntersecting ? "add" : "delete"](row.ticker);
      if (row && isIntersecting) this.refresh(row);
    }
  }

  get(ticker) {
    return this.all.get(ticker) ?? this.make(ticker);
  }

  make(ticker) {
    const row = new Row(ticker);
    this.observer.observe(row.line);
    return row;
  }

  /** Those that the filter leaves. */
  shown() {
    return [...this.all.values()].filter(({ line }) => !line.hidden);
  }

  /** These are the rows from now on. */
  stand(rows) {
    const before = this.all;
    this.all = new Map(rows.map((row) => [row.ticker, row]));
    for (const [ticker, row] of before) if (!this.all.has(ticker)) this.leave(row);
    const focused = this.body.contains(document.activeElement) && document.activeElement;
    lay(this.body, rows.map(({ line }) => line));
    if (focused && focused !== document.activeElement) focused.focus({ preventScroll: true });
  }

  leave({ ticker, line }) {
    this.observer.unobserve(line);
    this.seen.delete(ticker);
    line.remove();
  }

  /** Mark the chosen one. Tab reaches that, or the first one; arrows lead to the others. */
  choose(chosen) {
    const [first] = this.shown();
    const reached = this.all.get(chosen)?.line.hidden === false ? chosen : first?.ticker;
    for (const [ticker, row] of this.all) row.choose(ticker === chosen, ticker === reached);
  }
}

/** Let these lines, and all that are there, stand in this order. One that was moved to elsewhere costs one move. */
function lay(body, lines) {
  let next = body.firstChild;
  for (const line of lines) {
    if (next !== line && next?.nextSibling === line) next = line;
    if (next === line) next = line.nextSibling;
    else body.insertBefore(line, next);
  }
}
