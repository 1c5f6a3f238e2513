// The day's change, exactly: from the last price before today's midnight in the browser's zone, or, where the ledger knows none,
// from the first price of today that the feed told. Pure.

import { Decimal } from "../lib/decimal.js";
import { clock, moment, quoted } from "../lib/format.js";

const HUNDRED = Decimal.parse("100");
let known = { begin: 0, end: 0 };

/** When the day that an instant is in began, in ms: a midnight of the browser's zone. */
export function midnightBefore(time) {
  if (time < known.begin || time >= known.end) {
    const at = new Date(time);
    const midnight = (days) => new Date(at.getFullYear(), at.getMonth(), at.getDate() + days).getTime();
    known = { begin: midnight(0), end: midnight(1) };
  }
  return known.begin;
}

/** `{price, time}` from which the day's change counts; undefined if there is none, or no price today. */
export function baseOf(quote, last, midnight) {
  if ((quote ?? last).time < midnight) return undefined;
  return (last?.midnight === midnight && last.close) || (quote?.opening?.midnight === midnight ? quote.opening : undefined);
}

/** In percent with two decimals. */
export function percentFrom(before, price) {
  const base = Decimal.parse(before);
  return Number(Decimal.parse(price).minus(base).times(HUNDRED).over(base, 2).toString());
}

export const wordsOf = (base) => {
  if (!base) return "No price of today, or none before it, is known";
  if (base.midnight) return `From ${quoted(base.price)} at ${clock(base.time)}, the first price of today that is known`;
  return `From ${quoted(base.price)}, the last price before today, of ${moment(base.time)}`;
};
