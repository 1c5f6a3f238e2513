// The rows of the book on the screen. Only those in view are elements, and a few around them; the others are empty space
// of their height, which all rows share. So a book of any length scrolls like a short one. Columns are as wide as what
// was in them since the book was shown: they would move under the eye if they followed the rows in view.

import { el, element } from "../lib/dom.js";
import { tradeRow } from "./row.js";

const AROUND = 10; // rows above and below those in view
const MAX_HEIGHT = 30_000_000; // pixels; browsers draw no taller element than about 33 million

export class Table {
  /** `acts` are `edit(trade)`, `remove(trade)` and `menu(trade, button)`; `moved()` is called when other rows are in view. */
  constructor(acts, moved) {
    [this.acts, this.moved] = [acts, moved];
    [this.scroller, this.table, this.body] = ["book-scroll", "book-table", "book-rows"].map(element);
    [this.above, this.below] = [space(), space()];
    this.body.append(this.above, this.below);
    this.heads = [...this.table.tHead.rows[0].cells].filter((head) => !head.matches(".words"));
    this.shown = new Map(); // key of a version → its row
    this.current = 0; // number of the row that Tab reaches
    this.wanted = null; // number of the row that gets the focus once it is there
    this.scroller.addEventListener("scroll", () => this.drawSoon(), { passive: true });
    new ResizeObserver(() => this.drawSoon()).observe(this.scroller);
    this.scroller.addEventListener("keydown", (event) => this.press(event));
    this.scroller.addEventListener("focusin", ({ target }) => this.enter(target));
    this.body.addEventListener("click", (event) => this.click(event));
    this.body.addEventListener("dblclick", ({ target }) => target.closest("button") || this.act("edit", target));
  }

  show(pages) {
    this.pages = pages;
    this.current = 0;
    this.scroller.scrollTop = 0;
    this.draw();
    this.letWidths();
  }

  letWidths() {
    for (const head of this.heads) head.style.minWidth = "";
  }

  get height() {
    return parseFloat(getComputedStyle(this.above).getPropertyValue("--row")) * parseFloat(getComputedStyle(document.documentElement).fontSize);
  }

  get isAtTop() {
    return this.scroller.scrollTop < this.height;
  }

  get isFull() {
    return this.pages?.count * this.height > MAX_HEIGHT;
  }

  /** The numbers of the rows in view, as [first, end). */
  view() {
    const { height } = this;
    const head = this.table.tHead.offsetHeight;
    const first = Math.floor(this.scroller.scrollTop / height);
    return [first, Math.min(this.pages.count, first + Math.ceil((this.scroller.clientHeight - head) / height) + 1)];
  }

  drawSoon() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      if (!this.pages) return;
      this.draw();
      this.moved();
    });
  }

  draw() {
    this.keepWidths();
    const { count } = this.pages;
    const [first, end] = this.view();
    const from = Math.max(0, Math.min(first, count) - AROUND);
    const to = Math.min(count, end + AROUND);
    const drawn = this.pages.rows(from, to).map(([number, trade]) => this.line(number, trade));
    this.leave(drawn);
    this.replace(drawn.map(([, line]) => line));
    this.shown = new Map(drawn);
    this.above.style.height = `${from * this.height}px`;
    this.below.style.height = `${(count - to) * this.height}px`;
    this.table.setAttribute("aria-rowcount", this.pages.next ? -1 : count + 1);
    this.aim();
    this.fulfil();
  }

  /** Of the rows that are about to go, if they can be seen. */
  /** On a narrow page, rows are no columns. */
  keepWidths() {
    if (!this.table.offsetWidth) return;
    if (getComputedStyle(this.heads[0]).display !== "table-cell") return this.letWidths();
    const widths = this.heads.map((head) => head.offsetWidth);
    this.heads.forEach((head, i) => (head.style.minWidth = `${widths[i]}px`));
  }

  line(number, trade) {
    const name = trade ? `${trade.id} ${trade.updated_at}` : `pending ${number}`;
    const line = this.shown.get(name) ?? (trade ? tradeRow(trade) : el("tr", { class: "pending", "aria-hidden": "true" }, el("td")));
    line.number = number;
    line.ariaRowIndex = number + 2;
    return [name, line];
  }

  replace(lines) {
    const kept = new Set(lines);
    for (const line of [...this.body.children].slice(1, -1)) if (!kept.has(line)) line.remove();
    lines.forEach((line, i) => this.body.children[i + 1] === line || this.body.insertBefore(line, this.body.children[i + 1]));
  }

  /** A row with the focus that goes leaves it here, where the arrows go on from the same place. */
  leave(drawn) {
    const focused = document.activeElement?.closest?.("#book-rows > tr");
    if (focused && !drawn.some(([, line]) => line === focused)) this.scroller.focus({ preventScroll: true });
  }

  /** Tab reaches the current row and what is in it, and no other; the first in view if that one is not there. */
  aim() {
    const lines = [...this.body.querySelectorAll("tr[data-id]")];
    const current = lines.find(({ number }) => number === this.current) ?? lines.find(({ number }) => number >= this.view()[0]);
    for (const line of lines) {
      for (const stop of [line, ...line.querySelectorAll("button")]) stop.tabIndex = line === current ? 0 : -1;
    }
  }

  enter(target) {
    const line = target.closest("tr[data-id]");
    if (!line) return;
    this.current = line.number;
    this.aim();
  }

  press(event) {
    const many = Math.max(1, this.view()[1] - this.view()[0] - 2);
    const to = { ArrowUp: this.current - 1, ArrowDown: this.current + 1, PageUp: this.current - many, PageDown: this.current + many, Home: 0, End: this.pages.count - 1 }[event.key];
    const act = event.target.matches("tr") && { Enter: "edit", Delete: "remove" }[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey || (to === undefined && !act)) return;
    event.preventDefault();
    if (act) this.act(act, event.target);
    else this.go(to);
  }

  /** Move the focus to the row with this number, or as far as there are rows. */
  go(number) {
    if (!this.pages?.count) return;
    this.current = this.wanted = Math.max(0, Math.min(number, this.pages.count - 1));
    const { height, scroller } = this;
    const room = scroller.clientHeight - this.table.tHead.offsetHeight;
    const top = this.current * height;
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    else if (top + height > scroller.scrollTop + room) scroller.scrollTop = top + height - room;
    this.draw();
    this.moved();
  }

  fulfil() {
    if (this.wanted === null) return;
    const line = [...this.body.querySelectorAll("tr[data-id]")].find(({ number }) => number === this.wanted);
    if (!line) return;
    this.wanted = null;
    line.focus({ preventScroll: true });
  }

  click({ target }) {
    const line = target.closest("tr[data-id]");
    const button = target.closest(".menu button");
    if (button) this.acts.menu(this.trade(line), button);
    else if (line && !target.closest("button")) line.focus({ preventScroll: true });
  }

  act(name, target) {
    const trade = this.trade(target.closest("tr[data-id]"));
    if (trade) this.acts[name](trade);
  }

  trade(line) {
    return line && this.pages.find(Number(line.dataset.id))[1];
  }

  /** Let `work` change the pages, and keep the rows that are being read where they are. */
  async keepingPlace(work) {
    const [first, end] = this.view();
    const anchor = this.isAtTop ? undefined : this.pages.rows(first, end).find(([, trade]) => trade);
    await work();
    const number = anchor ? this.pages.find(anchor[1].id)[0] : -1;
    if (number >= 0) this.scroller.scrollTop += (number - anchor[0]) * this.height;
    this.draw();
  }
}

const space = () => el("tr", { class: "space", "aria-hidden": "true" }, el("td"));
