// The first rows of a file as they would be booked: trades, what is left out and why, what is wrong and why.

import { el } from "../../lib/dom.js";
import { amount, moment } from "../../lib/format.js";
import { inFull, price } from "../../lib/currency.js";
import { Decimal } from "../../lib/decimal.js";

const HEADS = ["Line", "Time", "Ticker", "Side", "Quantity", "Price", "Currency", "Fee", "Account and note"];
const NUMBERS = ["Line", "Quantity", "Price", "Fee"];

export function preview(rows) {
  if (!rows.length) return el("p", { class: "note" }, "It has no rows.");
  const heads = HEADS.map((name) => el("th", { scope: "col", class: NUMBERS.includes(name) ? "number" : null }, name));
  return el("table", { class: "preview", "aria-label": "The first rows as trades" }, el("thead", {}, el("tr", {}, ...heads)), el("tbody", {}, ...rows.map(rowOf)));
}

function rowOf(row) {
  if (row.trade) return tradeRow(row);
  if (row.error) return otherRow(row, "wrong", row.error);
  return row.left_out ? otherRow(row, "left", `left out: ${row.left_out}`) : otherRow(row, null, "");
}

function tradeRow({ line, trade }) {
  const { timestamp, ticker, side, quantity, price: each, currency, account, note } = trade;
  return el(
    "tr",
    {},
    number("line", String(line)),
    cell("time", timestamp ? el("time", { datetime: timestamp, title: timestamp }, moment(timestamp)) : ""),
    cell("ticker", ticker ?? ""),
    cell(`side ${side === "buy" ? "rise" : "fall"}`, side ?? ""),
    number("quantity", amount(quantity, { least: 0 })),
    number("price", price(each, currency ?? "")),
    cell("currency", currency ?? ""),
    number("fee", feeOf(trade)),
    cell("words", [account, note].filter(Boolean).join(" · ")),
  );
}

function feeOf({ fee, fee_currency: currency, currency: usual }) {
  return fee && Decimal.parse(fee).sign() ? inFull(fee, currency || usual) : "";
}

function otherRow({ line, cells = [] }, name, why) {
  const text = el("td", { class: "why", colspan: String(HEADS.length - 1) }, el("strong", {}, why), " ", cells.filter(Boolean).join(" · "));
  return el("tr", { class: name }, number("line", String(line)), text);
}

const cell = (name, content) => el("td", { class: name }, content);
const number = (name, text) => cell(`number ${name}`, text);
