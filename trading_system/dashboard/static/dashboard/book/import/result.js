// What a booking did, and its errors by line.

import { el } from "../../lib/dom.js";
import { count, moment } from "../../lib/format.js";
import { inCounts, leftOut, rowsOf } from "./what.js";

const MAX_LISTED = 200; // errors that are shown

/** The report of a booking in words; `isRefused` if nothing was booked for its wrong rows. */
export function resultOf(name, report, isRefused) {
  const { errors, imported_at: before, left_out: kinds } = report;
  return [
    el("h3", {}, name),
    before ? el("p", {}, importedAt(before)) : "",
    el("p", {}, `${inCounts({ ...report, left_out: rowsOf(kinds) })}.`),
    isRefused ? el("p", {}, "Nothing was booked: correct the file, or import its valid rows.") : "",
    errors.length ? errorList(errors) : "",
    leftOut(kinds),
  ];
}

const importedAt = (before) => `This file was imported before, at ${moment(before)}.`;

/** Of a file of which nothing is new. */
export function knownOf({ imported_at: before, counts: { missing } }) {
  return [
    el("p", {}, `${importedAt(before)} Nothing of it is new.`),
    missing ? el("p", {}, `${count(missing, "trade")} of it ${missing === 1 ? "was" : "were"} deleted since.`) : "",
  ];
}

export function errorList(errors) {
  const rows = errors.slice(0, MAX_LISTED).map(({ line, field, message }) =>
    el("tr", {}, el("td", { class: "number" }, String(line)), el("td", {}, field ?? ""), el("td", {}, message)),
  );
  const head = el("tr", {}, el("th", { scope: "col", class: "number" }, "Line"), el("th", { scope: "col" }, "Field"), el("th", { scope: "col" }, "What is wrong"));
  const more = errors.length - rows.length;
  return el(
    "div",
    { class: "errors", tabindex: "0", role: "region", "aria-label": "Errors" },
    el("table", {}, el("thead", {}, head), el("tbody", {}, ...rows)),
    more ? el("p", { class: "note" }, `and ${more} more`) : "",
  );
}
