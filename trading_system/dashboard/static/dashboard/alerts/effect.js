// What a move meant for what was held when it was raised, in exact decimals.

import { gain, inMajor } from "../lib/currency.js";
import { Decimal } from "../lib/decimal.js";
import { el } from "../lib/dom.js";
import { amount } from "../lib/format.js";
import { base } from "./words.js";

/** Texts and elements; none if nothing was held. `positions` are the API's, of the alert's ticker and instant. */
export function sayHeld(alert, positions) {
  const held = positions.filter(({ quantity }) => Decimal.parse(quantity).sign());
  const from = base(alert);
  if (held.length !== 1) return severally(held);
  return from === undefined ? ["you held ", units(held[0].quantity)] : effectOf(held[0], Decimal.parse(alert.price).minus(Decimal.parse(from)));
}

/** `you held 10: +40.10 USD` */
function effectOf(position, move) {
  const { quantity, multiplier, currency } = position;
  const gained = inMajor(move, position).times(Decimal.parse(quantity)).times(Decimal.parse(multiplier));
  return ["you held ", units(quantity), ": ", number(`${gain(gained, currency)} ${currency}`)];
}

/** `you held 10 in USD, 5 in GBP`: a price of the feed's does not say of which of them it is. */
const severally = (held) => held.flatMap(({ quantity, currency }, i) => [i ? ", " : "you held ", units(quantity), ` in ${currency}`]);

const units = (quantity) => number(amount(quantity, { least: 0 }));

const number = (text) => el("span", { class: "number" }, text);
