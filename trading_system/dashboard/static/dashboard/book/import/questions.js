// What a file does not say and a person has to: a field for each question, with its default chosen.

import { el } from "../../lib/dom.js";
import { zone } from "../../lib/format.js";

export const valueOf = ({ answer, default: usual }) => answer ?? usual ?? "";

/** The fields have the questions' names. */
export function questionFields(questions) {
  if (!questions.length) return "";
  const fields = questions.map((question) => labelled(question.text, fieldOf(question)));
  return el("fieldset", { id: "import-questions", class: "fields" }, el("legend", {}, "What the file does not say"), ...fields);
}

function fieldOf(question) {
  const { name, options } = question;
  if (!options.length) return el("input", { name, value: valueOf(question), spellcheck: "false", list: name === "zone" ? "import-zones" : null });
  return select(name, [...(valueOf(question) ? [] : [{ value: "", label: "choose …" }]), ...options], valueOf(question));
}

/** A field with its label, and what stands below it. */
export const labelled = (text, field, ...more) => el("div", {}, el("label", {}, text, field), ...more);

/** A select with this name; one of `{value, label}` is chosen. */
export function select(name, options, chosen, attributes = {}) {
  const made = options.map(({ value, label }) => el("option", { value, selected: value === chosen }, label));
  return el("select", { name, ...attributes }, ...made);
}

/** All zones, that of the browser first. */
export function zones() {
  const names = new Set([zone(), "UTC", ...Intl.supportedValuesOf("timeZone")]);
  return el("datalist", { id: "import-zones" }, ...[...names].map((value) => el("option", { value })));
}
