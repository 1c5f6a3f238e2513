// Live prices of the chosen ticker, with the low of the last minute, alerts and the user's own trades marked on them.

import { AreaSeries, LineSeries, createSeriesMarkers } from "../vendor/lightweight-charts.mjs";
import { ofAccount } from "../lib/account.js";
import { call } from "../lib/api.js";
import { colour } from "../lib/colours.js";
import { element } from "../lib/dom.js";
import { amount, count } from "../lib/format.js";
import { decimalsOf, priceFormat, alertMarker } from "./canvas.js";
import { HELD } from "./market.js";

const SHOWN = 180; // seconds to begin with
const MOST = 2 * HELD; // points on the chart; then the older half leaves it
const MAX_TRADES = 200; // marked, the newest

export class LiveView {
  constructor(chart, market, alertsOf) {
    [this.chart, this.market, this.alertsOf] = [chart, market, alertsOf];
    this.trades = [];
    document.addEventListener("ledgerchange", () => this.series && this.findTrades());
  }

  enter(ticker) {
    [this.ticker, this.drawn] = [ticker, 0];
    const invisible = { lastValueVisible: false, priceLineVisible: false, crosshairMarkerVisible: false };
    this.low = this.chart.addSeries(AreaSeries, {
      ...invisible,
      lineWidth: 1,
      lineColor: colour("--muted"),
      topColor: colour("--band"),
      bottomColor: colour("--band"),
    });
    this.series = this.chart.addSeries(LineSeries, { lineWidth: 2, color: colour("--accent") });
    this.markers = createSeriesMarkers(this.series, []);
    const barSpacing = Math.max(2, this.chart.timeScale().width() / SHOWN);
    this.chart.timeScale().applyOptions({ secondsVisible: true, barSpacing, rightOffset: 4 });
    element("chart-empty").textContent = `The feed has no prices of ${ticker}.`;
    this.fill();
    this.findTrades();
  }

  leave() {
    if (!this.series) return;
    this.chart.removeSeries(this.series);
    this.chart.removeSeries(this.low);
    this.series = this.low = null;
    this.trades = [];
    element("chart-empty").hidden = true;
  }

  /** Everything that is held of the ticker. */
  fill() {
    const quote = this.market.quotes.get(this.ticker);
    element("chart-empty").hidden = Boolean(quote);
    if (!quote) return this.describe();
    this.series.applyOptions({ priceFormat: priceFormat([quote.price]) });
    this.put(quote);
    this.chart.timeScale().scrollToRealTime();
    return this.describe();
  }

  put(quote) {
    const samples = [];
    for (let number = quote.begin; number < quote.end; number++) samples.push(quote.sample(number));
    this.low.setData(samples.map(({ time, low }) => ({ time, value: low })));
    this.series.setData(samples.map(({ time, value }) => ({ time, value })));
    [this.first, this.drawn] = [quote.begin, quote.end];
    this.mark();
  }

  draw(quote) {
    if (!this.drawn || quote.end - this.drawn > HELD / 2 || quote.end < this.drawn) return this.fill();
    if (quote.end - this.first > MOST) this.put(quote);
    const begun = quote.end !== this.drawn;
    for (let number = this.drawn - 1; number < quote.end; number++) {
      const { time, value, low } = quote.sample(number);
      this.series.update({ time, value });
      this.low.update({ time, value: low });
    }
    this.drawn = quote.end;
    if (begun) this.describe();
    return undefined;
  }

  async findTrades() {
    const start = new Date(Date.now() - HELD * 1000).toISOString();
    const query = { ticker: this.ticker, start_date: start, page_size: MAX_TRADES, ...ofAccount() };
    this.asked = query;
    try {
      const { data } = await call("GET", "/api/trades/", { query });
      if (this.asked !== query || !this.series) return; // another ticker or account was chosen meanwhile
      this.trades = data.results;
      this.mark();
      this.describe();
    } catch (error) {
      if (!("status" in error)) throw error; // the book says that the API does not answer
    }
  }

  mark() {
    if (!this.series || !this.market.quotes.has(this.ticker)) return;
    const marks = [...this.since(this.alertsOf(this.ticker)).map(alertMarker), ...this.since(this.trades).map(tradeMarker)];
    this.markers.setMarkers(marks.sort((a, b) => a.time - b.time));
  }

  /** Those of these alerts or trades that are not older than the chart's first price. */
  since(marked) {
    const quote = this.market.quotes.get(this.ticker);
    const first = quote.seconds[quote.begin % HELD] * 1000;
    return marked.filter(({ timestamp }) => Date.parse(timestamp) >= first);
  }

  describe() {
    const quote = this.market.quotes.get(this.ticker);
    const low = quote?.sample(quote.end - 1).low.toFixed(decimalsOf([quote.price]));
    element("chart-summary").textContent = quote
      ? `Low of the last minute ${low}; ${count(this.since(this.alertsOf(this.ticker)).length, "alert")}, ${count(this.since(this.trades).length, "own trade")}`
      : "";
  }
}

const tradeMarker = ({ side, quantity, price, timestamp }) => ({
  time: Math.floor(Date.parse(timestamp) / 1000),
  position: "atPriceMiddle",
  price: Number(price),
  shape: side === "buy" ? "circle" : "square",
  color: colour("--text"),
  text: `${side} ${amount(quantity, { least: 0 })}`,
});
