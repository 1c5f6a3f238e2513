// Candles of recorded trades, newest first asked for, older ones when somebody looks there.

import { CandlestickSeries, HistogramSeries, createSeriesMarkers } from "../vendor/lightweight-charts.mjs";
import { ofAccount } from "../lib/account.js";
import { call } from "../lib/api.js";
import { colour } from "../lib/colours.js";
import { el, element } from "../lib/dom.js";
import { zone } from "../lib/format.js";
import { Poll } from "../lib/poll.js";
import { priceFormat, alertMarker } from "./canvas.js";

const REFRESH = 15; // seconds
const MAX_CANDLES = 5000; // shown

export class CandleView {
  constructor(chart, alertsOf) {
    [this.chart, this.alertsOf] = [chart, alertsOf];
    this.candles = [];
    document.addEventListener("ledgerchange", () => this.series && this.poll.now());
    chart.timeScale().subscribeVisibleLogicalRangeChange((range) => {
      if (this.series && range?.from < 0) this.findOlder();
    });
  }

  enter(ticker, interval) {
    [this.ticker, this.candles, this.older, this.shown] = [ticker, [], null, false];
    this.query = { ticker, interval, tz: zone(), ...ofAccount() };
    this.volume = this.chart.addSeries(HistogramSeries, { priceScaleId: "", priceFormat: { type: "volume" }, color: colour("--line"), lastValueVisible: false, priceLineVisible: false });
    this.volume.priceScale().applyOptions({ scaleMargins: { top: 0.8, bottom: 0 } });
    const [up, down] = [colour("--rise"), colour("--fall")];
    this.series = this.chart.addSeries(CandlestickSeries, { upColor: "transparent", downColor: down, borderUpColor: up, borderDownColor: down, wickUpColor: up, wickDownColor: down });
    this.markers = createSeriesMarkers(this.series, []);
    this.chart.timeScale().applyOptions({ secondsVisible: false });
    this.say(`Looking for the trades of ${ticker}.`);
    const trouble = element("chart-trouble");
    if (this.poll) this.poll.now();
    else this.poll = new Poll(() => this.find(), REFRESH, trouble);
  }

  leave() {
    if (!this.series) return;
    this.chart.removeSeries(this.series);
    this.chart.removeSeries(this.volume);
    this.series = this.volume = null;
    element("chart-empty").hidden = true;
    element("chart-trouble").hidden = true;
  }

  async find() {
    if (!this.series) return;
    const { query } = this;
    const { data } = await call("GET", "/api/candles/", { query });
    if (!this.series || this.query !== query) return; // others are wanted meanwhile
    this.currency = data.currency ?? "";
    const first = data.results[0]?.timestamp;
    const before = this.candles.filter(({ timestamp }) => timestamp < first);
    if (!before.length) this.older = data.previous;
    this.set([...before, ...data.results]);
  }

  async findOlder() {
    const { older: address, query } = this;
    if (!address || this.candles.length >= MAX_CANDLES) return;
    this.older = null;
    try {
      const { data } = await call("GET", address);
      if (!this.series || this.query !== query) return;
      this.older = data.previous;
      this.set([...data.results, ...this.candles]);
    } catch (error) {
      if (!("status" in error)) throw error;
      if (this.query === query) this.older = address;
    }
  }

  set(candles) {
    this.candles = candles;
    const times = candles.map(({ timestamp }) => Date.parse(timestamp) / 1000);
    this.series.applyOptions({ priceFormat: priceFormat(candles.flatMap(({ open, close }) => [open, close])) });
    this.series.setData(candles.map(({ open, high, low, close }, i) => ({ time: times[i], open: +open, high: +high, low: +low, close: +close })));
    this.volume.setData(candles.map(({ volume }, i) => ({ time: times[i], value: +volume })));
    if (!this.shown && candles.length) this.chart.timeScale().fitContent();
    this.shown ||= candles.length > 0;
    this.mark();
    this.describe();
  }

  draw() {} // live prices are not in the candles of trades

  mark() {
    const since = this.candles.length ? Date.parse(this.candles[0].timestamp) / 1000 : Infinity;
    if (this.series) this.markers.setMarkers(this.alertsOf(this.ticker).map(alertMarker).filter(({ time }) => time >= since));
  }

  /** In place of candles, where there are none. */
  say(...children) {
    const empty = element("chart-empty");
    empty.hidden = this.candles.length > 0;
    empty.replaceChildren(...children);
  }

  describe() {
    const add = el("button", { type: "button", onclick: () => document.dispatchEvent(new CustomEvent("newtrade")) }, "Add a trade");
    this.say(`No trades of ${this.ticker} are recorded, so there are no candles. `, add);
    const newest = this.candles.at(-1);
    element("chart-summary").textContent = newest ? `Recorded trades: ${this.candles.length} candles; newest closes at ${newest.close}, VWAP ${Number(newest.vwap).toPrecision(8)} ${this.currency}` : "";
  }
}
