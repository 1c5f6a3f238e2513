// The form's fields for numbers: what is understood stands below a field where it differs from what was typed, and a number
// that could be either of two is asked for there. Nothing is booked before that is answered.

import { el } from "../lib/dom.js";
import { clearError } from "../lib/field-errors.js";
import { readNumber, styleOf } from "../lib/number.js";

const STYLE = styleOf(navigator.language);

export class NumberFields {
  /** Below each of these fields is an element with `data-reading` and the field's name. */
  constructor(form, names) {
    [this.form, this.names] = [form, names];
    this.known = new Map(); // field name: a text in it that the page wrote, or that somebody has chosen
    form.addEventListener("input", ({ target }) => names.includes(target.name) && this.show(target.name, { asks: false }));
    form.addEventListener("change", ({ target }) => names.includes(target.name) && this.show(target.name, { asks: true }));
  }

  /** This text of a field means what it says. */
  know(name, text) {
    this.known.set(name, text);
    this.show(name, { asks: false });
  }

  /** What `readNumber` says of a field as it is. */
  read(name) {
    const text = this.form.elements[name].value;
    return text === this.known.get(name) ? { value: text } : readNumber(text, STYLE);
  }

  /** Of each field that cannot be sent: `{name: [messages]}`. What can be chosen is offered. */
  refusals() {
    const readings = this.names.map((name) => [name, this.read(name)]);
    for (const name of this.names) this.show(name, { asks: true });
    return Object.fromEntries(readings.filter(([, { value }]) => value === undefined).map(([name, { error }]) => [name, [error ?? "Which number is it?"]]));
  }

  show(name, { asks }) {
    const { value, choices } = this.read(name);
    const typed = this.form.elements[name].value.trim();
    const parts = value === undefined || value === typed ? [] : [hint(value, typed)];
    if (asks && choices) parts.push(this.question(name, typed, choices));
    this.form.querySelector(`[data-reading="${name}"]`).replaceChildren(...parts);
  }

  question(name, typed, choices) {
    const buttons = choices.map((one) => el("button", { type: "button", onclick: () => this.choose(name, one) }, one));
    return el("span", { class: "choices", role: "group", "aria-label": `${typed}: which number is it?` }, `${typed} is `, ...buttons);
  }

  choose(name, text) {
    const field = this.form.elements[name];
    field.value = text;
    this.know(name, text);
    clearError(this.form, field);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  }
}

const hint = (value, typed) => `= ${value}${/\p{Sc}/u.test(typed) ? " in the currency of its field" : ""}`;
