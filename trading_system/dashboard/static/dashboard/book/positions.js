// What is held, and what it is worth at the feed's prices: exact decimals throughout, as quantities and prices are.

import { call } from "../lib/api.js";
import { Decimal } from "../lib/decimal.js";
import { el, element, put } from "../lib/dom.js";
import { amount, moment, signed } from "../lib/format.js";
import { Poll } from "../lib/poll.js";

const REFRESH = 30; // seconds; the book says at once when somebody else's trades arrive
const SETTLE = 250; // ms between two sums while prices move
const DECIMALS = 8; // of an average cost on screen; its tooltip has all of them
const ZERO = Decimal.parse("0");

export class Positions {
  constructor(market) {
    this.market = market;
    this.positions = new Map();
    this.rows = new Map();
    const method = element("positions-method");
    method.value = localStorage.getItem("method") ?? "fifo";
    method.addEventListener("change", () => {
      localStorage.setItem("method", method.value);
      this.poll.now();
    });
    element("positions-add").addEventListener("click", () => document.dispatchEvent(new CustomEvent("newtrade")));
    document.addEventListener("ledgerchange", () => this.poll.now());
    this.poll = new Poll(() => this.find(), REFRESH, element("positions-trouble"));
  }

  held(ticker) {
    return this.positions.get(ticker)?.quantity;
  }

  async find() {
    const { data } = await call("GET", "/api/positions/", { query: { method: element("positions-method").value } });
    this.positions = new Map(data.results.map((position) => [position.ticker, read(position)]));
    this.build();
    document.dispatchEvent(new CustomEvent("positionschange"));
  }

  build() {
    const all = [...this.positions.values()];
    element("positions-skeleton").hidden = true;
    element("positions-empty").hidden = all.length > 0;
    element("positions-table").hidden = all.length === 0;
    this.rows = new Map(all.map((position) => [position.ticker, row(position)]));
    element("positions-rows").replaceChildren(...[...this.rows.values()].map(({ line }) => line));
    for (const position of all) this.write(position);
    this.total();
  }

  /** Draw what changed since the last frame. */
  draw(changed) {
    let moved = false;
    for (const quote of changed) {
      const position = this.positions.get(quote.ticker);
      if (!position?.quantity.sign()) continue;
      this.write(position);
      moved = true;
    }
    if (moved) this.totalTimer ??= setTimeout(() => this.total(), SETTLE);
  }

  write(position) {
    const cells = this.rows.get(position.ticker);
    const quote = this.market.quotes.get(position.ticker);
    const [price, isLive] = quote ? [quote.price, true] : [position.last.price, false];
    Object.assign(position, worth(position, price));
    put(cells.last, amount(price));
    cells.last.classList.toggle("note", !isLive);
    cells.last.title = isLive ? "From the price feed" : `The last trade's, of ${moment(position.last.timestamp)}: the feed has no price`;
    put(cells.value, amount(position.value));
    gain(cells.unrealised, position.unrealised);
    gain(cells.total, position.total);
  }

  total() {
    this.totalTimer = undefined;
    const sums = { value: ZERO, unrealised: ZERO, realised: ZERO, fees: ZERO, total: ZERO };
    for (const position of this.positions.values()) {
      for (const name of Object.keys(sums)) sums[name] = sums[name].plus(position[name]);
    }
    const foot = element("positions-total");
    if (!foot.children.length) {
      this.sums = Object.fromEntries(Object.keys(sums).map((name) => [name, cell(NAMES[name])]));
      foot.append(el("tr", {}, el("th", { scope: "row" }, "Total"), el("td"), el("td"), el("td"), ...Object.values(this.sums)));
    }
    put(this.sums.value, amount(sums.value));
    put(this.sums.fees, amount(sums.fees));
    for (const name of ["unrealised", "realised", "total"]) gain(this.sums[name], sums[name]);
  }
}

const NAMES = { quantity: "Quantity", average: "Average cost", last: "Last price", value: "Value", unrealised: "Unrealised", realised: "Realised", fees: "Fees", total: "Total" };

const cell = (label) => el("td", { class: "number", "data-label": label });

function read({ ticker, multiplier, quantity, average_cost: average, cost_basis: basis, realised_profit: realised, fees, last }) {
  const decimals = Object.entries({ multiplier, quantity, basis, realised, fees }).map(([name, text]) => [name, Decimal.parse(text)]);
  return { ticker, average, last, ...Object.fromEntries(decimals) };
}

/** At a price: value = quantity × multiplier × price, unrealised = value − cost basis, total = unrealised + realised − fees. */
function worth({ multiplier, quantity, basis, realised, fees }, price) {
  const value = quantity.sign() ? quantity.times(multiplier).times(Decimal.parse(price)) : ZERO;
  const unrealised = value.minus(basis);
  return { value, unrealised, total: unrealised.plus(realised).minus(fees) };
}

function row(position) {
  const cells = Object.fromEntries(Object.entries(NAMES).map(([name, label]) => [name, cell(label)]));
  cells.last.classList.add("aging");
  put(cells.quantity, amount(position.quantity, { least: 0 }));
  put(cells.average, position.average === null ? "" : amount(position.average, { least: 2, most: DECIMALS }));
  cells.average.title = position.average ?? "";
  gain(cells.realised, position.realised);
  put(cells.fees, amount(position.fees));
  const button = el("button", { type: "button", class: "ticker", "data-ticker": position.ticker }, position.ticker);
  const line = el("tr", { class: position.quantity.sign() ? "" : "flat" }, el("th", { scope: "row" }, button), ...Object.values(cells));
  return { ...cells, line };
}

function gain(target, value) {
  put(target, signed(value));
  target.classList.toggle("rise", value.sign() > 0);
  target.classList.toggle("fall", value.sign() < 0);
}
