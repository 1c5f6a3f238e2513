// The tickers that are hidden, below the list, each with a button that brings it back.

import { el, element } from "../lib/dom.js";

export class Hidden {
  /** `bring(ticker)` lists it again. */
  constructor(bring) {
    this.bring = bring;
    this.box = element("prices-hidden");
    this.drawn = "";
  }

  /** What is as it was stays, so that the focus does. */
  show(tickers) {
    const names = [...tickers].sort();
    if (JSON.stringify(names) === this.drawn) return;
    this.drawn = JSON.stringify(names);
    const isFocused = this.box.contains(document.activeElement);
    this.box.hidden = !names.length;
    this.box.querySelector("summary").textContent = `${names.length} hidden`;
    this.box.querySelector("ul").replaceChildren(...names.map((ticker) => this.item(ticker)));
    if (isFocused) (this.box.hidden ? element("prices-scroll") : this.box.querySelector("summary")).focus({ preventScroll: true });
  }

  item(ticker) {
    const button = el("button", { type: "button", "aria-label": `Show ${ticker} again`, onclick: () => this.bring(ticker) }, "Show");
    return el("li", {}, el("span", { class: "ticker" }, ticker), button);
  }
}
