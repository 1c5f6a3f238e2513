// A trade as a row of the book.

import { Decimal } from "../lib/decimal.js";
import { el } from "../lib/dom.js";
import { amount, moment } from "../lib/format.js";

export const value = ({ quantity, price }) => Decimal.parse(quantity).times(Decimal.parse(price));

/** `buy 10 AAPL at 170.25` */
export const inWords = ({ side, quantity, ticker, price }) => `${side} ${amount(quantity, { least: 0 })} ${ticker} at ${amount(price)}`;

export function tradeRow(trade) {
  const { id, timestamp, ticker, side, note } = trade;
  const cells = [
    cell("time", el("time", { datetime: timestamp, title: timestamp }, moment(timestamp))),
    cell("ticker", el("button", { type: "button", tabindex: "-1", "data-ticker": ticker, title: ticker }, ticker)),
    cell(`side ${side === "buy" ? "rise" : "fall"}`, side),
    number("quantity", amount(trade.quantity, { least: 0 })),
    number("price", amount(trade.price)),
    number("value", amount(value(trade))),
    number("fee", fee(trade)),
    cell("words", note, { title: note || null }),
    cell("menu", el("button", { type: "button", tabindex: "-1", class: "icon", "aria-haspopup": "menu", "aria-label": `Actions: ${inWords(trade)}` }, "⋯")),
  ];
  return el("tr", { role: "row", tabindex: "-1", "data-id": id }, ...cells);
}

function fee(trade) {
  const charged = Decimal.parse(trade.fee ?? "0");
  return charged.sign() ? amount(trade.fee) : "";
}

const cell = (name, content, attributes = {}) => el("td", { role: "gridcell", class: name, ...attributes }, content);

const number = (name, text) => cell(`number ${name}`, text, { title: text || null });
