// What the watch reported, newest first, and what each move meant for what was held. New is what nobody has acknowledged,
// unless it was withdrawn: then its tick was none.

import { call } from "../lib/api.js";
import { element } from "../lib/dom.js";
import { key } from "../lib/keys.js";
import { Poll } from "../lib/poll.js";
import { RowMenu } from "../lib/row-menu.js";
import { Acknowledgement } from "./acknowledge.js";
import { sayHeld } from "./effect.js";
import { Held } from "./held.js";
import { AlertList } from "./list.js";
import { Signals } from "./signals.js";
import { Snoozes } from "./snoozes.js";
import { headline, mark, remarks, withdrawal } from "./words.js";

const REFRESH = 2; // seconds
const PAGE = 50;
const MAX_SHOWN = 500; // the oldest leave the list
const CHANGES = ["acknowledged_at", "acknowledged_by", "confirmed", "withdrawn_at", "withdrawn_reason"]; // what others may change of an alert

export class Alerts {
  constructor() {
    this.alerts = new Map(); // newest first
    this.seen = new Set(); // ids
    this.changes = 0; // made here
    this.held = new Held((alert) => this.say(alert));
    this.acknowledgement = new Acknowledgement((alert) => this.change(alert));
    this.signals = new Signals(element("alerts-sound"), element("alerts-notify"));
    this.list = new AlertList({
      acknowledge: (alert) => this.acknowledgement.toggle(alert),
      menu: (alert, button) => this.openMenu(alert, button),
      see: (alert, isInView) => this.see(alert, isInView),
    });
    this.snoozes = new Snoozes();
    this.menu = new RowMenu("alert-menu", "alerts-scroll", {
      acknowledge: (alert) => this.acknowledgement.toggle(alert),
      all: () => this.acknowledgement.all(this.open),
      ...this.snoozes.acts,
    });
    this.listen();
    this.poll = new Poll(() => this.find(), REFRESH, element("alerts-trouble"));
  }

  listen() {
    element("alerts-new").addEventListener("click", () => this.look());
    element("alerts-more").addEventListener("click", () => this.findOlder());
    key("a", "New alerts", () => this.look());
    document.addEventListener("accountchange", () => this.askAnew());
  }

  /** Where a ticker's alerts are on its chart. */
  of(ticker) {
    return [...this.alerts.values()].filter((alert) => alert.ticker === ticker).map(mark);
  }

  /** Those that nobody has acknowledged and nobody withdrew, newest first. */
  get open() {
    return [...this.alerts.values()].filter((alert) => !alert.acknowledged_at && !alert.withdrawn_at);
  }

  async find() {
    const isFirst = this.older === undefined;
    const { changes } = this;
    const news = [];
    let address = `/api/alerts/?page_size=${PAGE}`;
    do {
      const { data } = await call("GET", address);
      const unknown = data.results.filter(({ id }) => !this.alerts.has(id));
      if (changes === this.changes) this.renew(data.results); // else what was done here may be newer
      news.push(...unknown);
      if (isFirst) this.older = data.next;
      address = !isFirst && unknown.length === PAGE && news.length < MAX_SHOWN ? data.next : null;
    } while (address);
    if (news.length || isFirst) this.add(news, isFirst);
  }

  async findOlder() {
    try {
      const { data } = await call("GET", this.older);
      this.older = data.next;
      this.add(data.results.filter(({ id }) => !this.alerts.has(id)), true);
    } catch (error) {
      if (!("status" in error)) throw error;
      this.poll.now(); // which will say what is wrong
    }
  }

  add(news, quietly) {
    const all = [...this.alerts.values(), ...news].sort((a, b) => Date.parse(b.timestamp) - Date.parse(a.timestamp));
    this.alerts = new Map(all.slice(0, MAX_SHOWN).map((alert) => [alert.id, alert]));
    const valid = quietly ? [] : news.filter((alert) => !alert.withdrawn_at);
    for (const alert of valid) alert.fresh = true;
    if (valid.length) this.signals.give(valid);
    if (!quietly) this.speak(news);
    this.draw();
    document.dispatchEvent(new CustomEvent("alertschange", { detail: valid[0] }));
  }

  speak(alerts) {
    const words = (alert) => [alert.ticker, headline(alert), remarks(alert), withdrawal(alert)].filter(Boolean).join(" ");
    element("alerts-said").textContent = alerts.map(words).join(". ");
  }

  /** What others have acknowledged, confirmed or withdrawn meanwhile, of the newest. */
  renew(results) {
    const withdrawn = [];
    for (const result of results) {
      const alert = this.alerts.get(result.id);
      if (!alert || CHANGES.every((name) => alert[name] === result[name])) continue;
      if (result.withdrawn_at && !alert.withdrawn_at) withdrawn.push(alert);
      for (const name of CHANGES) alert[name] = result[name];
      this.show(alert);
    }
    if (withdrawn.length) this.withdraw(withdrawn);
  }

  withdraw(alerts) {
    for (const alert of alerts) alert.fresh = false;
    this.speak(alerts);
    this.draw();
    document.dispatchEvent(new CustomEvent("alertschange"));
  }

  /** Something was done here. */
  change(alert) {
    this.changes++;
    this.show(alert);
  }

  show(alert) {
    this.list.renew(alert);
    this.count();
  }

  look() {
    for (const alert of this.alerts.values()) alert.fresh = false;
    this.draw();
    const [newest] = [...this.open, ...this.alerts.values()];
    element("alerts-scroll").scrollTop = 0;
    if (newest) this.list.go(newest);
    else element("alerts-scroll").focus({ preventScroll: true });
  }

  draw() {
    element("alerts-skeleton").hidden = true;
    element("alerts-empty").hidden = this.alerts.size > 0;
    element("alerts-more").hidden = !this.older || this.alerts.size >= MAX_SHOWN;
    this.list.draw([...this.alerts.values()]);
    this.count();
  }

  count() {
    const { length } = this.open;
    element("alerts-new").hidden = !length;
    element("alerts-new").textContent = `${length} new`;
    document.title = length ? `(${length}) Trading desk` : "Trading desk";
  }

  openMenu(alert, button) {
    const [acknowledge, all] = ["acknowledge", "all"].map((act) => element("alert-menu").querySelector(`[data-act="${act}"]`));
    acknowledge.firstChild.data = alert.acknowledged_at ? "Not acknowledged " : "Acknowledge ";
    all.hidden = !this.open.length;
    all.textContent = `Acknowledge all ${this.open.length}`;
    this.snoozes.offer(alert);
    this.menu.open(alert, button);
  }

  /** What was held is asked for where it can be seen. */
  see(alert, isInView) {
    this.seen[isInView ? "add" : "delete"](alert.id);
    this.held[isInView ? "want" : "leave"](alert);
  }

  askAnew() {
    this.held.forget();
    for (const alert of this.alerts.values()) {
      this.say(alert);
      if (this.seen.has(alert.id)) this.held.want(alert);
    }
  }

  say(alert) {
    const shown = element(`alert-${alert.id}`)?.querySelector(".held");
    shown?.replaceChildren(...sayHeld(alert, this.held.of(alert) ?? []));
  }
}
