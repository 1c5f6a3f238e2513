// Splits and renames of a ticker: listed, added, deleted. Positions, lots and candles see through them.

import { ApiError, call } from "../lib/api.js";
import { el, element, tell } from "../lib/dom.js";
import { clearErrors, showErrors } from "../lib/field-errors.js";
import { moment, zone } from "../lib/format.js";
import { localText, utcText } from "../lib/local-time.js";

const ADDRESS = "/api/corporate-actions/";
const FIELDS = { split: ["kind", "timestamp", "new", "old"], rename: ["kind", "timestamp", "to"] };

const inWords = ({ kind, ticker, new: many, old, to }) => (kind === "split" ? `${ticker}: ${many} for ${old}` : `${ticker} became ${to}`);

export class CorporateActions {
  /** `changed()` is called when there are others than before. */
  constructor(changed) {
    this.changed = changed;
    [this.dialog, this.form] = ["corporate", "corporate-form"].map(element);
    element("corporate-hint").textContent = `The time is that of ${zone()}. Trades before it are changed.`;
    this.form.elements.kind.addEventListener("change", () => this.showFields());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.add();
    });
    this.dialog.querySelector("[data-close]").addEventListener("click", () => this.dialog.close());
  }

  open(ticker) {
    this.ticker = ticker;
    element("corporate-title").textContent = `Splits and renames: ${ticker}`;
    element("corporate-list").replaceChildren();
    element("corporate-none").hidden = true;
    this.fill({ kind: "split" });
    this.say("");
    this.dialog.showModal();
    return this.tried(() => this.list());
  }

  fill(action) {
    clearErrors(this.form);
    for (const { name } of this.form.querySelectorAll("[name]")) {
      this.form.elements[name].value = name === "timestamp" ? localText(action[name]) : (action[name] ?? "");
    }
    this.showFields();
  }

  showFields() {
    const names = FIELDS[this.form.elements.kind.value];
    for (const field of this.form.querySelectorAll("[name]")) field.closest("label").hidden = !names.includes(field.name);
    clearErrors(this.form);
  }

  async list() {
    const { ticker } = this;
    const { data } = await call("GET", ADDRESS, { query: { ticker } });
    if (ticker !== this.ticker) return;
    element("corporate-none").hidden = data.results.length > 0;
    element("corporate-list").replaceChildren(...data.results.map((action) => this.item(action)));
  }

  item(action) {
    const words = inWords(action);
    const remove = el("button", { type: "button", "aria-label": `Delete: ${words}`, onclick: () => this.tried(() => this.remove(action)) }, "Delete");
    const at = el("time", { datetime: action.timestamp, title: action.timestamp, class: "note" }, moment(action.timestamp));
    return el("li", {}, el("span", { class: "ticker" }, words), " ", at, remove);
  }

  add() {
    const { elements } = this.form;
    const given = FIELDS[elements.kind.value].map((name) => [name, name === "timestamp" ? utcText(elements[name].value) : elements[name].value.trim()]);
    const body = { ticker: this.ticker, ...Object.fromEntries(given.filter(([, text]) => text)) };
    return this.tried(async () => {
      const { data, response } = await call("POST", ADDRESS, { body });
      this.fill({ kind: data.kind });
      await this.finish(`${response.status === 201 ? "Added" : "It was there already"}: ${inWords(data)}`);
    });
  }

  /** What was deleted is left in the form: to add it puts it back. A rename into the ticker is another one's. */
  async remove(action) {
    try {
      await call("DELETE", `${ADDRESS}${action.id}/`);
    } catch (error) {
      if (error.status !== 404) throw error; // somebody else was quicker
    }
    const isOwn = action.ticker === this.ticker;
    if (isOwn) this.fill(action);
    this.form.elements.kind.focus();
    await this.finish(`Deleted: ${inWords(action)}.${isOwn ? " Add puts it back." : ""}`);
  }

  async finish(text) {
    this.say(text);
    this.changed();
    await this.list();
  }

  say(text) {
    element("corporate-said").textContent = text;
  }

  /** Run it; an error of the API is shown beside its field, or above all. Nothing is lost by doing a thing twice. */
  async tried(work) {
    tell(element("corporate-trouble"));
    clearErrors(this.form);
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.refuse(error);
    }
  }

  refuse(error) {
    this.say("");
    const { wrong, others } = showErrors(this.form, error.fields);
    tell(element("corporate-trouble"), others.join(" ") || (wrong.length ? "" : error.message));
    wrong[0]?.focus();
  }
}
