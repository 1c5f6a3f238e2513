// Live prices of the chosen ticker, with the low of the last minute, alerts and the user's own trades marked on them.

import { AreaSeries, LineSeries } from "../vendor/lightweight-charts.mjs";
import { colour } from "../lib/colours.js";
import { element } from "../lib/dom.js";
import { count } from "../lib/format.js";
import { priceFormat } from "./canvas.js";
import { HELD } from "./market.js";
import { Overlay } from "./overlay.js";

const SHOWN = 180; // seconds to begin with
const MOST = 2 * HELD; // points on the chart; then the older half leaves it

export class LiveView {
  constructor(chart, market, alertsOf, own) {
    [this.chart, this.market, this.alertsOf, this.own] = [chart, market, alertsOf, own];
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
    this.overlay = new Overlay(this.chart, this.series);
    const barSpacing = Math.max(2, this.chart.timeScale().width() / SHOWN);
    this.chart.timeScale().applyOptions({ secondsVisible: true, barSpacing, rightOffset: 4 });
    element("chart-empty").textContent = `The feed has no prices of ${ticker}.`;
    this.fill();
  }

  leave() {
    if (!this.series) return;
    this.chart.removeSeries(this.series);
    this.chart.removeSeries(this.low);
    this.series = this.low = null;
    element("chart-empty").hidden = true;
  }

  /** Everything that is held of the ticker. */
  fill() {
    const quote = this.market.quotes.get(this.ticker);
    element("chart-empty").hidden = Boolean(quote);
    if (!quote) return this.describe();
    this.put(quote);
    this.chart.timeScale().scrollToRealTime();
    return this.describe();
  }

  put(quote) {
    this.write(quote);
    const samples = [];
    for (let number = quote.begin; number < quote.end; number++) samples.push(quote.sample(number));
    this.low.setData(samples.map(({ time, low }) => ({ time, value: low })));
    this.series.setData(samples.map(({ time, value }) => ({ time, value })));
    [this.first, this.drawn, this.drops] = [quote.begin, quote.end, quote.drops];
    this.mark();
  }

  /** Prices are written as finely as the finest that came. */
  write({ decimals }) {
    this.decimals = decimals;
    this.series.applyOptions({ priceFormat: priceFormat(decimals) });
  }

  draw(quote) {
    if (!this.drawn || quote.end - this.drawn > HELD / 2 || quote.end < this.drawn) return this.fill();
    const begun = quote.end !== this.drawn || quote.drops !== this.drops;
    if (quote.drops !== this.drops || quote.end - this.first > MOST) this.put(quote);
    if (quote.decimals !== this.decimals) this.write(quote);
    for (let number = this.drawn - 1; number < quote.end; number++) {
      const { time, value, low } = quote.sample(number);
      this.series.update({ time, value });
      this.low.update({ time, value: low });
    }
    this.drawn = quote.end;
    if (begun) this.describe();
    return undefined;
  }

  mark() {
    const quote = this.market.quotes.get(this.ticker);
    if (!this.series || !quote) return;
    const times = [];
    for (let number = quote.begin; number < quote.end; number++) times.push(quote.seconds[number % HELD]);
    this.overlay.mark(this.alertsOf(this.ticker), this.own.fills, times);
    this.overlay.cost(this.own.average);
  }

  /** How many of these alerts or fills are not older than the chart's first price. */
  since(marked) {
    const quote = this.market.quotes.get(this.ticker);
    const first = quote.seconds[quote.begin % HELD] * 1000;
    return marked.filter(({ timestamp, isWithdrawn }) => Date.parse(timestamp) >= first && !isWithdrawn).length;
  }

  describe() {
    const quote = this.market.quotes.get(this.ticker);
    element("chart-summary").textContent = quote ? this.sentence(quote) : "";
  }

  sentence(quote) {
    const low = quote.sample(quote.end - 1).low.toFixed(quote.decimals);
    const alerts = count(this.since(this.alertsOf(this.ticker)), "alert");
    const fills = count(this.since(this.own.fills), "own trade");
    return `Low of the last minute ${low}; ${alerts}, ${fills}${this.own.average ? `; average cost ${this.own.average.text}` : ""}`;
  }
}
