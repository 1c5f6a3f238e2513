// The last price of each ticker that the ledger has, and the last one before today: asked for as long as the page is open.
// A ledger that has more tickers than it tells at once is asked for those that are wanted.

import { call } from "../lib/api.js";
import { element } from "../lib/dom.js";
import { zone } from "../lib/format.js";
import { Poll } from "../lib/poll.js";
import { midnightBefore } from "./day.js";
import { tickerOf } from "./watchlist.js";

const REFRESH = 60; // seconds
const TOGETHER = 50; // tickers of a question
const MOST = 2000; // tickers that are asked for by name

const ask = async (query) => (await call("GET", "/api/market/prices/", { query: { ...query, tz: zone() } })).data.results;

export class LastPrices {
  /** `wanted()` are the tickers of use; `told()` is called when the market has learned their last prices. */
  constructor(market, { wanted, told }) {
    [this.market, this.wanted, this.told] = [market, wanted, told];
    this.isByName = false;
    this.poll = new Poll(() => this.find(), REFRESH, element("prices-trouble"));
    document.addEventListener("tickerswanted", () => this.isByName && this.poll.now());
  }

  async find() {
    const midnight = midnightBefore(Date.now());
    this.market.learn(await this.results(), midnight);
    this.told();
  }

  async results() {
    try {
      const results = await ask({});
      this.isByName = false;
      return results;
    } catch (error) {
      if (error.status !== 400) throw error;
      this.isByName = true;
      return this.resultsByName();
    }
  }

  async resultsByName() {
    const tickers = [...new Set(this.wanted())].filter((ticker) => tickerOf(ticker) === ticker).slice(0, MOST);
    const found = [];
    for (let at = 0; at < tickers.length; at += TOGETHER) found.push(...(await ask({ ticker: tickers.slice(at, at + TOGETHER).join(",") })));
    return found;
  }
}
