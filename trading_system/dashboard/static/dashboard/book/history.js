// The history of a trade: each change, with its time, its author, and the values before and after.

import { ApiError, call } from "../lib/api.js";
import { el, element, tell } from "../lib/dom.js";
import { moment } from "../lib/format.js";
import { inWords } from "./row.js";

const QUIET = new Set(["id", "created_at", "updated_at"]);
const NUMBERS = new Set(["price", "quantity", "fee"]);
const VERBS = { update: "Changed", delete: "Deleted", restore: "Restored" };

export class History {
  constructor() {
    this.dialog = element("history");
    this.dialog.querySelector("[data-close]").addEventListener("click", () => this.dialog.close());
    element("history-older").addEventListener("click", () => this.more());
  }

  open(trade) {
    this.trade = trade;
    this.next = `/api/trades/${trade.id}/history/`;
    element("history-title").textContent = `History: ${inWords(trade)}`;
    element("history-events").replaceChildren();
    this.dialog.showModal();
    return this.more();
  }

  async more() {
    const { trade } = this;
    try {
      const { data } = await call("GET", this.next);
      if (trade !== this.trade) return;
      this.next = data.next;
      this.tell("");
      element("history-events").append(...data.results.map(event), ...(data.next ? [] : [beginning(trade, data.results.at(-1))]));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.tell(error.message);
    }
    element("history-older").hidden = !this.next;
  }

  tell(problem) {
    tell(element("history-trouble"), problem);
    element("history-older").textContent = problem ? "Try again" : "Show older";
  }
}

function event({ event: kind, at, by, before, after }) {
  const changes = before && after ? Object.keys(after).filter((name) => !QUIET.has(name) && before[name] !== after[name]) : [];
  return line(VERBS[kind] ?? kind, at, by ? `by ${by}` : "", changes.map((name) => change(name, before[name], after[name])));
}

/** Adding a trade is no event of the history: the oldest version tells of it. */
function beginning(trade, oldest) {
  const first = oldest?.before ?? trade;
  return line("Added", trade.created_at, "", [el("div", {}, inWords(first), first.note ? `, ${first.note}` : "")]);
}

function line(verb, at, by, details) {
  return el("li", {}, el("div", {}, el("strong", {}, verb), " ", el("time", { datetime: at, title: at, class: "note" }, moment(at)), " ", el("span", { class: "note" }, by)), ...details);
}

function change(name, before, after) {
  const kind = NUMBERS.has(name) ? "number" : null;
  return el("div", { class: "change" }, el("span", { class: "note" }, label(name)), " ", el("del", { class: kind }, text(name, before)), " → ", el("ins", { class: kind }, text(name, after)));
}

const label = (name) => ({ external_id: "external id", fee_currency: "fee's currency", timestamp: "time" })[name] ?? name;

const text = (name, value) => (value === null || value === "" ? "empty" : name === "timestamp" ? moment(value) : value);
