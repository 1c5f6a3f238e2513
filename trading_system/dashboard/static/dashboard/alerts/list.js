// The rows of the panel. Tab reaches one of them, arrows lead to the others, and a row keeps its place and its focus
// whatever arrives above it.

import { element } from "../lib/dom.js";
import { listKey } from "../lib/keys.js";
import { alertRow, renew, showFresh } from "./row.js";

const BUTTONS = "button";

export class AlertList {
  /** `acts` are `acknowledge(alert)`, `menu(alert, button)` and `see(alert, isInView)`. */
  constructor(acts) {
    this.acts = acts;
    this.list = element("alerts-list");
    this.shown = new Map(); // id → alert
    this.observer = new IntersectionObserver((entries) => this.see(entries), { root: element("alerts-scroll") });
    this.list.addEventListener("click", (event) => this.click(event));
    this.list.addEventListener("keydown", (event) => this.press(event));
    this.list.addEventListener("focusin", ({ target }) => this.aim(target.closest("li")));
    listKey("k", "Acknowledge the alert of a row, or take it back");
    listKey("s", "Snooze it, and what else can be done with it");
  }

  /** These alerts, in this order. */
  draw(alerts) {
    this.shown = new Map(alerts.map((alert) => [alert.id, alert]));
    const rows = alerts.map((alert) => element(`alert-${alert.id}`) ?? this.begin(alert));
    rows.forEach((row, i) => this.list.children[i] === row || this.list.insertBefore(row, this.list.children[i] ?? null));
    while (this.list.children.length > rows.length) {
      this.observer.unobserve(this.list.lastChild);
      this.list.lastChild.remove();
    }
    for (const alert of alerts) showFresh(element(`alert-${alert.id}`), alert);
    if (!this.list.contains(document.activeElement)) this.aim(this.list.firstElementChild);
  }

  begin(alert) {
    const row = alertRow(alert);
    this.observer.observe(row);
    return row;
  }

  /** Something of it is not as it was. */
  renew(alert) {
    const row = element(`alert-${alert.id}`);
    if (row) renew(row, alert);
  }

  /** Move the focus to an alert's row. */
  go(alert) {
    element(`alert-${alert.id}`).focus();
  }

  see(entries) {
    for (const { target, isIntersecting } of entries) {
      const alert = this.shown.get(target.dataset.id);
      if (alert) this.acts.see(alert, isIntersecting);
    }
  }

  aim(row) {
    for (const [one, index] of [[this.current, -1], [row, 0]]) {
      for (const stop of one ? [one, ...one.querySelectorAll(BUTTONS)] : []) stop.tabIndex = index;
    }
    this.current = row;
  }

  click({ target }) {
    const [row, button] = [target.closest("li"), target.closest(BUTTONS)];
    if (button?.matches(".acknowledge")) this.acts.acknowledge(this.of(row));
    else if (button?.matches(".open-menu")) this.acts.menu(this.of(row), button);
    else if (row && !button) row.focus({ preventScroll: true });
  }

  press(event) {
    const row = event.target.closest("li");
    const act = { k: () => this.acts.acknowledge(this.of(row)), s: () => this.acts.menu(this.of(row), row.querySelector(".open-menu")) }[event.key];
    const rows = [...this.list.children];
    const to = { ArrowUp: rows.indexOf(row) - 1, ArrowDown: rows.indexOf(row) + 1, Home: 0, End: rows.length - 1 }[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey || !(act || rows[to])) return;
    event.preventDefault();
    if (act) act();
    else rows[to].focus();
  }

  of(row) {
    return this.shown.get(row.dataset.id);
  }
}
