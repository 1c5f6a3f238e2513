// Candles of the market, or of the user's own trades; older ones come when somebody looks there.

import { CandlestickSeries, HistogramSeries } from "../vendor/lightweight-charts.mjs";
import { colour } from "../lib/colours.js";
import { el, element } from "../lib/dom.js";
import { count } from "../lib/format.js";
import { Poll } from "../lib/poll.js";
import { CandlePages } from "./candle-pages.js";
import { decimalsOfAll, priceFormat } from "./canvas.js";
import { Legend } from "./legend.js";
import { Overlay } from "./overlay.js";

const REFRESH = 15; // seconds

const bar = ({ time, open, high, low, close, gap }) => ({ time, open: +open, high: +high, low: +low, close: +close, ...(gap && muted({ open, close })) });

/** Of a candle in whose time not all ticks were seen: falling ones stay filled. */
const muted = ({ open, close }) => ({ borderColor: colour("--muted"), wickColor: colour("--muted"), ...(+close < +open && { color: colour("--muted") }) });

const volumeBar = ({ time, volume }) => (volume === null ? { time } : { time, value: +volume });

export class CandleView {
  constructor(chart, alertsOf, own) {
    [this.chart, this.alertsOf, this.own] = [chart, alertsOf, own];
    this.wanted = "market";
    this.legend = new Legend(chart, () => ({ candles: this.series ? this.pages.list : [], series: this.series }));
    document.addEventListener("ledgerchange", () => this.series && this.poll.now());
    chart.timeScale().subscribeVisibleLogicalRangeChange((range) => {
      if (this.series && range?.from < 0) this.findOlder();
    });
  }

  enter(ticker, interval) {
    [this.ticker, this.isShown] = [ticker, false];
    this.pages = new CandlePages(ticker, interval, this.wanted);
    this.volume = this.chart.addSeries(HistogramSeries, { priceScaleId: "", priceFormat: { type: "volume" }, color: colour("--line"), lastValueVisible: false, priceLineVisible: false });
    this.volume.priceScale().applyOptions({ scaleMargins: { top: 0.8, bottom: 0 } });
    const [up, down] = [colour("--rise"), colour("--fall")];
    this.series = this.chart.addSeries(CandlestickSeries, { upColor: "transparent", downColor: down, borderUpColor: up, borderDownColor: down, wickUpColor: up, wickDownColor: down });
    this.overlay = new Overlay(this.chart, this.series);
    this.chart.timeScale().applyOptions({ secondsVisible: false });
    this.say(`Looking for the candles of ${ticker}.`);
    if (this.poll) this.poll.now();
    else this.poll = new Poll(() => this.find(), REFRESH, element("chart-trouble"));
  }

  leave() {
    if (!this.series) return;
    this.chart.removeSeries(this.series);
    this.chart.removeSeries(this.volume);
    this.series = this.volume = null;
    for (const id of ["chart-empty", "chart-trouble", "chart-legend"]) element(id).hidden = true;
  }

  async find() {
    if (!this.series) return;
    const { pages } = this;
    await pages.find();
    if (this.series && this.pages === pages) this.show();
  }

  async findOlder() {
    const { pages } = this;
    if ((await pages.findOlder()) && this.series && this.pages === pages) this.show();
  }

  show() {
    const { list } = this.pages;
    this.series.applyOptions({ priceFormat: priceFormat(decimalsOfAll(list.flatMap(({ open, close }) => [open, close]))) });
    this.series.setData(list.map(bar));
    this.volume.setData(list.map(volumeBar));
    if (!this.isShown && list.length) this.chart.timeScale().fitContent();
    this.isShown ||= list.length > 0;
    this.mark();
    this.describe();
    this.legend.draw();
    this.legend.say();
  }

  /** The feed's newest price is the newest candle's. */
  draw({ price, time }) {
    const { length } = this.pages.list;
    const changed = this.pages.follow(price, time);
    if (!changed) return;
    this.series.update(bar(changed));
    this.volume.update(volumeBar(changed));
    this.legend.draw();
    if (this.pages.list.length !== length) this.describe();
  }

  /** Own candles are of fills, and in units of today. */
  mark() {
    if (!this.series) return;
    const { list, source } = this.pages;
    const fills = source === "market" ? this.own.fills : [];
    this.overlay.mark(this.alertsOf(this.ticker), fills, list.map(({ time }) => time));
    this.overlay.cost(list.length ? this.own.average : null);
  }

  /** In place of candles, where there are none. */
  say(...children) {
    const empty = element("chart-empty");
    empty.hidden = this.pages.list.length > 0;
    empty.replaceChildren(...children);
  }

  describe() {
    if (!this.pages.isAnswered) return;
    const add = el("button", { type: "button", onclick: () => document.dispatchEvent(new CustomEvent("newtrade")) }, "Add a trade");
    const none = this.wanted === "market" ? "and no candles of its market are kept. " : "so there are no candles of them. ";
    this.say(`No trades of ${this.ticker} are recorded, ${none}`, add);
    element("chart-summary").textContent = this.pages.list.length ? [this.sentence(), this.own.average && `average cost ${this.own.average.text}`].filter(Boolean).join("; ") : "";
  }

  sentence() {
    const { list, source, currency } = this.pages;
    const newest = list.at(-1);
    if (source === "own") {
      const none = this.wanted === "market" ? "No candles of the market are kept. " : "";
      return `${none}Own trades: ${count(list.length, "candle")}; newest closes at ${newest.close}, VWAP ${Number(newest.vwap).toPrecision(8)} ${currency}`;
    }
    const gaps = list.filter(({ gap }) => gap).length;
    return `Market: ${count(list.length, "candle")}${gaps ? `, ${gaps} in which not all ticks were seen` : ""}`;
  }
}
