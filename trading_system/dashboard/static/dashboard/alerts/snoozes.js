// Snoozes: until when the watch keeps quiet about a ticker, for a rule or for all. Listed while they last, ended by a button;
// a toast undoes either.

import { call } from "../lib/api.js";
import { el, element } from "../lib/dom.js";
import { clock, moment } from "../lib/format.js";
import { Poll } from "../lib/poll.js";
import { reported, showToast } from "../lib/toast.js";
import { Until } from "./until.js";

const REFRESH = 10; // seconds
const ADDRESS = "/api/alert-snoozes/";
const MINUTE = 60_000; // ms

export class Snoozes {
  constructor() {
    this.snoozes = []; // as the ledger has them, newest first
    this.drawn = "";
    this.until = new Until((wanted, until) => this.add({ ...wanted, until }));
    this.acts = {
      quarter: (alert) => this.snooze(alert, after(15 * MINUTE)),
      hour: (alert) => this.snooze(alert, after(60 * MINUTE)),
      today: (alert) => this.snooze(alert, midnight()),
      until: (alert) => this.until.open(this.wanted(alert)),
    };
    this.scopes = [...element("alert-menu").querySelectorAll("[data-scope]")];
    for (const scope of this.scopes) scope.addEventListener("click", () => this.choose(scope));
    this.poll = new Poll(() => this.find(), REFRESH, el("div")); // the list of alerts tells of failures
  }

  /** Name in the menu what can be snoozed: the alert's rule, to begin with, or its ticker. */
  offer({ ticker, rule }) {
    element("alert-snooze-what").textContent = `Snooze ${ticker}`;
    this.scopes[0].textContent = `for the rule ${rule}`;
    this.choose(this.scopes[0]);
  }

  choose(chosen) {
    for (const scope of this.scopes) scope.ariaChecked = String(scope === chosen);
  }

  wanted({ ticker, rule }) {
    const [ofRule] = this.scopes;
    return { ticker, rule: ofRule.ariaChecked === "true" ? rule : null };
  }

  snooze(alert, until) {
    const wanted = this.wanted(alert);
    return reported(() => this.add({ ...wanted, until: until.toISOString() }));
  }

  async find() {
    const { data } = await call("GET", ADDRESS, { query: { active: true } });
    this.snoozes = data.results;
    this.draw();
  }

  async add(wanted) {
    const before = this.snoozes.find((one) => one.ticker === wanted.ticker && one.rule === wanted.rule);
    const { data, response } = await call("POST", ADDRESS, { body: wanted });
    this.tell(`Snoozed: ${inWords(data)}`, response.status === 201 ? () => remove(data) : before && (() => put(before)));
  }

  end(snooze) {
    return reported(async () => {
      await remove(snooze);
      this.tell(`Ended: ${inWords(snooze)}`, () => put(snooze));
    });
  }

  /** `undo()` is what the toast does; without it, nobody here knows what was there before. */
  tell(text, undo) {
    const undone = async () => {
      await undo();
      this.poll.now();
    };
    showToast(text, undo && { label: "Undo", act: () => reported(undone) });
    this.poll.now();
  }

  /** What is as it was stays, so that the focus does. */
  draw() {
    const text = JSON.stringify(this.snoozes);
    if (text === this.drawn) return;
    this.drawn = text;
    const box = element("alerts-snoozes");
    const isFocused = box.contains(document.activeElement);
    box.hidden = !this.snoozes.length;
    box.querySelector("summary").textContent = `${this.snoozes.length} snoozed`;
    element("alerts-snooze-list").replaceChildren(...this.snoozes.map((snooze) => this.item(snooze)));
    if (isFocused) (box.hidden ? element("alerts-scroll") : box.querySelector("summary")).focus({ preventScroll: true });
  }

  item(snooze) {
    const words = inWords(snooze);
    return el(
      "li",
      {},
      el("span", { title: `until ${snooze.until}${snooze.created_by ? `, by ${snooze.created_by}` : ""}` }, words),
      el("button", { type: "button", "aria-label": `End: ${words}`, onclick: () => this.end(snooze) }, "End"),
    );
  }
}

const put = ({ ticker, rule, until }) => call("POST", ADDRESS, { body: { ticker, rule, until } });

async function remove({ id }) {
  try {
    await call("DELETE", `${ADDRESS}${id}/`);
  } catch (error) {
    if (error.status !== 404) throw error; // somebody else was quicker
  }
}

/** `AAPL, rule spikes, until 20:15` */
const inWords = ({ ticker, rule, until }) => `${ticker}, ${rule === null ? "every rule" : `rule ${rule}`}, until ${when(until)}`;

const when = (iso) => (new Date(iso).toDateString() === new Date().toDateString() ? clock(iso) : moment(iso)).replace(/:\d\d(\.\d+)?$/, "");

const after = (ms) => new Date(Date.now() + ms);

/** The end of this day, in the browser's zone. */
function midnight() {
  const now = new Date();
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1);
}
