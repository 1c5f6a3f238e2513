// The watchlist on the page. Rows are drawn once a frame, and only those in sight; the others follow once a second.
// Rows keep their places, but for new ones; where a column sorts, for a second.

import { element, put } from "../lib/dom.js";
import { count } from "../lib/format.js";
import { arrows, listKey } from "../lib/keys.js";
import { RowMenu } from "../lib/row-menu.js";
import { showToast } from "../lib/toast.js";
import { midnightBefore } from "./day.js";
import { Finder } from "./finder.js";
import { Hidden } from "./hidden.js";
import { MAX_TICKERS } from "./market.js";
import { Moving } from "./moving.js";
import { Rows } from "./rows.js";
import { Sorting } from "./sorting.js";
import { MAX_LISTED, Watchlist } from "./watchlist.js";

const still = matchMedia("(prefers-reduced-motion: reduce)");

export class Prices {
  constructor(market) {
    this.market = market;
    this.tinted = [];
    this.rows = new Rows((row) => this.refresh(row));
    this.list = new Watchlist(() => this.arrange());
    this.sorting = new Sorting(() => this.arrange());
    this.finder = new Finder({ typed: () => this.filter(), add: (ticker) => this.add(ticker), rows: () => this.rows.shown() });
    this.hidden = new Hidden((ticker) => this.list.add(ticker, this.isOffered(ticker)));
    this.startActs();
    document.addEventListener("themechange", () => this.sweep());
    document.addEventListener("tickerchoice", () => this.rows.choose(document.body.dataset.ticker));
    setInterval(() => this.sweep(), 1000);
    this.arrange();
  }

  startActs() {
    const { body } = this.rows;
    this.moving = new Moving({ place: (lines, line) => this.place(lines, line), remove: ({ dataset }) => this.remove(dataset.ticker) });
    arrows(body, () => this.rows.shown().map(({ button }) => button), { act: (button) => button.click() });
    listKey("Alt ↑ ↓ Home End", "Move a price up or down its list");
    this.menu = new RowMenu("price-menu", "prices-scroll", {
      up: ({ line }) => this.moving.step(line, -1),
      down: ({ line }) => this.moving.step(line, 1),
      first: ({ line }) => this.moving.step(line, -Infinity),
      hide: ({ ticker }) => this.remove(ticker),
    });
    for (const name of ["click", "contextmenu"]) body.addEventListener(name, (event) => this.offer(event));
  }

  /** The menu of a row: by its button, the other mouse button or the menu key. */
  offer(event) {
    const row = this.rows.all.get(event.target.closest("tr")?.dataset.ticker);
    if (!row || (event.type === "click" && !event.target.closest(".menu"))) return;
    event.preventDefault();
    event.stopPropagation(); // it does not choose the ticker
    this.menu.open(row, row.menu);
  }

  /** Draw the quotes that changed since the last frame. */
  draw(changed) {
    this.fade();
    if ([...changed].some(({ ticker }) => !this.rows.all.has(ticker) && !this.list.hidden.has(ticker))) this.arrange();
    for (const quote of changed) {
      if (!this.rows.seen.has(quote.ticker)) continue;
      const row = this.rows.all.get(quote.ticker);
      if (!this.write(row) || still.matches) continue;
      row.price.classList.add(quote.direction > 0 ? "rose" : "fell");
      this.tinted.push(row.price);
    }
    if (this.tinted.length) requestAnimationFrame(() => this.fade()); // also where nothing more comes
  }

  fade() {
    for (const cell of this.tinted) cell.classList.remove("rose", "fell");
    this.tinted = [];
  }

  write(row) {
    const now = Date.now();
    return row.write(this.market.newest(row.ticker), this.market.lasts.get(row.ticker), now, midnightBefore(now));
  }

  refresh(row) {
    if (document.hidden) return; // the sweep after it is shown again has it
    this.write(row);
    row.draw(this.market.newest(row.ticker));
  }

