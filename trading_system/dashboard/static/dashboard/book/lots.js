// The lots of a ticker: those that are held, or those that were disposed of, oldest first, a page at a time.

import { ofAccount } from "../lib/account.js";
import { ApiError, call } from "../lib/api.js";
import { Decimal } from "../lib/decimal.js";
import { el, element, tell } from "../lib/dom.js";
import { amount, moment, zone } from "../lib/format.js";
import { gain, money, price } from "../lib/currency.js";

const PAGE = 100; // lots that are asked for at once
const DECIMALS = 8; // of a price that was computed; its tooltip has all of them
const time = (iso) => (iso === null ? "–" : moment(iso)); // at average cost no single trade opened a lot
const sum = (text, { currency }) => money(Decimal.parse(text), currency);
const profit = (text, { currency }) => gain(Decimal.parse(text), currency);

const ACQUIRED = ["acquired_at", "Acquired", time];
const QUANTITY = ["quantity", "Quantity", (text) => amount(text, { least: 0 })];
const COSTS = [["basis", "Basis", sum], ["fees", "Fees", sum]];
const COLUMNS = {
  open: [ACQUIRED, QUANTITY, ["price", "Price", (text, { currency }) => price(text, currency, DECIMALS)], ...COSTS],
  closed: [
    ACQUIRED,
    ["disposed_at", "Disposed of", time],
    ["days_held", "Days", (days) => (days === null ? "–" : String(days))],
    QUANTITY,
    ["proceeds", "Proceeds", sum],
    ...COSTS,
    ["profit", "Profit", profit],
    ["profit_after_fees", "After fees", profit],
  ],
};
const TIMES = new Set(["acquired_at", "disposed_at"]);

export class Lots {
  constructor() {
    this.dialog = element("lots");
    this.state = element("lots-state");
    this.state.addEventListener("change", () => this.begin());
    element("lots-more").addEventListener("click", () => this.more());
    this.dialog.querySelector("[data-close]").addEventListener("click", () => this.dialog.close());
  }

  /** Of a position, those of a state: "open" or "closed". */
  open({ ticker }, state) {
    this.ticker = ticker;
    this.state.value = state;
    element("lots-title").textContent = `Lots: ${ticker}`;
    this.dialog.showModal();
    return this.begin();
  }

  begin() {
    const [state, method] = [this.state.value, element("positions-method").value];
    const query = { state, ticker: this.ticker, method, tz: zone(), page_size: PAGE, ...ofAccount() };
    this.asked = { state, address: "/api/lots/", query };
    element("lots-head").replaceChildren(...head(state));
    element("lots-rows").replaceChildren();
    element("lots-none").hidden = true;
    return this.more();
  }

  async more() {
    const { asked } = this;
    try {
      const { data } = await call("GET", asked.address, { query: asked.query });
      if (asked !== this.asked) return;
      this.asked = { state: asked.state, address: data.next };
      element("lots-rows").append(...data.results.map((lot) => row(lot, asked.state)));
      this.tell("");
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (asked === this.asked) this.tell(error.message);
    }
  }

  tell(problem) {
    tell(element("lots-trouble"), problem);
    const isEmpty = !element("lots-rows").children.length;
    element("lots-table").hidden = isEmpty;
    element("lots-none").hidden = !isEmpty || Boolean(problem);
    element("lots-more").hidden = !this.asked.address;
    element("lots-more").textContent = problem ? "Try again" : "Show more";
  }
}

const head = (state) => [
  ...COLUMNS[state].map(([name, label]) => el("th", { scope: "col", class: TIMES.has(name) ? null : "number" }, label)),
  el("th", { scope: "col" }, "Currency"),
];

function row(lot, state) {
  const cells = COLUMNS[state].map(([name, , text]) => {
    const exact = lot[name] === null ? null : String(lot[name]);
    return el("td", { class: TIMES.has(name) ? "time" : "number", title: exact }, text(lot[name], lot));
  });
  return el("tr", {}, ...cells, el("td", { class: "currency" }, lot.currency));
}
