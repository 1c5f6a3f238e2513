// Which column is which field of a trade, and what the words of a file say. The mapping is a profile, as
// docs/reference/profiles.md describes it: `columns`, `side`, `left_out` and more. What is not shown here stays as it is.

import { el } from "../../lib/dom.js";
import { labelled, select } from "./questions.js";

const FIELDS = {
  ticker: "Ticker", timestamp: "Date and time", date: "Date", time: "Time", side: "Side", quantity: "Quantity", price: "Price", currency: "Currency",
  amount: "Amount of the trade", amount_currency: "Amount's currency", fee: "Fee", fee_currency: "Fee's currency", external_id: "Id of the fill", kind: "Kind of row", zone: "Zone of a row", account: "Account", note: "Note",
};
const AS_IT_IS = "="; // a column cannot be called so: it is a rule of more than a column, which stays
const DIVIDED = "÷"; // before the name of a column that holds the amount of which the price is a part
const SIGN = "±"; // the side is in the sign of the quantity, or of the amount
const COSTS = { positive: "as positive numbers", negative: "as negative numbers", unsigned: "with any sign" };
const ORDERS = { "": "as the file shows", MDY: "month, day, year", DMY: "day, month, year", YMD: "year, month, day" };
const DECIMALS = { "": "as the file shows", ".": "point", ",": "comma" };
const MEANINGS = { buy: "buy", sell: "sell", trades: "a trade", words: "leave out" };
const WORDS_OF = { side: ["buy", "sell", "trades"], left_out: ["words"] }; // where the lists of words are

/** Names of columns are compared as the importer does: without case and outer spaces. */
const same = (name) => name.trim().toLowerCase();
const optionsOf = (texts) => Object.entries(texts).map(([value, label]) => ({ value, label }));

/** The fields of the form; `columns` are those of the file, with samples. */
export function mappingFields(mapping, columns) {
  const fields = Object.entries(FIELDS).map(([field, text]) => columnField(field, text, mapping, columns));
  const styles = [
    labelled("Fees are written", select("mapping.cost", optionsOf(COSTS), mapping.columns?.fee?.cost ?? "positive")),
    labelled("Dates in figures", select("mapping.dates", optionsOf(ORDERS), mapping.dates ?? "")),
    labelled("Decimal sign", select("mapping.decimal", optionsOf(DECIMALS), mapping.decimal ?? "")),
    labelled("Time zone of the file", el("input", { name: "mapping.zone", value: mapping.zone ?? "", list: "import-zones", spellcheck: "false" })),
    el("div", { class: "whole" }, el("label", {}, "Tickers of what the file calls otherwise, one a line: US0378331005 = AAPL", el("textarea", { name: "mapping.symbols", rows: "2", spellcheck: "false" }, written(mapping.symbols)))),
  ];
  return [el("div", { class: "fields" }, ...fields, ...styles), wordFields(mapping), notUsed(mapping, columns)];
}

/** A mapping that was made for a file is known again by the columns that it reads; that of a layout with a title, by its own. */
export function complete(mapping, columns) {
  return mapping.title ? mapping : { ...mapping, title: "", header: usedIn(mapping, columns, true) };
}

/** The mapping with what was answered that holds for all files of the layout. In which currency one is, is asked of each. */
export function withAnswers(mapping, answers) {
  const copy = { ...structuredClone(mapping) };
  for (const name of ["zone", "dates", "decimal"]) if (answers[name]) copy[name] = answers[name];
  const words = Object.entries(answers).filter(([name]) => name.startsWith("word:"));
  for (const [name, meaning] of words) setWord(copy, name.slice("word:".length), meaning === "leave out" ? "words" : meaning);
  return copy;
}

function usedIn(mapping, columns, isUsed) {
  const used = new Set(namesIn(mapping).map(same));
  return columns.map(({ name }) => name).filter((name) => used.has(same(name)) === isUsed);
}

function notUsed(mapping, columns) {
  const others = usedIn(mapping, columns, false);
  return others.length ? el("p", { class: "note" }, `Not used: ${others.join(", ")}`) : "";
}

/** All texts of the rules that may be names of columns. */
function namesIn({ columns = {}, only = {}, left_out: { empty = [] } = {}, sentence = {}, fee_rows: fees = {}, trade = [] }) {
  const texts = (rule) => (typeof rule === "string" ? [rule] : Object.values(rule ?? {}).flatMap(texts));
  const conditions = [only, ...trade.map(({ when = {} }) => when)].flatMap(Object.keys);
  return [...conditions, ...texts([columns, empty, sentence?.column, fees, trade.map((part) => [part.columns, part.sentence?.column])])];
}

