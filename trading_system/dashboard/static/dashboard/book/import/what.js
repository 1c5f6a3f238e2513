// What a file is, and what was taken of it, in words.

import { el } from "../../lib/dom.js";
import { count } from "../../lib/format.js";

const KINDS = { csv: "CSV", xlsx: "Excel workbook", html: "HTML table", ofx: "OFX", flex: "Flex XML", ndjson: "NDJSON", json: "JSON", ledger: "the own columns" };
export const SEPARATORS = { ",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe" };
const MOST_LINES = 10; // line numbers that are named for each kind of rows

/** `Charles Schwab: CSV, utf-8, separated by comma` */
export function whatItIs({ title, profile, kind, charset, separator, sheet }) {
  const form = [KINDS[kind] ?? kind, kind === "csv" && charset, separator && `separated by ${SEPARATORS[separator] ?? separator}`, sheet && `sheet ${sheet}`];
  return `${title || profile || "A layout that no profile knows"}: ${form.filter(Boolean).join(", ")}`;
}

/** `8 trades added, 5 rows left out, 1 wrong row`, of a report; what there is none of is left out. */
export function inCounts({ created, corrected, duplicates, repeated, left_out: left, failed }, verb = " added") {
  const parts = [
    created == null ? "" : `${count(created, "trade")}${verb}`,
    corrected && `${count(corrected, "trade")} corrected`,
    duplicates && count(duplicates, "duplicate"),
    repeated && `${count(repeated, "row")} in the ledger already`,
    left && `${count(left, "row")} left out`,
    failed && count(failed, "wrong row"),
  ];
  return parts.filter(Boolean).join(", ");
}

/** How many rows are left out, of all kinds. */
export const rowsOf = (kinds) => kinds.reduce((sum, { rows }) => sum + rows, 0);

/** What booking it does. */
export function bookingOf({ counts: { created, failed } }) {
  if (!created) return "Book";
  return failed ? `Book the ${count(created, "valid trade")}` : `Book ${count(created, "trade")}`;
}

/** A list of what is left out, by kind, with the lines of each. */
export function leftOut(kinds) {
  if (!kinds.length) return "";
  const items = kinds.map(({ kind, rows, lines }) => el("li", {}, `${kind || "without a word"}: ${count(rows, "row")}${at(lines)}`));
  return el("details", { id: "import-left-out" }, el("summary", {}, "What is left out"), el("ul", {}, ...items));
}

function at(lines = []) {
  if (!lines.length) return "";
  return ` (line${lines.length === 1 ? "" : "s"} ${lines.slice(0, MOST_LINES).join(", ")}${lines.length > MOST_LINES ? " …" : ""})`;
}
