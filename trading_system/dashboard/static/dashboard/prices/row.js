// A row of the watchlist: a ticker, its price, its moves within a minute and today, and the line of its last minute.
// A price that no feed tells is dimmed, with its age in the place of the last minute's move.

import { age } from "../lib/elapsed.js";
import { el, put } from "../lib/dom.js";
import { quoted } from "../lib/format.js";
import { baseOf, percentFrom, wordsOf } from "./day.js";
import { showMove } from "./move.js";
import { drawLine } from "./sparkline.js";

const NONE = "–";

export class Row {
  constructor(ticker) {
    this.ticker = ticker;
    this.values = { ticker }; // by which columns sort; of numbers, those for the eye
    this.button = el("button", { type: "button", class: "ticker", tabindex: "-1", title: ticker }, ticker);
    this.mark = el("abbr", { class: "extended", title: "Traded outside the regular hours of its exchange", hidden: true }, "ext");
    this.price = el("td", { class: "number price aging" });
    this.change = el("td", { class: "number change aging" });
    this.day = el("td", { class: "number day aging" });
    this.canvas = el("canvas", { "aria-hidden": "true" });
    this.menu = el("button", { type: "button", class: "icon", tabindex: "-1", "aria-haspopup": "menu", "aria-label": `Actions: ${ticker}` }, "⋯");
    this.line = el(
      "tr",
      { "data-ticker": ticker },
      el("th", { scope: "row" }, el("div", {}, this.button, this.mark)),
      this.price,
      this.change,
      this.day,
      el("td", { class: "spark" }, this.canvas),
      el("td", { class: "menu" }, this.menu),
    );
  }

  /** Whether the price is another one than before. `newest` is of the feed or of the ledger, `last` of the ledger. */
  write(newest, last, now, midnight) {
    this.line.classList.toggle("old", !newest?.isLive);
    this.mark.hidden = !newest?.isExtended;
    this.values.price = newest?.value;
    this.values.change = newest?.isLive ? newest.change() : undefined;
    if (newest?.isLive) showMove(this.change, this.values.change);
    else if (put(this.change, newest ? age(now - newest.time) : "")) this.change.classList.remove("rise", "fall");
    this.writeDay(newest, newest && baseOf(newest, last, midnight));
    return put(this.price, newest ? quoted(newest.price, newest.decimals) : NONE);
  }

  /** Exact, and so computed only where the price or what it is compared with is another one. */
  writeDay(newest, base) {
    if (this.written && this.base === base && this.priced === newest?.price) return;
    [this.written, this.base, this.priced] = [true, base, newest?.price];
    this.values.day = base && percentFrom(base.price, newest.price);
    if (base) showMove(this.day, this.values.day);
    else if (put(this.day, NONE)) this.day.classList.remove("rise", "fall");
    this.day.title = wordsOf(base);
  }

  /** Draw its last minute, if a feed tells it. */
  draw(newest) {
    if (newest?.isLive) drawLine(newest, this.canvas);
  }

  /** Only one row of a list can be reached by Tab; arrows lead to the others. */
  choose(isChosen, isReached) {
    if (isChosen) this.line.setAttribute("aria-current", "true");
    else this.line.removeAttribute("aria-current");
    this.button.tabIndex = isReached ? 0 : -1;
  }
}
