// Columns that sort: a first click or key press sorts, a second turns it round, and a third returns to one's own order.
// Numbers begin with the largest, as one looks for what moves most; rows without a number come last either way.

import { element } from "../lib/dom.js";

const FIRST = { ticker: 1, price: -1, change: -1, day: -1 }; // 1 ascending, -1 descending

export class Sorting {
  /** `changed()` is called when another order was asked for. */
  constructor(changed) {
    this.changed = changed;
    this.buttons = [...element("prices-head").querySelectorAll("button")];
    for (const button of this.buttons) {
      button.addEventListener("click", () => this.turn(button.dataset.column));
    }
  }

  get isOn() {
    return this.column !== undefined;
  }

  turn(column) {
    if (this.column !== column) [this.column, this.direction] = [column, FIRST[column]];
    else if (this.direction === FIRST[column]) this.direction = -this.direction;
    else this.column = undefined;
    this.tell();
  }

  /** Return to one's own order. */
  end() {
    this.column = undefined;
    this.tell();
  }

  tell() {
    for (const button of this.buttons) {
      const head = button.closest("th");
      if (button.dataset.column === this.column) head.setAttribute("aria-sort", this.direction > 0 ? "ascending" : "descending");
      else head.removeAttribute("aria-sort");
    }
    this.changed();
  }

  /** Rows in the order that was asked for; their own one where they are alike. */
  sorted(rows) {
    if (!this.isOn) return rows;
    const { column, direction } = this;
    return rows.toSorted(({ values: { [column]: a } }, { values: { [column]: b } }) => {
      if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
      return direction * (Number(a > b) - Number(a < b));
    });
  }
}
