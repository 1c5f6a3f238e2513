// What the watch reported, newest first, and what each move meant for what was held.

import { call } from "../lib/api.js";
import { Decimal } from "../lib/decimal.js";
import { el, element } from "../lib/dom.js";
import { amount, clock, moment } from "../lib/format.js";
import { key } from "../lib/keys.js";
import { gain, inMajor } from "../lib/currency.js";
import { Poll } from "../lib/poll.js";
import { Held } from "./held.js";
import { Signals } from "./signals.js";

const REFRESH = 2; // seconds
const PAGE = 50;
const MAX_SHOWN = 500; // the oldest leave the list
const base = (alert) => (alert.kind === "rise" ? "low" : "high");

export class Alerts {
  constructor() {
    this.held = new Held((alert) => this.say(alert));
    this.seen = new Set(); // ids
    this.observer = new IntersectionObserver((entries) => this.see(entries), { root: element("alerts-scroll") });
    this.alerts = new Map(); // newest first
    this.fresh = 0;
    this.signals = new Signals(element("alerts-sound"), element("alerts-notify"));
    element("alerts-new").addEventListener("click", () => this.look());
    element("alerts-more").addEventListener("click", () => this.findOlder());
    key("a", "New alerts", () => this.look());
    document.addEventListener("accountchange", () => this.askAnew());
    this.poll = new Poll(() => this.find(), REFRESH, element("alerts-trouble"));
  }

  of(ticker) {
    return [...this.alerts.values()].filter((alert) => alert.ticker === ticker);
  }

  async find() {
    const isFirst = this.older === undefined;
    const news = [];
    let address = `/api/alerts/?page_size=${PAGE}`;
    do {
      const { data } = await call("GET", address);
      const unknown = data.results.filter(({ id }) => !this.alerts.has(id));
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
    for (const alert of news) alert.percent = Number(alert[`${alert.kind}_percent`]).toFixed(2);
    const all = [...this.alerts.values(), ...news].sort((a, b) => Date.parse(b.timestamp) - Date.parse(a.timestamp));
    this.alerts = new Map(all.slice(0, MAX_SHOWN).map((alert) => [alert.id, alert]));
    if (!quietly) {
      this.fresh += news.length;
      for (const alert of news) alert.fresh = true;
      this.signals.give(news);
      element("alerts-said").textContent = news.map((alert) => `${alert.ticker} ${headline(alert)}`).join(". ");
    }
    this.draw();
    document.dispatchEvent(new CustomEvent("alertschange", { detail: quietly ? undefined : news[0] }));
  }

  look() {
    this.fresh = 0;
    for (const alert of this.alerts.values()) alert.fresh = false;
    element("alerts-scroll").scrollTop = 0;
    element("alerts-scroll").focus({ preventScroll: true });
    this.draw();
  }

  draw() {
    element("alerts-skeleton").hidden = true;
    element("alerts-empty").hidden = this.alerts.size > 0;
    element("alerts-more").hidden = !this.older || this.alerts.size >= MAX_SHOWN;
    element("alerts-new").hidden = !this.fresh;
    element("alerts-new").textContent = `${this.fresh} new`;
    document.title = this.fresh ? `(${this.fresh}) Trading desk` : "Trading desk";
    const list = element("alerts-list");
    const known = new Map([...list.children].map((item) => [item.id, item]));
    const items = [...this.alerts.values()].map((alert) => known.get(`alert-${alert.id}`) ?? this.item(alert));
    items.forEach((item, i) => list.children[i] === item || list.insertBefore(item, list.children[i] ?? null));
    while (list.children.length > items.length) {
      this.observer.unobserve(list.lastChild);
      list.lastChild.remove();
    }
    for (const alert of this.alerts.values()) element(`alert-${alert.id}`).classList.toggle("fresh", Boolean(alert.fresh));
  }

  /** What was held is asked for where it can be seen. */
  see(entries) {
    for (const { target, isIntersecting } of entries) {
      const alert = this.alerts.get(target.dataset.id);
      this.seen[isIntersecting && alert ? "add" : "delete"](target.dataset.id);
      if (alert) this.held[isIntersecting ? "want" : "leave"](alert);
    }
  }

  askAnew() {
    this.held.forget();
    for (const alert of this.alerts.values()) {
      this.say(alert);
      if (this.seen.has(alert.id)) this.held.want(alert);
    }
  }

  item(alert) {
    const [begin, end] = [Date.parse(alert[`${base(alert)}_timestamp`]), Date.parse(alert.timestamp)];
    const prices = [number(amount(alert[base(alert)])), " → ", number(amount(alert.price)), ` in ${duration(end - begin)}`];
    const item = el(
      "li",
      { id: `alert-${alert.id}`, "data-id": alert.id },
      el(
        "div",
        { class: "first" },
        el("time", { datetime: alert.timestamp, title: alert.timestamp }, isToday(end) ? clock(alert.timestamp) : moment(alert.timestamp)),
        el("button", { type: "button", class: "ticker", "data-ticker": alert.ticker }, alert.ticker),
        el("span", { class: `move ${alert.kind}` }, headline(alert)),
      ),
      el("div", { class: "more" }, el("span", {}, ...prices), alert.gap ? el("span", {}, "ticks were missing") : "", el("span", { class: "held" })),
    );
    this.observer.observe(item);
    return item;
  }

  /** What the move meant for what was held when it was raised. */
  say(alert) {
    const shown = element(`alert-${alert.id}`)?.querySelector(".held");
    const move = Decimal.parse(alert.price).minus(Decimal.parse(alert[base(alert)]));
    const held = (this.held.of(alert) ?? []).filter(({ quantity }) => Decimal.parse(quantity).sign());
    shown?.replaceChildren(...(held.length === 1 ? effect(held[0], move) : severally(held)));
  }
}

const number = (text) => el("span", { class: "number" }, text);

const units = (quantity) => number(amount(quantity, { least: 0 }));

/** `you held 10: +40.10 USD` */
function effect(position, move) {
  const { quantity, multiplier, currency } = position;
  const gained = inMajor(move, position).times(Decimal.parse(quantity)).times(Decimal.parse(multiplier));
  return ["you held ", units(quantity), ": ", number(`${gain(gained, currency)} ${currency}`)];
}

/** `you held 10 in USD, 5 in GBP`: a price of the feed's does not say of which of them it is. */
const severally = (held) => held.flatMap(({ quantity, currency }, i) => [i ? ", " : "you held ", units(quantity), ` in ${currency}`]);

const headline = ({ kind, percent }) => `${kind === "rise" ? "▲ +" : "▼ −"}${percent} %`;

const duration = (ms) => (ms < 100_000 ? `${Number((ms / 1000).toFixed(1))} s` : `${Math.round(ms / 60_000)} min`);

const isToday = (ms) => new Date(ms).toDateString() === new Date().toDateString();
