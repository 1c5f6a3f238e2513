// Money and its currency. Sums have the decimals of their currency, prices the digits that they were given.

import { Decimal } from "./decimal.js";
import { amount, signed } from "./format.js";

const HUNDREDTH = Decimal.parse("0.01");
const LEAST = 2; // decimals where no standard says how many there are
// Intl writes every code of three letters with two decimals: BTC, too, which ISO 4217 does not have.
const STANDARD = new Set(Intl.supportedValuesOf("currency"));
const known = new Map();

/** How many decimals sums of a currency have by ISO 4217; undefined for coins and codes that it does not have. */
function minorDigits(currency) {
  if (!STANDARD.has(currency)) return undefined;
  if (!known.has(currency)) known.set(currency, new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits);
  return known.get(currency);
}

const digits = (currency) => ({ least: minorDigits(currency) ?? LEAST, most: minorDigits(currency) ?? Infinity });

/** The code that is meant, in any case; only that of pence has one: `GBp`. */
export const codeOf = (text) => (text.trim() === "GBp" ? "GBX" : text.trim().toUpperCase());

/** A sum, a Decimal: `1,702.50`; of a coin, with all of its digits. */
export const money = (sum, currency) => amount(sum, digits(currency));

/** `+40.10`, or `−40.10` */
export const gain = (sum, currency) => signed(sum, digits(currency));

/** -1, 0 or 1 of a sum as it is written. */
export const gainSign = (sum, currency) => sum.round(digits(currency).most).sign();

/** A price, a text: `170.2` in dollars is `170.20`, and `0.00001234` stays as it is. */
export const price = (text, currency, most = Infinity) => amount(text, { least: digits(currency).least, most });

/** A price of the feed's, a Decimal, in the position's currency: a hundredth, where prices are quoted in its minor unit. */
export const inMajor = (each, { quoted_in: unit, currency }) => (unit === currency ? each : each.times(HUNDREDTH));

/** A price or a fee with its currency: `170.20 USD` */
export const inFull = (text, currency) => `${price(text, currency)} ${currency}`;
