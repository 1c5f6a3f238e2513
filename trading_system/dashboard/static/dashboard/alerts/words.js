// An alert in words and signs. Numbers are exact until they are written, and pure functions write them.

import { Decimal } from "../lib/decimal.js";
import { amount, quoted } from "../lib/format.js";

const MOST = 12; // decimals that it may take to see that a number is above its threshold
const BASES = { rise: "low", fall: "high", above: "previous_price", below: "previous_price" };
const BEGINS = { rise: "low_timestamp", fall: "high_timestamp", above: "previous_timestamp", below: "previous_timestamp" };

/** 1 where the price went up, -1 where it went down, 0 where it is not about the price. */
export const direction = ({ kind }) => ({ rise: 1, above: 1, fall: -1, below: -1 })[kind] ?? 0;

/** The price that a move is measured from, a text; undefined where there is none. */
export const base = (alert) => alert[BASES[alert.kind]];

/** `▲ +2.41 %`, `▼ below 170.00`, `◆ 4.20 × volume` */
export const headline = (alert) => `${{ 1: "▲", "-1": "▼", 0: "◆" }[direction(alert)]} ${MEASURES[alert.kind](alert)}`;

const MEASURES = {
  rise: (alert) => `+${percent(alert)} %`,
  fall: (alert) => `−${percent(alert)} %`,
  above: ({ level }) => `above ${amount(level)}`,
  below: ({ level }) => `below ${amount(level)}`,
  volume: (alert) => `${times(alert)} × volume`,
};

/** The headline without its sign, for a mark on the chart. */
export const mark = (alert) => ({ timestamp: alert.timestamp, direction: direction(alert), text: MEASURES[alert.kind](alert), isWithdrawn: Boolean(alert.withdrawn_at) });

/** `AAPL rose by 2.41 %` */
export const sentence = (alert) => `${alert.ticker} ${SENTENCES[alert.kind](alert)}`;

const SENTENCES = {
  rise: (alert) => `rose by ${percent(alert)} %`,
  fall: (alert) => `fell by ${percent(alert)} %`,
  above: ({ level }) => `went above ${amount(level)}`,
  below: ({ level }) => `went below ${amount(level)}`,
  volume: (alert) => `traded ${times(alert)} times its mean volume`,
};

/** What has to be said of it wherever it is told: `critical, unconfirmed` */
export const remarks = ({ severity, confirmed }) => [severity === "critical" && "critical", confirmed === false && "unconfirmed"].filter(Boolean).join(", ");

/** `withdrawn: the trade was cancelled`; empty of an alert that stands. */
export const withdrawal = ({ withdrawn_at: at, withdrawn_reason: reason }) => (at ? `withdrawn: the trade was ${reason}` : "");

/** The texts of what it was measured by, in order; those at odd places are numbers. */
export function measured(alert) {
  if (alert.kind === "volume") {
    const mean = amount(Decimal.parse(alert.mean_volume).round(2), { least: 0 });
    return ["", amount(alert.volume, { least: 0 }), ` in ${seconds(Number(alert.window_seconds))}, mean `, mean];
  }
  const ms = Date.parse(alert.timestamp) - Date.parse(alert[BEGINS[alert.kind]]);
  return ["", quoted(base(alert)), " → ", quoted(alert.price), ` in ${seconds(ms / 1000)}`];
}

/** The rule that raised it, where its kind does not say as much. */
export const ruleOf = ({ rule, kind }) => (rule && rule !== kind ? rule : "");

/** `41 s`, or `3 min` where seconds would be too many to be read. */
export const seconds = (number) => (number < 100 ? `${Number(number.toFixed(1))} s` : `${Math.round(number / 60)} min`);

const percent = (alert) => beyond((digits) => Decimal.parse(alert[`${alert.kind}_percent`]).round(digits), alert.threshold_percent);

const times = ({ volume, mean_volume: mean, threshold_times: threshold }) =>
  beyond((digits) => Decimal.parse(volume).over(Decimal.parse(mean), digits), threshold);

/** With two decimals, or with as many more as it takes to see that it is above the threshold. */
function beyond(rounded, threshold) {
  const limit = Decimal.parse(threshold);
  let digits = 2;
  while (digits < MOST && rounded(digits).compare(limit) <= 0) digits++;
  return amount(rounded(digits));
}
