// What the book is filtered by: the API's own parameters, kept in the page's address, so that a reload keeps them.

import { ofAccount } from "../lib/account.js";
import { address } from "../lib/api.js";
import { element, tell } from "../lib/dom.js";
import { clearErrors, showErrors } from "../lib/field-errors.js";
import { zone } from "../lib/format.js";
import { key } from "../lib/keys.js";

const SETTLE = 300; // ms after the last letter
const MORE = ["min_price", "max_price", "min_quantity", "max_quantity", "external_id"];
const DATED = ["start_date", "end_date"];

export class Filters {
  /** `changed()` is called when they say something else than before. */
  constructor(changed) {
    this.changed = changed;
    this.form = element("book-filters");
    this.fields = [...this.form.querySelectorAll("[name]")];
    this.recall();
    this.form.addEventListener("input", () => this.settle());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.apply();
    });
    for (const id of ["book-clear", "book-unfilter"]) element(id).addEventListener("click", () => this.clear());
    key("/", "Filter by ticker", () => this.reach());
    this.closeMoreOutside();
    this.show();
  }

  get isEmpty() {
    return Object.keys(this.values).length === 0;
  }

  /** As the API's parameters, in the chosen account: dates are days of the browser's zone. */
  get query() {
    const dated = DATED.some((name) => this.values[name]) ? { tz: zone() } : {};
    return { ...this.values, ...dated, ...ofAccount() };
  }

  read() {
    return Object.fromEntries(this.fields.map(({ name, value }) => [name, value.trim()]).filter(([, value]) => value));
  }

  recall() {
    const kept = new URLSearchParams(location.search);
    for (const field of this.fields) field.value = kept.get(field.name) ?? "";
    this.values = this.read();
  }

  settle() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.apply(), SETTLE);
  }

  apply() {
    clearTimeout(this.timer);
    const values = this.read();
    if (JSON.stringify(values) === JSON.stringify(this.values)) return;
    this.values = values;
    history.replaceState(null, "", address(location.pathname, { ...values, ...ofAccount() }) + location.hash);
    this.show();
    this.changed();
  }

  clear() {
    for (const field of this.fields) field.value = "";
    this.apply();
    this.reach();
  }

  reach() {
    element("trades-tab").click();
    this.form.elements.ticker.focus();
    this.form.elements.ticker.select();
  }

  show() {
    clearErrors(this.form);
    element("book-refused").hidden = true;
    element("book-clear").hidden = this.isEmpty;
    const more = MORE.filter((name) => this.values[name]).length;
    element("book-more").querySelector("summary").textContent = more ? `More (${more})` : "More";
    for (const format of ["csv", "ndjson", "xlsx"]) element(`book-${format}`).href = address("/api/trades/export/", { format, ...this.query });
  }

  /** Say what the API refuses about them. */
  refuse(error) {
    const { wrong, others } = showErrors(this.form, error.fields);
    if (wrong.some(({ name }) => MORE.includes(name))) element("book-more").open = true;
    tell(element("book-refused"), others.length || !wrong.length ? others.join(" ") || error.message : "");
  }

  closeMoreOutside() {
    const more = element("book-more");
    document.addEventListener("click", ({ target }) => more.contains(target) || (more.open = false));
    more.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !more.open) return;
      more.open = false;
      more.querySelector("summary").focus();
    });
  }
}
