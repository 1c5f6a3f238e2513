// How a file is read, if what was found is wrong; what happens to rows that are known; and under which name a mapping is kept.

import { el } from "../../lib/dom.js";
import { labelled, select } from "./questions.js";
import { SEPARATORS } from "./what.js";

const CHARSETS = ["utf-8", "cp1252", "utf-16", "iso-8859-1", "iso-8859-2", "cp1250", "cp1251", "shift_jis"];
const REPEATED = [
  { value: "skip", label: "leave them out" },
  { value: "book", label: "book them again" },
  { value: "error", label: "refuse the file" },
];

const same = (value) => ({ value, label: value });

/** Profile, and of a text file its encoding and separator, of a workbook its sheet. */
export function readings({ profile, title, profiles, kind, charset, separator, sheet, sheets = [] }) {
  const others = profiles.filter(({ name }) => name !== profile).map(({ name, title: other }) => ({ value: name, label: other || name }));
  const known = [{ value: profile, label: title || profile || "the columns below" }, ...others];
  const charsets = [...new Set([charset, ...CHARSETS])].filter(Boolean).map(same);
  const separators = [...new Set([separator, ...Object.keys(SEPARATORS)])].map((value) => ({ value, label: SEPARATORS[value] ?? value }));
  const fields = [
    labelled("Profile", select("profile", known, profile)),
    kind === "csv" ? labelled("Encoding", select("charset", charsets, charset)) : "",
    kind === "csv" ? labelled("Separator", select("separator", separators, separator)) : "",
    sheets.length > 1 ? labelled("Sheet", select("sheet", sheets.map(same), sheet)) : "",
  ];
  return el("details", { id: "import-readings" }, el("summary", {}, "How it is read"), el("div", { class: "fields" }, ...fields));
}

export function options() {
  const fields = [
    labelled("Rows that are in the ledger already", select("repeated", REPEATED, "skip")),
    labelled("Take other values of a known id as corrections", el("input", { name: "corrections", type: "checkbox" })),
  ];
  return el("details", { id: "import-options" }, el("summary", {}, "Rows that are known"), el("div", { class: "fields" }, ...fields));
}

export const keeping = () =>
  el("div", { class: "fields keeping" }, el("div", { class: "whole" }, el("label", {}, "Keep these columns and words as a profile named", el("input", { name: "keep_as", placeholder: "my-broker", spellcheck: "false", autocapitalize: "none" }))));
