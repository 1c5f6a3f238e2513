// What a candle says: the one under the pointer, or the one that arrows lead to; without either, the newest.

import { Decimal } from "../lib/decimal.js";
import { el, element, put } from "../lib/dom.js";
import { moment, percent, quoted } from "../lib/format.js";
import { showMove } from "./move.js";

const NAMES = ["open", "high", "low", "close", "volume"];
const HUNDRED = Decimal.parse("100");

/** From the close before, in percent with two decimals; undefined where there is none to measure from. */
function changeOf(candle, before) {
  const from = before && Decimal.parse(before.close);
  if (!from || from.sign() <= 0) return undefined;
  return Number(Decimal.parse(candle.close).minus(from).times(HUNDRED).over(from, 2));
}

const written = (candle, name) => (candle[name] === null || candle[name] === undefined ? "–" : quoted(candle[name], name === "volume" ? 0 : 2));

const time = ({ timestamp }) => moment(timestamp).replace(/:\d\d\.\d+$/, "");

/** For those who hear it. */
function inWords(candle, change) {
  const values = NAMES.map((name) => `${name} ${written(candle, name)}`);
  const rest = [change !== undefined && `change ${percent(change)}`, candle.gap && "not all ticks seen"];
  return [time(candle), ...values, ...rest].filter(Boolean).join(", ");
}

export class Legend {
  /** `find()` is `{candles, series}` that are shown. */
  constructor(chart, find) {
    [this.chart, this.find] = [chart, find];
    this.box = element("chart-legend");
    this.values = Object.fromEntries(NAMES.map((name) => [name, el("span", { class: "number" })]));
    [this.time, this.change, this.gap] = [el("time"), el("span", { class: "number" }), el("span", { title: "not all ticks seen" })];
    this.box.append(this.time, ...NAMES.map((name) => el("span", { title: name }, name[0].toUpperCase(), " ", this.values[name])), this.change, this.gap);
    chart.subscribeCrosshairMove(({ time: at, sourceEvent }) => this.hear(at, sourceEvent));
    this.box.addEventListener("keydown", (event) => this.press(event));
    this.box.addEventListener("focus", () => this.say());
    this.box.addEventListener("blur", () => this.leave());
  }

  /** While arrows lead, what the chart itself does to its crosshair says nothing. */
  hear(at, event) {
    if (event || document.activeElement !== this.box) this.point(at);
  }

  /** At a time in seconds; undefined where the pointer is at none. */
  point(at) {
    this.at = at;
    this.draw();
    this.say();
  }

  /** The number of the candle that is told. */
  get index() {
    const { candles } = this.find();
    const found = this.at === undefined ? -1 : candles.findLastIndex(({ time: begin }) => begin === this.at);
    return found < 0 ? candles.length - 1 : found;
  }

  draw() {
    const { index } = this;
    const { candles } = this.find();
    this.box.hidden = index < 0;
    if (index < 0) return;
    const candle = candles[index];
    const change = changeOf(candle, candles[index - 1]);
    put(this.time, time(candle));
    this.time.dateTime = candle.timestamp;
    for (const name of NAMES) put(this.values[name], written(candle, name));
    this.change.hidden = change === undefined;
    if (change !== undefined) showMove(this.change, change);
    put(this.gap, candle.gap ? "gap" : "");
  }

  /** Not with each tick, or a screen reader would never end. */
  say() {
    const { index } = this;
    if (index < 0) return;
    const { candles } = this.find();
    this.box.ariaValueMax = String(candles.length);
    this.box.ariaValueNow = String(index + 1);
    this.box.ariaValueText = inWords(candles[index], changeOf(candles[index], candles[index - 1]));
  }

  press(event) {
    const { candles, series } = this.find();
    const { index } = this;
    const to = { ArrowLeft: index - 1, ArrowRight: index + 1, Home: 0, End: candles.length - 1 }[event.key];
    if (event.key === "Escape") this.leave();
    if (!candles[to]) return;
    event.preventDefault();
    this.reveal(to);
    this.point(candles[to].time);
    requestAnimationFrame(() => this.show(candles[to], series)); // the chart forgets it where it moves
  }

  show({ close, time: at }, series) {
    if (this.at === at && this.find().series === series) this.chart.setCrosshairPosition(Number(close), at, series);
  }

  leave() {
    this.chart.clearCrosshairPosition();
    this.point(undefined);
  }

  /** With the one beside it: before the oldest, others are asked for. */
  reveal(index) {
    const scale = this.chart.timeScale();
    const { from, to } = scale.getVisibleLogicalRange();
    const by = index - 1 < from ? index - 1 - from : index + 1 > to ? index + 1 - to : 0;
    if (by) scale.setVisibleLogicalRange({ from: from + by, to: to + by });
  }
}
