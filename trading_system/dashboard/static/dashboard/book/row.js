// A trade as a row of the book.

import { Decimal } from "../lib/decimal.js";
import { el } from "../lib/dom.js";
import { amount, moment } from "../lib/format.js";
import { inFull, money, price } from "../lib/currency.js";

export const value = ({ quantity, price: each }) => Decimal.parse(quantity).times(Decimal.parse(each));

/** `buy 10 AAPL at 170.25 USD` */
export const inWords = ({ side, quantity, ticker, price: each, currency }) =>
  `${side} ${amount(quantity, { least: 0 })} ${ticker} at ${inFull(each, currency)}`;

export function tradeRow(trade) {
  const { id, timestamp, ticker, side, note, currency, account } = trade;
  const cells = [
    cell("time", el("time", { datetime: timestamp, title: timestamp }, moment(timestamp))),
    cell("account", account),
    cell("ticker", el("button", { type: "button", tabindex: "-1", "data-ticker": ticker }, ticker)),
    cell(`side ${side === "buy" ? "rise" : "fall"}`, side),
    number("quantity", amount(trade.quantity, { least: 0 })),
    number("price", price(trade.price, currency)),
    number("value", money(value(trade), currency), amount(value(trade))),
    cell("currency", currency),
    number("fee", fee(trade)),
    cell("words", note, { title: note || null }),
    cell("menu", el("button", { type: "button", tabindex: "-1", class: "icon", "aria-haspopup": "menu", "aria-label": `Actions: ${inWords(trade)}` }, "⋯")),
  ];
  return el("tr", { role: "row", tabindex: "-1", "data-id": id }, ...cells);
}

const fee = ({ fee: charged, fee_currency: currency }) => (Decimal.parse(charged).sign() ? inFull(charged, currency) : "");

const cell = (name, content, attributes = {}) => el("td", { role: "gridcell", class: name, ...attributes }, content);

const number = (name, text, exact = null) => cell(`number ${name}`, text, { title: exact });
