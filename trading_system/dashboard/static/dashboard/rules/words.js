// A rule in words. Pure.

import { amount } from "../lib/format.js";

const WORDS = {
  rise: (rule) => `rises by more than ${plain(rule.threshold)} % within ${span(rule.window)}`,
  fall: (rule) => `falls by more than ${plain(rule.threshold)} % within ${span(rule.window)}`,
  above: (rule) => `rises above ${amount(rule.threshold)}`,
  below: (rule) => `falls below ${amount(rule.threshold)}`,
  volume: (rule) => `more than ${plain(rule.threshold)} times the mean volume of ${rule.windows} × ${span(rule.window)}`,
};

/** `AAPL, BTC*: rises by more than 2 % within 1 min, in the hours of XNYS; tells $NOTIFY_MAIL` */
export const inWords = (rule) => `${tickersOf(rule)}: ${WORDS[rule.kind](rule)}${hoursOf(rule)}${toldTo(rule)}`;

const hoursOf = ({ hours }) => (hours ? `, in the hours of ${hours}` : "");

const toldTo = ({ notify }) => (notify.length ? `; tells ${notify.join(", ")}` : "");

const tickersOf = ({ tickers }) => (tickers.includes("*") ? "every ticker" : tickers.join(", "));

const plain = (text) => amount(text, { least: 0 });

/** `90 s`, `5 min`, `1 h` */
export function span(seconds) {
  if (seconds % 3600 === 0) return `${seconds / 3600} h`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}
