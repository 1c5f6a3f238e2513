// The chosen ticker: its live prices, or the candles of its recorded trades.

import { element } from "../lib/dom.js";
import { amount } from "../lib/format.js";
import { arrows } from "../lib/keys.js";
import { CandleView } from "./candles.js";
import { makeChart, styleChart } from "./canvas.js";
import { LiveView } from "./live.js";
import { showMove } from "./move.js";

export class Chart {
  /** `alertsOf(ticker)` are the alerts that are known of a ticker. */
  constructor(market, alertsOf) {
    this.market = market;
    const container = element("chart-canvas");
    this.chart = makeChart(container);
    this.views = { live: new LiveView(this.chart, market, alertsOf), candles: new CandleView(this.chart, alertsOf) };
    this.name = "live";
    const buttons = [...element("chart-views").children];
    for (const button of buttons) button.addEventListener("click", () => this.show(button.dataset.view));
    arrows(element("chart-views"), () => buttons, { act: (button) => button.click(), back: "ArrowLeft", on: "ArrowRight" });
    document.addEventListener("tickerchoice", ({ detail }) => this.choose(detail));
    document.addEventListener("themechange", () => this.restyle());
    document.addEventListener("accountchange", () => this.show(this.name));
    document.addEventListener("alertschange", () => this.view.mark());
  }

  get view() {
    return this.views[this.name === "live" ? "live" : "candles"];
  }

  choose(ticker) {
    this.ticker = ticker;
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
    this.head();
    if (!this.ticker) return;
    element("chart-empty").hidden = true;
    this.view.enter(this.ticker, name);
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

  head() {
    const quote = this.market.quotes.get(this.ticker);
    const price = element("chart-price");
    price.textContent = quote ? amount(quote.price) : "";
    price.style.setProperty("--length", price.textContent.length); // a long one is written smaller
    element("chart-change").hidden = !quote;
    if (quote) showMove(element("chart-change"), quote.change(), " in 1 min");
  }
}
