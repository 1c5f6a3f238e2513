// What is held, and what it is worth at the market's prices, the feed's or else the ledger's last: a row for each ticker and
// currency, a total for each currency.

import { ofAccount } from "../lib/account.js";
import { call } from "../lib/api.js";
import { inMajor } from "../lib/currency.js";
import { Decimal } from "../lib/decimal.js";
import { el, element } from "../lib/dom.js";
import { Poll } from "../lib/poll.js";
import { RowMenu } from "../lib/row-menu.js";
import { SUMS, cell, positionRow, read, readPosition, withGains, worth, writePrice, writeSums } from "./position.js";

const REFRESH = 30; // seconds; the book says at once when somebody else's trades arrive
const SETTLE = 250; // ms between two sums while prices move
const ZERO = Decimal.parse("0");

export class Positions {
  /** `acts` are those of a position's menu: `open(position)`, `closed(position)` and `changes(position)`. */
  constructor(market, acts) {
    this.market = market;
    this.shown = []; // {position, cells, text}
    this.splits = []; // {ticker, time}
    this.menu = new RowMenu("position-menu", "positions-scroll", acts);
    this.chooseMethod();
    element("positions-add").addEventListener("click", () => document.dispatchEvent(new CustomEvent("newtrade")));
    for (const name of ["ledgerchange", "accountchange"]) document.addEventListener(name, () => this.poll.now());
    this.poll = new Poll(() => this.find(), REFRESH, element("positions-trouble"));
  }

  chooseMethod() {
    const method = element("positions-method");
    method.value = localStorage.getItem("method") ?? "fifo";
    method.addEventListener("change", () => {
      localStorage.setItem("method", method.value);
      this.poll.now();
    });
  }

  async find() {
    const query = { method: element("positions-method").value, ...ofAccount() };
    const [{ data }, { data: actions }] = await Promise.all([call("GET", "/api/positions/", { query }), call("GET", "/api/corporate-actions/")]);
    this.splits = actions.results.filter(({ kind }) => kind === "split").map(({ ticker, timestamp }) => ({ ticker, time: Date.parse(timestamp) }));
    const focused = document.activeElement;
    const before = String(this.tickers());
    this.shown = this.rows(data.results);
    this.totals = data.totals.map((total) => totalRow(read(total)));
    this.show();
    if (focused !== document.activeElement) focused.focus();
    if (before !== String(this.tickers())) document.dispatchEvent(new CustomEvent("tickerswanted"));
  }

  tickers() {
    return this.shown.map(({ position }) => position.ticker);
  }

  /** What is as it was keeps its row, and what has changed its menu's button: the focus is there, or returns to it. */
  rows(results) {
    const known = new Map(this.shown.map((row) => [row.text, row]));
    const buttons = new Map(this.shown.map(({ position, cells }) => [nameOf(position), cells.menu]));
    return results.map((result) => {
      const text = JSON.stringify(result);
      return known.get(text) ?? this.row(readPosition(result), text, buttons.get(nameOf(result)));
    });
  }

  row(position, text, button) {
    const cells = positionRow(position, button);
    cells.menu.onclick = () => this.menu.open(position, cells.menu);
    return { position, cells, text };
  }

  show() {
    element("positions-skeleton").hidden = true;
    element("positions-empty").hidden = this.shown.length > 0;
    element("positions-table").hidden = this.shown.length === 0;
    replace(element("positions-rows"), this.shown);
    replace(element("positions-total"), this.totals);
    this.ofTicker = Map.groupBy(this.shown, ({ position }) => position.ticker);
    this.price();
  }

  /** Write every price anew, as where the market's last ones are others. */
  price() {
    for (const row of this.shown) this.write(row);
    if (this.totals) this.total();
  }

  /** Draw what changed since the last frame. */
  draw(changed) {
    const rows = [...changed].flatMap(({ ticker }) => this.ofTicker?.get(ticker) ?? []);
    const moved = rows.filter(({ position }) => position.quantity.sign());
    for (const row of moved) this.write(row);
    if (moved.length) this.totalTimer ??= setTimeout(() => this.total(), SETTLE);
  }

  write(row) {
    const { position, cells } = row;
    const newest = this.market.newest(position.ticker);
    const why = this.whyNot(position.ticker, newest);
    const price = why ? position.last.price : String(inMajor(Decimal.parse(newest.price), position));
    row.sums = withGains(position, worth(position, price));
    writePrice(cells.last, position, price, why ? undefined : newest, why);
    writeSums(cells, row.sums);
  }

  /** Why a price of the market's is none of the position; empty if it is. It has no currency, and the units of its time. */
  whyNot(ticker, newest) {
    if (this.ofTicker.get(ticker).length > 1) return "the feed does not say in which currency its price is";
    if (!newest) return "the feed has no price";
    const isSplit = this.splits.some((split) => split.ticker === ticker && newest.time < split.time && split.time <= Date.now());
    return isSplit ? "the market's is from before a split" : "";
  }

  total() {
    this.totalTimer = undefined;
    const ofCurrency = Map.groupBy(this.shown, ({ position }) => position.currency);
    for (const { sums, cells } of this.totals) {
      const values = (ofCurrency.get(sums.currency) ?? []).map((row) => row.sums.value);
      writeSums(cells, withGains(sums, values.reduce((sum, value) => sum.plus(value), ZERO)));
    }
  }
}

const nameOf = ({ ticker, currency }) => `${currency} ${ticker}`;

function totalRow(sums) {
  const cells = Object.fromEntries(SUMS.map((name) => [name, cell(name)]));
  const currency = el("td", { class: "currency", "data-label": "Currency" }, sums.currency);
  const line = el("tr", {}, el("th", { scope: "row" }, "Total"), el("td"), currency, el("td"), el("td"), el("td"), ...Object.values(cells));
  return { sums, cells: { ...cells, line } };
}

function replace(body, rows) {
  const lines = rows.map(({ cells }) => cells.line);
  for (const line of [...body.children]) if (!lines.includes(line)) line.remove();
  lines.forEach((line, i) => body.children[i] === line || body.insertBefore(line, body.children[i] ?? null));
}
