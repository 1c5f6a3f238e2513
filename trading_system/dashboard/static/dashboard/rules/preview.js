// What a rule would have raised in the last hour. The ledger has no ticks: a watch that asks it for work answers, within its
// ten seconds, and says how much of the hour it still knows.

import { ApiError, call } from "../lib/api.js";
import { el, element, tell } from "../lib/dom.js";
import { clock, count } from "../lib/format.js";
import { headline } from "../alerts/words.js";

const ADDRESS = "/api/alert-previews/";
const EVERY = 1000; // ms between two looks
const PATIENCE = 30_000; // ms for a watch to answer
const NOBODY = "No watch has answered within 30 seconds. One that is started with --api answers, as make run does.";

export class Preview {
  /** `refuse(error)` shows what the API says of the rule. */
  constructor(refuse) {
    this.refuse = refuse;
    [this.said, this.list, this.button] = ["rule-preview-said", "rule-preview-list", "rule-preview"].map(element);
  }

  /** Show nothing, and wait for nothing. */
  clear() {
    this.asked = undefined;
    clearTimeout(this.timer);
    this.show("");
  }

  async ask(rule) {
    this.clear();
    const asked = (this.asked = { until: Date.now() + PATIENCE });
    this.show("Asking the watch …");
    try {
      const { data } = await call("POST", ADDRESS, { body: { rule } });
      asked.address = `${ADDRESS}${data.id}/`;
      this.lookAgain(asked);
    } catch (error) {
      this.fail(asked, error);
    }
  }

  lookAgain(asked) {
    if (asked === this.asked) this.timer = setTimeout(() => this.look(asked), EVERY);
  }

  async look(asked) {
    try {
      const { data } = await call("GET", asked.address);
      if (asked !== this.asked) return;
      if (data.status === "done") this.tell(data);
      else if (Date.now() > asked.until) this.show(NOBODY);
      else this.lookAgain(asked);
    } catch (error) {
      this.fail(asked, error);
    }
  }

  fail(asked, error) {
    if (!(error instanceof ApiError)) throw error;
    if (asked !== this.asked) return;
    this.clear();
    this.refuse(error);
  }

  tell({ begin, end, ticks, count: all, alerts }) {
    const beyond = all - alerts.length;
    if (!ticks || begin === null) return this.show("The watch has no ticks of these tickers in the last hour.");
    const of = `${count(ticks, "tick")} from ${clock(begin)} to ${clock(end)}, ${minutes(Date.parse(end) - Date.parse(begin))}`;
    const items = alerts.map(item);
    if (beyond) items.push(el("li", { class: "note" }, `and ${beyond.toLocaleString("en-GB")} more`));
    return this.show(`${all ? count(all, "alert") : "No alert"} in ${of}.`, items);
  }

  show(text, items = []) {
    tell(this.said, text);
    this.list.hidden = !items.length;
    this.list.replaceChildren(...items);
  }
}

const minutes = (ms) => (ms < 60_000 ? count(Math.round(ms / 1000), "second") : count(Math.round(ms / 60_000), "minute"));

const item = (alert) =>
  el("li", {}, el("time", { datetime: alert.timestamp, title: alert.timestamp }, clock(alert.timestamp)), " ", el("span", { class: "ticker" }, alert.ticker), " ", headline(alert));
