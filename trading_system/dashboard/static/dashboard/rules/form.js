// The fields of a rule: those that apply to its kind, and no others. What is left empty has its default.

import { element, tell } from "../lib/dom.js";
import { clearErrors, showErrors } from "../lib/field-errors.js";

const ALWAYS = ["name", "kind", "tickers", "threshold", "cooldown", "hours", "severity", "notify"];
const MOVE = [...ALWAYS, "window", "confirm", "rearm"];
const LEVEL = [...ALWAYS, "confirm", "margin"];
const FIELDS = { rise: MOVE, fall: MOVE, above: LEVEL, below: LEVEL, volume: [...ALWAYS, "window", "windows"] };
const THRESHOLDS = { rise: "More than … percent", fall: "More than … percent", above: "Above the price", below: "Below the price", volume: "More than … times the mean" };
const LISTS = new Set(["tickers", "notify"]);
const SEPARATORS = { tickers: /,/, notify: /[\s,]/ }; // symbols of options have spaces in them
export const DEFAULTS = {
  name: "", kind: "rise", tickers: ["*"], threshold: "", window: 60, windows: 10, confirm: 2, cooldown: 0, rearm: 5, margin: "1",
  hours: null, severity: "warning", notify: [],
};

export class RuleForm {
  /** `changed()` is called when another rule is in the form than before. */
  constructor(changed) {
    this.form = element("rule-form");
    this.form.elements.kind.addEventListener("change", () => this.showFields());
    this.form.addEventListener("input", changed);
  }

  fill(rule) {
    for (const name of Object.keys(DEFAULTS)) {
      const value = rule[name] ?? DEFAULTS[name];
      this.form.elements[name].value = LISTS.has(name) ? value.join(", ") : (value ?? "");
    }
    element("rule-more").open = false;
    this.showFields();
    this.refuse();
  }

  showFields() {
    const { value: kind } = this.form.elements.kind;
    for (const name of Object.keys(DEFAULTS)) this.form.elements[name].closest("label").hidden = !FIELDS[kind].includes(name);
    element("rule-threshold").textContent = THRESHOLDS[kind];
    clearErrors(this.form);
  }

  /** The rule as the API takes it. */
  read() {
    const { elements } = this.form;
    const given = FIELDS[elements.kind.value].map((name) => [name, this.value(name, elements[name].value.trim())]);
    return Object.fromEntries(given.filter(([name, value]) => value !== "" || name === "name" || name === "threshold"));
  }

  value(name, text) {
    if (name === "windows" && /^\d+$/.test(text)) return Number(text);
    if (!LISTS.has(name)) return text;
    const words = text.split(SEPARATORS[name]).map((word) => word.trim()).filter(Boolean);
    return words.length || name === "notify" ? words : "";
  }

  /** Show an error of the API: beside the fields that it names, else above all of them. */
  refuse(error) {
    const { wrong, others } = showErrors(this.form, error ? fieldsOf(error) : {});
    tell(element("rules-trouble"), others.join(" ") || (wrong.length ? "" : (error?.message ?? "")));
    if (wrong.some((field) => field.closest("details"))) element("rule-more").open = true;
    wrong[0]?.focus();
  }
}

/** `{name: [messages]}`; in a preview, the fields are `rule.name`. */
const fieldsOf = ({ fields }) => Object.fromEntries(Object.entries(fields).map(([name, messages]) => [name.replace(/^rule\./, ""), messages]));
