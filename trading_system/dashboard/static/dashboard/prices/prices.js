// The watchlist. Rows are drawn once a frame, and only those that can be seen; the others follow once a second.

import { colour } from "../lib/colours.js";
import { el, element, put } from "../lib/dom.js";
import { amount, percent } from "../lib/format.js";
import { arrows } from "../lib/keys.js";
import { MAX_TICKERS } from "./market.js";

const WIDTH = 72; // of a sparkline, in CSS pixels
const HEIGHT = 24;
const still = matchMedia("(prefers-reduced-motion: reduce)");

/** Sign, arrow and colour say the same. */
export function showMove(target, moved, after = "") {
  const text = `${moved < 0 ? "▼ " : moved > 0 ? "▲ " : ""}${percent(moved)}${after}`;
  if (!put(target, text)) return;
  target.classList.toggle("rise", moved > 0);
  target.classList.toggle("fall", moved < 0);
}

export class Prices {
  constructor(market) {
    this.market = market;
    this.rows = new Map();
    this.tinted = [];
    this.seen = new Set();
    this.observer = new IntersectionObserver((entries) => this.see(entries), { root: element("prices-scroll") });
    arrows(element("prices-rows"), () => [...element("prices-rows").querySelectorAll(".ticker")], { act: (button) => button.click() });
    document.addEventListener("themechange", () => this.sweep());
    document.addEventListener("tickerchoice", ({ detail }) => this.choose(detail));
    setInterval(() => document.hidden || this.sweep(), 1000);
  }

  see(entries) {
    for (const { target, isIntersecting } of entries) {
      const ticker = target.dataset.ticker;
      this.seen[isIntersecting ? "add" : "delete"](ticker);
      if (isIntersecting) this.refresh(this.market.quotes.get(ticker));
    }
  }

  /** Draw the quotes that changed since the last frame. */
  draw(changed) {
    this.fade();
    for (const quote of changed) {
      const row = this.rows.get(quote.ticker) ?? this.add(quote);
      if (!this.seen.has(quote.ticker)) continue;
      if (this.write(quote, row) && !still.matches) {
        row.price.classList.add(quote.direction > 0 ? "rose" : "fell");
        this.tinted.push(row.price);
      }
    }
    if (this.tinted.length) requestAnimationFrame(() => this.fade()); // also where nothing more comes
  }

  fade() {
    for (const cell of this.tinted) cell.classList.remove("rose", "fell");
    this.tinted = [];
  }

  add(quote) {
    const button = el("button", { type: "button", class: "ticker", tabindex: this.rows.size ? "-1" : "0", title: quote.ticker }, quote.ticker);
    const price = el("td", { class: "number price aging" });
    const change = el("td", { class: "number aging change" });
    const canvas = el("canvas", { "aria-hidden": "true" });
    const row = el("tr", { "data-ticker": quote.ticker }, el("th", { scope: "row" }, button), price, change, el("td", { class: "spark" }, canvas));
    const found = { row, button, price, change, canvas };
    this.rows.set(quote.ticker, found);
    const after = [...this.rows.keys()].filter((other) => other > quote.ticker).sort()[0];
    element("prices-rows").insertBefore(row, after ? this.rows.get(after).row : null);
    element("prices-empty").hidden = true;
    this.observer.observe(row);
    this.refresh(quote);
    if (quote.ticker === document.body.dataset.ticker) this.choose(quote.ticker);
    return found;
  }

  /** Whether the price is another one than before. */
  write(quote, { price, change }) {
    showMove(change, quote.change());
    return put(price, amount(quote.price));
  }

  refresh(quote) {
    const row = this.rows.get(quote.ticker);
    this.write(quote, row);
    this.line(quote, row.canvas);
  }

  sweep() {
    for (const [ticker, quote] of this.market.quotes) {
      if (this.seen.has(ticker)) this.refresh(quote);
      else if (this.rows.has(ticker)) this.write(quote, this.rows.get(ticker));
    }
    const beyond = this.market.beyond.size;
    element("prices-note").textContent = beyond ? `${beyond === MAX_TICKERS ? "many" : beyond} more are not shown: ${MAX_TICKERS} are the most` : "";
  }

  line(quote, canvas) {
    const scale = devicePixelRatio;
    if (canvas.width !== WIDTH * scale) [canvas.width, canvas.height] = [WIDTH * scale, HEIGHT * scale];
    const context = canvas.getContext("2d");
    const [first, end] = quote.minute();
    const points = [];
    for (let number = first; number < end; number++) points.push([quote.seconds[number % quote.seconds.length], quote.values[number % quote.values.length]]);
    const values = points.map(([, value]) => value);
    const [low, high, newest] = [Math.min(...values), Math.max(...values), points.at(-1)[0]];
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, WIDTH, HEIGHT);
    context.beginPath();
    for (const [second, value] of points) {
      const share = high > low ? (value - low) / (high - low) : 0.5;
      context.lineTo(WIDTH - 2 - ((newest - second) / 60) * (WIDTH - 4), HEIGHT - 3 - share * (HEIGHT - 6));
    }
    context.strokeStyle = colour(values.at(-1) < values[0] ? "--fall" : "--rise");
    context.lineWidth = 1.25;
    context.stroke();
  }

  choose(ticker) {
    for (const [name, { row, button }] of this.rows) {
      row.toggleAttribute("aria-current", false);
      if (name === ticker) row.setAttribute("aria-current", "true");
      button.tabIndex = name === ticker || (!this.rows.has(ticker) && row === row.parentNode.firstChild) ? 0 : -1;
    }
  }
}
