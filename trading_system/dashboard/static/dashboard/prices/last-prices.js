// The last price of each ticker that the ledger has, and the last one before today: asked for as long as the page is open.

import { call } from "../lib/api.js";
import { element } from "../lib/dom.js";
import { zone } from "../lib/format.js";
import { Poll } from "../lib/poll.js";
import { midnightBefore } from "./day.js";

const REFRESH = 60; // seconds

/** `told()` is called when the market has learned them. */
export function followLastPrices(market, told) {
  const find = async () => {
    const midnight = midnightBefore(Date.now());
    const { data } = await call("GET", "/api/market/prices/", { query: { tz: zone() } });
    market.learn(data.results, midnight);
    told();
  };
  return new Poll(find, REFRESH, element("prices-trouble"));
}