function columnField(field, text, mapping, columns) {
  const chosen = chosenOf(field, mapping, columns);
  const choices = [
    { value: "", label: "–" },
    ...(chosen === AS_IT_IS ? [{ value: AS_IT_IS, label: ruleInWords(mapping.columns[field]) }] : []),
    ...columns.map(({ name, sample }) => ({ value: name, label: sample[0] ? `${name}: ${sample[0]}` : name })),
    ...(field === "price" ? columns.map(({ name }) => ({ value: DIVIDED + name, label: `${name} ÷ quantity` })) : []),
    ...(field === "side" ? ["quantity", "amount"].map((by) => ({ value: SIGN + by, label: `by the sign of the ${by}` })) : []),
  ];
  const sample = columns.find(({ name }) => name === chosen || DIVIDED + name === chosen)?.sample ?? [];
  return labelled(text, select(`columns.${field}`, choices, chosen), el("span", { class: "note" }, sample.join(", ")));
}

function chosenOf(field, { columns: rules = {}, side = {} }, columns) {
  const rule = rules[field];
  if (field === "side" && side.by) return SIGN + side.by;
  if (!rule) return "";
  const { divide, column, cost, ...more } = typeof rule === "object" && !Array.isArray(rule) ? rule : { column: rule };
  const isPlain = !Object.keys(more).length && (divide ?? column);
  const name = isPlain && nameOf([divide ?? column].flat(), columns);
  return name ? (divide ? DIVIDED : "") + name : AS_IT_IS;
}

/** The first of the names that a column of the file has. */
function nameOf(names, columns) {
  return names.flatMap((name) => columns.filter((column) => same(column.name) === same(name)))[0]?.name;
}

function ruleInWords(rule) {
  if (rule.value) return `always ${rule.value}`;
  if (rule.sum) return rule.sum.join(" + ");
  const column = [rule.column ?? rule.pair ?? rule.suffix_of ?? []].flat()[0];
  return column ? `from ${column}` : "as the profile says";
}

function wordFields(mapping) {
  const lists = Object.entries(WORDS_OF).flatMap(([part, meanings]) => meanings.map((meaning) => [meaning, mapping[part]?.[meaning] ?? []]));
  const words = lists.flatMap(([meaning, list]) => list.map((word) => [word, meaning]));
  if (!words.length) return "";
  const fields = words.map(([word, meaning]) => labelled(word, select(`words.${word}`, optionsOf(MEANINGS), meaning)));
  return el("details", { id: "import-words" }, el("summary", {}, `Words (${words.length})`), el("div", { class: "fields" }, ...fields));
}

/** What a trade needs that no column tells, in words. What sentences tell is not known here. */
export function missingIn({ columns = {}, side = {}, sentence, trade = [] }) {
  if (sentence || trade.length) return [];
  const needed = { ticker: [columns.ticker], date: [columns.timestamp, columns.date], side: [columns.side, columns.kind, side.by], quantity: [columns.quantity], price: [columns.price] };
  return Object.keys(needed).filter((name) => !needed[name].some(Boolean));
}

/** The mapping with what a field of the form says now; undefined if the field is none of these. */
export function changed(mapping, { name, value }) {
  const dot = name.indexOf(".");
  const [group, key] = [name.slice(0, dot), name.slice(dot + 1)];
  const copy = { ...structuredClone(mapping) };
  copy.columns ??= {};
  const set = { columns: setColumn, words: setWord, mapping: setStyle }[group];
  if (!set || value === AS_IT_IS) return undefined;
  set(copy, key, value);
  return copy;
}

function setColumn(mapping, field, value) {
  if (field === "side") mapping.side = withoutBy(mapping.side, value.startsWith(SIGN) ? value.slice(1) : undefined);
  const cost = mapping.columns.fee?.cost;
  if (!value || value.startsWith(SIGN)) delete mapping.columns[field];
  else if (value.startsWith(DIVIDED)) mapping.columns[field] = { divide: value.slice(1) };
  else mapping.columns[field] = field === "fee" && cost ? { column: value, cost } : value;
}

function withoutBy({ by: _, ...side } = {}, by) {
  return by ? { ...side, by } : side;
}

function setWord(mapping, word, meaning) {
  for (const [part, meanings] of Object.entries(WORDS_OF)) {
    for (const name of meanings) {
      const others = (mapping[part]?.[name] ?? []).filter((one) => one !== word);
      mapping[part] = { ...mapping[part], [name]: name === meaning ? [...others, word] : others };
    }
  }
}

const written = (symbols = {}) => Object.entries(symbols).map((pair) => pair.join(" = ")).join("\n");

/** A ticker may have an equals sign in it, and a line without one has no ticker: its rows are refused. */
function symbolsIn(text) {
  const lines = text.split("\n").map((line) => line.trim()).filter(Boolean);
  return Object.fromEntries(lines.map((line) => /^(.*?)\s*(?:=\s*(.*))?$/.exec(line).slice(1).map((part = "") => part)));
}

function setStyle(mapping, key, text) {
  const value = key === "symbols" ? symbolsIn(text) : text;
  const { fee } = mapping.columns;
  if (key === "cost" && fee) mapping.columns.fee = { ...(typeof fee === "object" && !Array.isArray(fee) ? fee : { column: fee }), cost: value };
  else if (key !== "cost" && value) mapping[key] = value;
  else if (key !== "cost") delete mapping[key];
}
