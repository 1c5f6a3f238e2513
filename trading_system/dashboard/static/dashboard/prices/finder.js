// One field finds and adds: what is typed filters the list at once, Enter goes to the first ticker that is left, or adds what was
// typed where none is.

import { element } from "../lib/dom.js";
import { key } from "../lib/keys.js";
import { tickerOf } from "./watchlist.js";

export class Finder {
  /** `typed()` is called with each character, `add(ticker)` for one to be listed; `rows()` are those that are shown. */
  constructor({ typed, add, rows }) {
    [this.typed, this.add, this.rows] = [typed, add, rows];
    this.field = element("prices-find");
    this.button = element("prices-add");
    this.field.addEventListener("input", () => typed());
    this.field.addEventListener("keydown", (event) => this.press(event));
    this.button.addEventListener("click", () => this.take());
    key("w", "Find or add a ticker", () => this.field.focus());
  }

  /** In capitals, as tickers are. */
  get text() {
    return this.field.value.trim().toUpperCase();
  }

  has(ticker) {
    return ticker.toUpperCase().includes(this.text);
  }

  /** Offer to add what was typed, unless it is listed. */
  offer(isListed) {
    const ticker = tickerOf(this.text);
    this.button.hidden = !ticker || isListed(ticker);
    this.button.textContent = `Add ${ticker}`;
  }

  press(event) {
    if (event.isComposing) return;
    const act = { Enter: () => this.enter(), ArrowDown: () => this.rows()[0]?.button.focus(), Escape: () => this.clear() }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  enter() {
    const [first] = this.rows();
    if (!this.text) return;
    if (!first) this.take();
    else this.go(first);
  }

  take() {
    const ticker = tickerOf(this.text);
    if (!ticker || !this.add(ticker)) return;
    this.clear();
    const row = this.rows().find((one) => one.ticker === ticker);
    if (row) this.go(row);
  }

  go({ button }) {
    this.clear();
    button.click();
    button.focus();
  }

  clear() {
    this.field.value = "";
    this.typed();
  }
}
