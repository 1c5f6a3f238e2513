// The book of trades: filtered, scrolled, added to, edited, put right. What is being read stays where it is.

import { element } from "../lib/dom.js";
import { key, listKey } from "../lib/keys.js";
import { Poll } from "../lib/poll.js";
import { RowMenu } from "../lib/row-menu.js";
import { startToasts } from "../lib/toast.js";
import { Actions, ledgerChanges } from "./actions.js";
import { Arrivals } from "./arrivals.js";
import { Filters } from "./filters.js";
import { History } from "./history.js";
import { Import } from "./import/dialog.js";
import { PAGE, Pages, TooManyNew } from "./pages.js";
import { Table } from "./table.js";
import { TradeForm } from "./trade-form.js";

const REFRESH = 5; // seconds between two looks at what others have added

class Book {
  /** `changes` are the splits and renames, which a trade's menu leads to. */
  constructor(changes) {
    this.filters = new Filters(() => this.restart());
    this.form = new TradeForm(ledgerChanges);
    this.actions = new Actions(this.form, {
      removed: (trade) => this.removed(trade),
      restored: (number) => (this.table.wanted = number),
    });
    const history = new History();
    const acts = {
      edit: (trade) => this.actions.edit(trade),
      remove: (trade) => this.actions.remove(trade),
      history: (trade) => history.open(trade),
    };
    const menu = new RowMenu("row-menu", "book-scroll", { ...acts, changes: ({ ticker }) => changes.open(ticker) });
    this.table = new Table({ ...acts, menu: (trade, button) => menu.open(trade, button) }, () => this.move());
    this.import = new Import(ledgerChanges);
    this.listen();
    this.isDue = true; // that it is asked for from its beginning
    this.poll = new Poll(() => this.look(), REFRESH, element("book-trouble"));
  }

  listen() {
    for (const id of ["book-add", "book-first"]) element(id).addEventListener("click", () => this.form.add());
    for (const id of ["book-import", "book-file"]) element(id).addEventListener("click", () => this.import.open());
    element("book-sample").addEventListener("click", (event) => this.actions.addSample(event));
    element("book-new").addEventListener("click", () => this.restart({ focus: true }));
    document.addEventListener("newtrade", () => this.form.add());
    document.addEventListener("ledgerchange", () => this.refresh());
    document.addEventListener("accountchange", () => this.changeAccount());
    document.addEventListener("visibilitychange", () => document.hidden || this.poll.now());
    key("n", "New trade", () => this.form.add());
    key("i", "Import a file", () => this.import.open());
    listKey("Enter", "Edit the trade of a row");
    listKey("Delete", "Delete it, or hide a price; u undoes that");
  }

  changeAccount() {
    this.filters.show();
    this.restart();
  }

  restart({ focus = false } = {}) {
    this.isDue = true;
    this.focus = focus;
    element("book-table").setAttribute("aria-busy", "true");
    this.poll.now();
  }

  refresh() {
    this.isStale = true;
    this.lookedAt = 0;
    this.poll.now();
  }

  /** Other rows are in view. */
  move() {
    if (this.pages && this.missing() && !this.poll.failures) this.poll.now();
    this.see();
  }

  async look() {
    if (document.hidden && this.pages) return;
    if (this.isDue) await this.begin();
    if (!this.pages) return;
    if (this.isStale) await this.renew();
    await this.fill();
    if (performance.now() - this.lookedAt > REFRESH * 900) await this.lookForNew();
  }

  async begin() {
    this.isDue = this.isStale = false;
    const { query } = this.filters;
    const pages = new Pages(query);
    const arrivals = new Arrivals(query, pages);
    try {
      await arrivals.begin();
      await pages.fetch(pages.pages[0]);
    } catch (error) {
      if (error.status !== 400) this.isDue = true;
      if (error.status !== 400) throw error;
      if (!this.isDue) this.refuse(error); // unless something else is wanted meanwhile
      return;
    }
    if (this.isDue) return; // it was filtered anew meanwhile
    this.pages = pages;
    this.arrivals = arrivals;
    this.lookedAt = performance.now();
    this.table.show(pages);
    this.show();
    if (this.focus) this.table.go(0);
    this.focus = false;
    this.see();
  }

  refuse(error) {
    this.pages = undefined;
    this.filters.refuse(error);
    for (const id of ["book-table", "book-empty", "book-none", "book-limit", "book-skeleton", "book-new"]) element(id).hidden = true;
  }

  show() {
    const isEmpty = this.pages.count === 0;
    element("book-table").hidden = isEmpty;
    element("book-table").removeAttribute("aria-busy");
    element("book-skeleton").hidden = true;
    element("book-empty").hidden = !isEmpty || !this.filters.isEmpty;
    element("book-none").hidden = !isEmpty || this.filters.isEmpty;
    element("book-limit").hidden = !this.table.isFull;
    element("book-new").hidden = !this.arrivals.count;
    if (this.arrivals.count) element("book-new").textContent = this.arrivals.text;
  }

  /** The next page to load for the rows in view and a page around them: a page, "next" beyond the known ones, or undefined. */
  missing() {
    const [first, end] = this.table.view();
    const far = end + PAGE;
    const page = this.pages.between(first - PAGE, far).find(({ rows }) => !rows);
    return page ?? (far > this.pages.count && this.pages.next && !this.table.isFull ? "next" : undefined);
  }

  async fill() {
    for (let page = this.missing(); page && !this.isDue; page = this.missing()) {
      await this.change(() => (page === "next" ? this.pages.extend() : this.pages.fetch(page)));
      this.pages.forget(...this.table.view());
    }
  }

  /** What is in view, and the newest if they are in view, as they are in the ledger now. */
  async renew() {
    this.isStale = false;
    const inView = this.pages.between(...this.table.view());
    if (!inView.length) return this.begin();
    for (const page of this.pages.pages) if (!inView.includes(page)) page.rows = null;
    for (const page of inView) await this.change(() => this.pages.fetch(page));
    return this.pages.count === 0 ? this.begin() : undefined;
  }

  async change(work) {
    try {
      await this.table.keepingPlace(work);
      this.show();
      this.see();
    } catch (error) {
      if (!(error instanceof TooManyNew)) throw error;
      await this.begin();
    }
  }

  async lookForNew() {
    const { isOver, isChanged } = await this.arrivals.look();
    this.lookedAt = performance.now();
    if (this.isDue) return;
    if (isOver) return this.begin();
    if (isChanged) await this.renew();
    if (this.arrivals.count && this.pages.count === 0) await this.begin();
    else this.see();
  }

  see() {
    if (!this.pages || !this.arrivals) return;
    const [first, end] = this.table.view();
    this.arrivals.see(this.pages.rows(first, end).map(([, trade]) => trade).filter(Boolean));
    this.show();
  }

  /** Take a deleted trade out of the table; its row number. */
  removed({ id }) {
    const [number] = this.pages.find(id);
    this.pages.remove(id);
    this.arrivals.forget(id);
    this.table.go(number);
    return number;
  }
}

export function startBook(changes) {
  startToasts();
  return new Book(changes);
}
