// The drawing surface that both views share: its colours, its times in the browser's zone, and its decimals.

import { createChart } from "../vendor/lightweight-charts.mjs";
import { colour } from "../lib/colours.js";
import { decimalsOf, zoned } from "../lib/format.js";
import { MOST_DECIMALS } from "./market.js";

const TICKS = [
  zoned({ year: "numeric" }),
  zoned({ month: "short" }),
  zoned({ day: "numeric", month: "short" }),
  zoned({ hour: "2-digit", minute: "2-digit" }),
  zoned({ hour: "2-digit", minute: "2-digit", second: "2-digit" }),
]; // by the kind of tick mark: year, month, day, time, time with seconds
const FULL = zoned({ day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit" });

const moment = (seconds) => new Date(seconds * 1000);

export function makeChart(container) {
  const chart = createChart(container, {
    autoSize: true,
    layout: { attributionLogo: false, fontFamily: "system-ui, sans-serif", fontSize: 11 }, // the notice is in the panel's footer
    localization: { timeFormatter: (time) => FULL.format(moment(time)) },
    timeScale: {
      timeVisible: true,
      secondsVisible: true,
      rightOffset: 4,
      tickMarkFormatter: (time, kind) => TICKS[kind].format(moment(time)),
    },
  });
  styleChart(chart);
  return chart;
}

export function styleChart(chart) {
  const line = colour("--line");
  chart.applyOptions({
    layout: { background: { color: colour("--surface") }, textColor: colour("--muted") },
    grid: { vertLines: { color: line }, horzLines: { color: line } },
    timeScale: { borderColor: line },
    rightPriceScale: { borderColor: line },
  });
}

/** As many as the price has that has most, from two on. */
export const decimalsOfAll = (prices) => Math.max(2, ...prices.map(decimalsOf));

/** How prices are written beside the chart. */
export function priceFormat(decimals) {
  const precision = Math.min(MOST_DECIMALS, decimals);
  return { type: "price", precision, minMove: 10 ** -precision };
}
