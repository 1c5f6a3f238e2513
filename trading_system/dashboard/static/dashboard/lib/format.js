// How numbers and times are written: a true minus, thousands separated, times in the browser's own zone.

import { Decimal } from "./decimal.js";

const MINUS = "−";
export const zoned = (options) => new Intl.DateTimeFormat("en-GB", options);
const time = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };
const CLOCK = zoned(time);
const TIME = zoned({ ...time, fractionalSecondDigits: 3 });
const DAY = zoned({ day: "numeric", month: "short" });
const DATE = zoned({ day: "numeric", month: "short", year: "numeric" });

/**
 * `1,702.50`: a text keeps the decimals it was given, of a computed Decimal those are left out that say nothing.
 * Both have `least` decimals or more, and are rounded where they have more than `most`.
 */
export function amount(value, { least = 2, most = Infinity } = {}) {
  const exact = (value instanceof Decimal ? value.trimmed(least) : Decimal.parse(value)).round(most);
  const [whole, fraction = ""] = exact.toString().replace("-", "").split(".");
  const decimals = fraction.padEnd(least, "0");
  return `${exact.sign() < 0 ? MINUS : ""}${whole.replace(/\B(?=(\d{3})+$)/g, ",")}${decimals && `.${decimals}`}`;
}

/** Those of a text of digits that say something: some venues write eight of every price. */
export const decimalsOf = (text) => (/\.\d*[1-9]/.exec(text)?.[0].length ?? 1) - 1;

/** A price of the market, `106,423.20`: as exact as it came, without zeros that fill it up beyond `least` decimals. */
export const quoted = (text, least) => amount(Decimal.parse(text), { least });

/** `+40.10` or `−40.10`; zero has no sign. */
export function signed(value, options) {
  const text = amount(value, options);
  return text.startsWith(MINUS) || !/[1-9]/.test(text) ? text : `+${text}`;
}

/** `1,234 trades`, `1 trade` */
export const count = (number, name) => `${number.toLocaleString("en-GB")} ${name}${number === 1 ? "" : "s"}`;

/** Of a number for the eye: `+0.42 %`. */
export function percent(number) {
  const text = Math.abs(number).toFixed(2);
  if (Number(text) === 0) return `${text} %`;
  return `${number < 0 ? MINUS : "+"}${text} %`;
}

/** `6 Jun 20:00:00.000`, with the year if that is not this one. */
export function moment(iso) {
  const date = new Date(iso);
  const day = date.getFullYear() === new Date().getFullYear() ? DAY : DATE;
  return `${day.format(date)} ${TIME.format(date)}`;
}

/** `20:14:31` */
export const clock = (date) => CLOCK.format(new Date(date));

/** `Europe/Berlin` */
export const zone = () => CLOCK.resolvedOptions().timeZone;