  sweep() {
    if (document.hidden) return;
    for (const row of this.rows.all.values()) {
      if (this.rows.seen.has(row.ticker)) this.refresh(row);
      else this.write(row);
    }
    if (this.sorting.isOn) this.arrange();
    else this.tell();
  }

  /** The first ticker of the feed's that is listed. */
  first() {
    return this.list.sorted(this.market.quotes.keys())[0];
  }

  isOffered(ticker) {
    return this.market.newest(ticker) !== undefined;
  }

  /** Those that there is room for, in one's own order: first those with a place of their own, then the feed's. */
  listed() {
    const { list, market } = this;
    const offered = new Set([...list.added, ...market.quotes.keys(), ...market.lasts.keys()]);
    const placed = [...list.ranks.keys()].filter((ticker) => offered.has(ticker));
    const all = [...new Set([...placed, ...offered])].filter((ticker) => !list.hidden.has(ticker));
    this.left = Math.max(0, all.length - MAX_TICKERS);
    return list.sorted(all.slice(0, MAX_TICKERS));
  }

  /** Tickers whose last price is of use, where the ledger has too many to tell them all. */
  wanted() {
    return [...this.list.added, ...this.list.ranks.keys(), ...this.market.quotes.keys()];
  }

  /** Show the rows that there are to be, in their order. */
  arrange() {
    if (this.moving?.isDragging) return;
    const rows = this.listed().map((ticker) => this.rows.get(ticker));
    for (const row of rows) if (!this.rows.all.has(row.ticker)) this.write(row);
    this.rows.stand(this.sorting.sorted(rows));
    for (const { line } of rows) line.draggable = !this.sorting.isOn;
    element("prices-empty").hidden = rows.length > 0;
    element("prices-table").hidden = !rows.length;
    this.hidden.show(this.list.hidden);
    this.filter();
    this.tell();
  }

  filter() {
    for (const [ticker, { line }] of this.rows.all) line.hidden = !this.finder.has(ticker);
    this.finder.offer((ticker) => this.rows.all.has(ticker));
    element("prices-none").hidden = !this.rows.all.size || this.rows.shown().length > 0;
    this.rows.choose(document.body.dataset.ticker);
  }

  tell() {
    const { size } = this.market.beyond;
    const beyond = size === MAX_TICKERS ? "many" : size + this.left;
    put(element("prices-note"), beyond ? `${beyond} more are not shown: ${MAX_TICKERS} are the most` : "");
  }

  /** Keep an order; without one, show again the one that there is. */
  place(lines, line) {
    if (this.sorting.isOn) return showToast("A column sorts the prices: they are moved in your own order.", { label: "Own order", act: () => this.sorting.end() });
    if (!lines) return this.arrange();
    this.list.arrange(lines.map(({ dataset }) => dataset.ticker));
    line.scrollIntoView({ block: "nearest" });
    const place = this.rows.shown().findIndex((row) => row.line === line) + 1;
    element("prices-said").textContent = `${line.dataset.ticker}: ${place} of ${count(this.rows.shown().length, "price")}`;
    return undefined;
  }

  /** Whether there was room for it. */
  add(ticker) {
    const isAdded = this.list.add(ticker, this.isOffered(ticker));
    if (isAdded) document.dispatchEvent(new CustomEvent("tickerswanted"));
    else showToast(`${MAX_LISTED} tickers were added, and there is no room for more.`);
    return isAdded;
  }

  remove(ticker) {
    const shown = this.rows.shown();
    const at = shown.findIndex((row) => row.ticker === ticker);
    if (!this.list.remove(ticker, this.isOffered(ticker))) return showToast(`${MAX_LISTED} tickers are hidden, and there is no room for more.`);
    (shown[at + 1] ?? shown[at - 1])?.button.focus();
    return showToast(`${ticker} is hidden`, { label: "Undo", act: () => this.add(ticker) });
  }
}
