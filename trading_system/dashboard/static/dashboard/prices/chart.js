// The chosen ticker: its live prices, or candles of its market or of the user's own trades.

import { age } from "../lib/elapsed.js";
import { element } from "../lib/dom.js";
import { quoted } from "../lib/format.js";
import { arrows } from "../lib/keys.js";
import { CandleView } from "./candles.js";
import { makeChart, styleChart } from "./canvas.js";
import { LiveView } from "./live.js";
import { showMove } from "./move.js";
import { Own } from "./own.js";

export class Chart {
  /** `alertsOf(ticker)` are the alerts that are known of a ticker. */
  constructor(market, alertsOf) {
    this.market = market;
    const container = element("chart-canvas");
    this.chart = makeChart(container);
    this.own = new Own(() => this.remark());
    this.views = { live: new LiveView(this.chart, market, alertsOf, this.own), candles: new CandleView(this.chart, alertsOf, this.own) };
    this.name = "live";
    this.listen();
  }

  listen() {
    const buttons = [...element("chart-views").children];
    for (const button of buttons) button.addEventListener("click", () => this.show(button.dataset.view));
    arrows(element("chart-views"), () => buttons, { act: (button) => button.click(), back: "ArrowLeft", on: "ArrowRight" });
    document.addEventListener("tickerchoice", ({ detail }) => this.choose(detail));
    document.addEventListener("themechange", () => this.restyle());
    document.addEventListener("accountchange", () => this.show(this.name));
    document.addEventListener("alertschange", () => this.remark());
    element("chart-own").addEventListener("click", () => this.toggleOwn());
    const scale = this.chart.timeScale();
    scale.subscribeVisibleLogicalRangeChange(() => this.space(scale.options().barSpacing));
  }

  get view() {
    return this.views[this.name === "live" ? "live" : "candles"];
  }

  choose(ticker) {
    this.ticker = ticker;
    this.own.choose(ticker);
    element("chart-ticker").textContent = ticker;
    // What the feed does not know has candles at most.
    const isAnswered = this.market.quotes.size || !document.body.dataset.feed;
    if (this.name === "live" && isAnswered && !this.market.quotes.has(ticker)) this.show("1h");
    else this.show(this.name);
  }

  show(name) {
    this.view.leave();
    this.name = name;
    for (const button of element("chart-views").children) {
      button.setAttribute("aria-checked", String(button.dataset.view === name));
      button.tabIndex = button.dataset.view === name ? 0 : -1;
    }
    element("chart-own").hidden = name === "live";
    this.head();
    if (!this.ticker) return;
    element("chart-empty").hidden = true;
    this.view.enter(this.ticker, name);
  }

  toggleOwn() {
    const isOwn = element("chart-own").ariaPressed !== "true";
    element("chart-own").ariaPressed = String(isOwn);
    this.views.candles.wanted = isOwn ? "own" : "market";
    this.show(this.name);
  }

  /** Alerts or the book have changed. */
  remark() {
    if (!this.ticker) return;
    this.view.mark();
    this.view.describe();
  }

  /** Where bars come closer, there is room for fewer labels. */
  space(barSpacing) {
    if (barSpacing === this.barSpacing || !this.ticker) return;
    this.barSpacing = barSpacing;
    this.view.mark();
  }

  restyle() {
    styleChart(this.chart);
    this.show(this.name);
  }

  /** Draw what changed since the last frame. */
  draw(changed) {
    const quote = this.market.quotes.get(this.ticker);
    if (!quote || !changed.has(quote)) return;
    this.head();
    this.view.draw(quote);
  }

  /** The feed's price or, dimmed, the last one of the market. */
  head() {
    const quote = this.market.quotes.get(this.ticker);
    const newest = this.market.newest(this.ticker);
    const price = element("chart-price");
    price.textContent = newest ? quoted(newest.price, newest.decimals) : "";
    price.style.setProperty("--length", price.textContent.length); // a long one is written smaller
    price.classList.toggle("note", !quote);
    price.title = quote || !newest ? "" : `The market's last price, ${age(Date.now() - newest.time)}`;
    element("chart-change").hidden = !quote;
    if (quote) showMove(element("chart-change"), quote.change(), " in 1 min");
  }
}
