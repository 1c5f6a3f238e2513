// What the book has of the chosen ticker: its fills, and what the units that are held have cost on average.

import { ofAccount } from "../lib/account.js";
import { call } from "../lib/api.js";
import { inFull } from "../lib/currency.js";
import { Decimal } from "../lib/decimal.js";
import { el, element } from "../lib/dom.js";
import { Poll } from "../lib/poll.js";

const REFRESH = 60; // seconds; the book says at once when trades come or go
const MAX_FILLS = 500; // the newest
const DECIMALS = 8; // of an average cost in words
const HUNDRED = Decimal.parse("100");

export class Own {
  /** `told()` is called when there is an answer. */
  constructor(told) {
    this.told = told;
    this.forget();
    document.addEventListener("ledgerchange", () => this.poll?.now());
    document.addEventListener("accountchange", () => this.begin());
    element("positions-method").addEventListener("change", () => this.poll?.now());
  }

  choose(ticker) {
    if (ticker === this.ticker) return;
    this.ticker = ticker;
    this.begin();
  }

  begin() {
    this.forget();
    if (this.poll) this.poll.now();
    else if (this.ticker) this.poll = new Poll(() => this.find(), REFRESH, el("div")); // the book tells of failures
  }

  forget() {
    this.fills = []; // trades of the API's
    this.average = null; // {price, text}: a number in what the ticker is quoted in, and the exact amount with its currency
  }

  async find() {
    const { ticker, fills } = this;
    const query = { ticker, ...ofAccount() };
    const asked = [
      call("GET", "/api/trades/", { query: { ...query, page_size: MAX_FILLS } }),
      call("GET", "/api/positions/", { query: { ...query, method: element("positions-method").value } }),
    ];
    const [trades, positions] = await Promise.all(asked).catch(nothing);
    if (fills !== this.fills) return; // another ticker or account was chosen meanwhile
    this.fills = trades.data.results;
    this.average = averageOf(positions.data.results);
    this.told();
  }
}

/** No trade can have a ticker that the API refuses. */
function nothing(error) {
  if (error.status !== 400) throw error;
  return [{ data: { results: [] } }, { data: { results: [] } }];
}

/** A price of the market has no currency: where a ticker is held in several, no average is of it. */
function averageOf(positions) {
  const held = positions.filter(({ quantity }) => Decimal.parse(quantity).sign());
  if (held.length !== 1) return null;
  const [{ average_cost: average, currency, quoted_in: unit }] = held;
  const each = Decimal.parse(average);
  return { price: Number(unit === currency ? each : each.times(HUNDRED)), text: inFull(String(each.round(DECIMALS)), currency) };
}
