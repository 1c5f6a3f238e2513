// A position as a row: what is held of a ticker in a currency, and what it is worth at a price. Exact decimals throughout.

import { age } from "../lib/elapsed.js";
import { Decimal } from "../lib/decimal.js";
import { el, put } from "../lib/dom.js";
import { amount, moment } from "../lib/format.js";
import { gain, gainSign, inFull, money, price as inDigits } from "../lib/currency.js";

const DECIMALS = 8; // of an average cost on screen; its tooltip has all of them
const ZERO = Decimal.parse("0");
const NUMBERS = {
  quantity: "Quantity", average: "Average cost", last: "Last price", value: "Value", unrealised: "Unrealised",
  realised: "Realised", after: "After fees", fees: "Fees", total: "Total",
};
export const SUMS = ["value", "unrealised", "realised", "after", "fees", "total"];

/** A position or a total of the API's, with Decimals for its sums. */
export function read({ cost_basis: basis, realised_profit: realised, realised_profit_after_fees: after, fees, ...rest }) {
  const sums = Object.entries({ basis, realised, after, fees }).map(([name, text]) => [name, Decimal.parse(text)]);
  return { ...rest, ...Object.fromEntries(sums) };
}

export function readPosition({ quantity, multiplier, average_cost: average, other_fees: others, ...rest }) {
  return { ...read(rest), quantity: Decimal.parse(quantity), multiplier: Decimal.parse(multiplier), average, others };
}

/** At a price in the position's currency: value = quantity × multiplier × price. */
export const worth = ({ quantity, multiplier }, price) => (quantity.sign() ? quantity.times(multiplier).times(Decimal.parse(price)) : ZERO);

/** Of a position or a total: unrealised = value − cost basis, total = unrealised + realised − fees. */
export function withGains(sums, value) {
  const unrealised = value.minus(sums.basis);
  return { ...sums, value, unrealised, total: unrealised.plus(sums.realised).minus(sums.fees) };
}

export const cell = (name) => el("td", { class: `number ${name}`, "data-label": NUMBERS[name] });

/** Its line and its cells by their names; those that follow the price are empty. */
/** A row; with the menu's button of an earlier one, to which the focus may return. */
export function positionRow(position, button = menuButton(position)) {
  const { ticker, currency, quantity, average } = position;
  const cells = Object.fromEntries(Object.keys(NUMBERS).map((name) => [name, cell(name)]));
  cells.last.classList.add("aging");
  put(cells.quantity, amount(quantity, { least: 0 }));
  put(cells.average, average === null ? "" : inDigits(average, currency, DECIMALS));
  cells.average.title = average ?? "";
  const line = el(
    "tr",
    { class: quantity.sign() ? "" : "flat" },
    el("th", { scope: "row" }, el("button", { type: "button", class: "ticker", "data-ticker": ticker }, ticker)),
    el("td", { class: "menu" }, button),
    el("td", { class: "currency", "data-label": "Currency" }, currency),
    ...Object.values(cells),
  );
  return { ...cells, line, menu: button };
}

const menuButton = ({ ticker, currency }) =>
  el("button", { type: "button", class: "icon", "aria-haspopup": "menu", "aria-label": `Actions: ${ticker} in ${currency}` }, "⋯");

/** The price that a position is worth something at, and where it is from: the feed, the ledger's market, or its last trade, and why that. */
export function writePrice(target, position, price, newest, why) {
  const { last, currency, quoted_in: unit } = position;
  put(target, inDigits(price, currency));
  target.classList.toggle("note", !newest);
  const old = newest && !newest.isLive ? age(Date.now() - newest.time) : "";
  if (old) target.dataset.age = old;
  else delete target.dataset.age;
  const quoted = newest && unit !== currency ? `: ${inFull(newest.price, unit)}` : "";
  const seen = old ? `The last price of the market, ${old}, of ${moment(newest.time)}` : "From the price feed";
  target.title = newest ? `${seen}${quoted}` : `The last trade's, of ${moment(last.timestamp)}: ${why}`;
}

/** The sums of a position or a total, each with all of its digits in a tooltip. */
export function writeSums(cells, sums) {
  for (const name of SUMS) {
    const isGain = name !== "value" && name !== "fees";
    put(cells[name], name === "fees" ? allFees(sums) : (isGain ? gain : money)(sums[name], sums.currency));
    cells[name].title = amount(sums[name]);
    if (isGain) tint(cells[name], gainSign(sums[name], sums.currency));
  }
}

/** `1.25`, or `1.25 + 0.001 ETH`: fees in other currencies than the position's are added up by nobody. */
function allFees({ fees, currency, others = [] }) {
  const coins = others.map(({ currency: coin, amount: fee }) => `${money(Decimal.parse(fee), coin)} ${coin}`);
  return (fees.sign() || !coins.length ? [money(fees, currency), ...coins] : coins).join(" + ");
}

function tint(target, sign) {
  target.classList.toggle("rise", sign > 0);
  target.classList.toggle("fall", sign < 0);
}
