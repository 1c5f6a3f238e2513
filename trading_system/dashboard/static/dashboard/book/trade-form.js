// The form for a new trade, and for one that is edited. A form that is sent again books its trade once.

import { chosenAccount } from "../lib/account.js";
import { ApiError, call } from "../lib/api.js";
import { Decimal } from "../lib/decimal.js";
import { el, element, tell } from "../lib/dom.js";
import { clearErrors, showErrors } from "../lib/field-errors.js";
import { zone } from "../lib/format.js";
import { localText, utcText } from "../lib/local-time.js";
import { codeOf, money } from "../lib/currency.js";
import { showToast } from "../lib/toast.js";
import { NumberFields } from "./number-fields.js";
import { inWords } from "./row.js";

const AGAIN = 1000; // ms until a request is repeated that is still being carried out
const FIELDS = ["ticker", "side", "quantity", "price", "currency", "fee", "fee_currency", "account", "note", "timestamp", "external_id"];
const NUMBERS = ["quantity", "price", "fee"];

export class TradeForm {
  /** `saved(trade)` is called with the trade as it is in the ledger now. */
  constructor(saved) {
    this.saved = saved;
    [this.dialog, this.form] = ["trade", "trade-form"].map(element);
    this.numbers = new NumberFields(this.form, NUMBERS);
    element("trade-hint").textContent = `The time is that of ${zone()}; left empty, it is now.`;
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.save();
    });
    this.form.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || !event.target.matches("textarea")) return;
      event.preventDefault();
      this.form.requestSubmit();
    });
    this.form.addEventListener("input", ({ target }) => this.change(target));
    this.form.querySelector("[data-close]").addEventListener("click", () => this.dialog.close());
  }

  /** A new trade, of the chosen ticker at its last price, in the chosen account. */
  add() {
    const { ticker = "", price = "" } = document.body.dataset;
    this.begin(null, { side: "buy", ticker, price, account: chosenAccount() }, "New trade", "Add trade");
    this.key = crypto.getRandomValues(new Uint32Array(4)).join("-");
    this.form.elements[ticker ? "quantity" : "ticker"].focus();
  }

  async edit({ id }) {
    const { data, response } = await call("GET", `/api/trades/${id}/`);
    this.begin(data, data, "Edit trade", "Save");
    this.etag = response.headers.get("ETag");
    this.form.elements.quantity.select();
  }

  begin(trade, values, title, verb) {
    this.trade = trade;
    element("trade-title").textContent = title;
    element("trade-save").textContent = verb;
    this.tell();
    clearErrors(this.form);
    this.fill(values);
    this.dialog.showModal();
  }

  fill(values) {
    for (const name of FIELDS) this.form.elements[name].value = this.text(name, values[name] ?? "");
    for (const name of NUMBERS) this.numbers.know(name, this.form.elements[name].value);
    this.given = this.read();
    this.showValue();
  }

  text(name, value) {
    return name === "timestamp" ? localText(value) : value;
  }

  read() {
    return Object.fromEntries(FIELDS.map((name) => [name, this.form.elements[name].value]));
  }

  /** A price that was filled in belongs to the ticker beside which it was filled in. */
  change({ name }) {
    const { ticker, price } = this.form.elements;
    if (!this.trade && name === "ticker" && price.value === this.given.price) {
      price.value = ticker.value.trim().toUpperCase() === this.given.ticker ? this.given.price : "";
      this.given.price = price.value || this.given.price;
      this.numbers.know("price", price.value);
    }
    this.showValue();
  }

  showValue() {
    const code = codeOf(this.form.elements.currency.value);
    const [quantity, price] = ["quantity", "price"].map((name) => this.numbers.read(name).value);
    let text = "–";
    try {
      text = `${money(Decimal.parse(quantity).times(Decimal.parse(price)), code)} ${code}`;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error; // it is not written to its end yet
    }
    element("trade-value").textContent = text;
  }

  async save() {
    if (this.isSaving) return;
    const refusals = this.numbers.refusals();
    if (Object.keys(refusals).length) return this.refuse(new ApiError(400, "", refusals));
    this.isSaving = true;
    element("trade-save").setAttribute("aria-disabled", "true");
    try {
      await (this.trade ? this.saveChanges() : this.saveNew());
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      await this.refuse(error);
    } finally {
      this.isSaving = false;
      element("trade-save").removeAttribute("aria-disabled");
    }
  }

  async saveNew() {
    const body = this.body(Object.entries(this.read()).filter(([, value]) => value.trim()));
    const { data, response } = await this.once({ body, headers: { "Idempotency-Key": this.key } });
    this.finish(data, response.status === 201 ? `Added: ${inWords(data)}` : `It was there already: ${inWords(data)}`);
  }

  /** A request with the same key that is still being carried out is waited for. */
  async once(request) {
    try {
      return await call("POST", "/api/trades/", request);
    } catch (error) {
      if (error.status !== 409 || Object.keys(error.fields).length) throw error;
      await new Promise((done) => setTimeout(done, AGAIN));
      return call("POST", "/api/trades/", request);
    }
  }

  async saveChanges() {
    const changed = Object.entries(this.read()).filter(([name, value]) => value !== this.given[name]);
    if (!changed.length) return this.dialog.close();
    const { data } = await call("PATCH", `/api/trades/${this.trade.id}/`, { body: this.body(changed), headers: { "If-Match": this.etag } });
    return this.finish(data, `Saved: ${inWords(data)}`);
  }

  body(entries) {
    return Object.fromEntries(entries.map(([name, value]) => [name, this.sent(name, value)]));
  }

  sent(name, value) {
    if (name === "timestamp") return utcText(value);
    if (NUMBERS.includes(name)) return this.numbers.read(name).value || (name === "fee" ? "0" : "");
    return name === "note" ? value : value.trim();
  }

  finish(trade, text) {
    this.dialog.close();
    showToast(text);
    this.saved(trade);
  }

  async refuse(error) {
    if (error.status === 412) return this.showNewer();
    const { wrong, others } = showErrors(this.form, error.fields);
    const isOfFields = wrong.length && !others.length;
    this.tell(isOfFields ? "" : others.join(" ") || this.explain(error));
    return (wrong[0] ?? element("trade-save")).focus();
  }

  explain({ status, message }) {
    if (status === 0) return `${message} Nothing is lost: send it again, it is booked once.`;
    if (status === 422) return "This form was booked before, with what it said then. Close it and look at the newest trades.";
    if (status === 404) return "This trade was deleted meanwhile.";
    return message;
  }

  tell(...children) {
    tell(element("trade-trouble"), ...children);
  }

  /** Somebody else saved another version: say what it says, keep what was typed, and let the person choose. */
  async showNewer() {
    const { data, response } = await call("GET", `/api/trades/${this.trade.id}/`);
    const theirs = FIELDS.filter((name) => (data[name] ?? "") !== (this.trade[name] ?? ""));
    const list = theirs.map((name) => `${name} ${this.text(name, data[name] ?? "") || "empty"}`).join(", ");
    const typed = Object.entries(this.read()).filter(([name, value]) => value !== this.given[name]);
    [this.trade, this.etag] = [data, response.headers.get("ETag")];
    this.fill(data);
    for (const [name, value] of typed) this.form.elements[name].value = value;
    this.showValue();
    const take = el("button", { type: "button", onclick: () => this.takeTheirs() }, "Take theirs");
    this.tell(el("span", {}, `This trade was changed since you opened it. Now: ${list}. Save replaces it with what you typed.`), take);
    element("trade-save").focus();
  }

  takeTheirs() {
    this.fill(this.trade);
    this.tell();
    this.form.elements.quantity.focus();
  }
}
