// What is drawn over a series of prices: alerts, own fills at their prices, and the average cost of what is held.

import { LineStyle, createSeriesMarkers } from "../vendor/lightweight-charts.mjs";
import { colour } from "../lib/colours.js";
import { amount } from "../lib/format.js";
import { onBars, thinned, together } from "./marks.js";

const LABEL = 72; // CSS pixels that a label takes, with room beside it

const second = (timestamp) => Math.floor(Date.parse(timestamp) / 1000);

export class Overlay {
  constructor(chart, series) {
    [this.chart, this.series] = [chart, series];
    this.markers = createSeriesMarkers(series, []);
  }

  /** Over bars that begin at these times, in seconds. */
  mark(alerts, fills, times) {
    const { barSpacing } = this.chart.timeScale().options();
    const marks = [...together(onBars(alerts.map(alertMark), times)), ...onBars(fills.map(fillMark), times)];
    this.markers.setMarkers(thinned(marks, Math.ceil(LABEL / barSpacing)));
  }

  /** `average` is `{price}`, or null where there is none. */
  cost(average) {
    if (this.line) this.series.removePriceLine(this.line);
    this.line = average && this.series.createPriceLine({ price: average.price, title: "average cost", color: colour("--muted"), lineStyle: LineStyle.Dashed, lineWidth: 1 });
  }
}

/** Of an alert: where its price went up or down, or where more was traded than usual. */
const alertMark = ({ timestamp, direction, text, isWithdrawn }) => ({
  time: second(timestamp),
  position: direction < 0 ? "aboveBar" : "belowBar",
  shape: { 1: "arrowUp", "-1": "arrowDown", 0: "circle" }[direction],
  color: colour(isWithdrawn ? "--muted" : { 1: "--rise", "-1": "--fall", 0: "--muted" }[direction]),
  text: isWithdrawn ? "withdrawn" : text,
  isWithdrawn,
});

const fillMark = ({ side, quantity, price, timestamp }) => ({
  time: second(timestamp),
  position: "atPriceMiddle",
  price: Number(price),
  shape: side === "buy" ? "circle" : "square",
  color: colour("--text"),
  text: `${side} ${amount(quantity, { least: 0 })}`,
});
