// An alert as a row. What can change of it later is shown by `renew`, in place, so that the focus stays where it is.

import { el, put } from "../lib/dom.js";
import { clock, moment } from "../lib/format.js";
import { direction, headline, measured, ruleOf, withdrawal } from "./words.js";

const COLOURS = { 1: "rise", "-1": "fall", 0: "" };

export function alertRow(alert) {
  const name = `${alert.ticker} ${headline(alert)}`;
  const row = el(
    "li",
    { id: `alert-${alert.id}`, "data-id": alert.id, class: alert.severity ?? "warning", tabindex: -1 },
    first(alert),
    el(
      "div",
      { class: "acts" },
      el("button", { type: "button", class: "icon acknowledge", "aria-pressed": "false", "aria-label": `Acknowledge: ${name}`, title: "Acknowledge (k)", tabindex: -1 }, "✓"),
      el("button", { type: "button", class: "icon open-menu", "aria-haspopup": "menu", "aria-label": `Actions: ${name}`, tabindex: -1 }, "⋯"),
    ),
    more(alert),
  );
  renew(row, alert);
  return row;
}

export function renew(row, alert) {
  row.classList.toggle("acknowledged", Boolean(alert.acknowledged_at));
  row.classList.toggle("withdrawn", Boolean(alert.withdrawn_at));
  put(row.querySelector(".withdrawal"), withdrawal(alert));
  row.querySelector(".withdrawal").title = alert.withdrawn_at ?? "";
  row.querySelector(".acknowledge").ariaPressed = String(Boolean(alert.acknowledged_at));
  row.querySelector(".unconfirmed").hidden = alert.confirmed !== false;
  put(row.querySelector(".done"), done(alert));
}

export const showFresh = (row, alert) => row.classList.toggle("fresh", Boolean(alert.fresh));

function first(alert) {
  return el(
    "div",
    { class: "first" },
    el("time", { datetime: alert.timestamp, title: alert.timestamp }, isToday(alert.timestamp) ? clock(alert.timestamp) : moment(alert.timestamp)),
    el("button", { type: "button", class: "ticker", "data-ticker": alert.ticker, title: alert.ticker, tabindex: -1 }, alert.ticker),
    el("span", { class: `move ${COLOURS[direction(alert)]}` }, headline(alert)),
  );
}

function more(alert) {
  const rule = ruleOf(alert);
  return el(
    "div",
    { class: "more" },
    alert.severity === "critical" ? el("strong", { class: "critical" }, "‼ critical") : "",
    alert.severity === "info" ? el("span", {}, "info") : "",
    el("span", { class: "withdrawal" }),
    el("span", { class: "measured" }, ...measured(alert).map((text, i) => (i % 2 ? el("span", { class: "number" }, text) : text))),
    rule ? el("span", { class: "rule", title: "The rule that raised it" }, rule) : "",
    el("span", { class: "unconfirmed", title: "Time alone spoke for this price, and no second tick", hidden: true }, "unconfirmed"),
    alert.gap ? el("span", {}, "not all ticks seen") : "",
    el("span", { class: "held" }),
    el("span", { class: "done" }),
  );
}

function done({ acknowledged_at: at, acknowledged_by: by }) {
  return at ? `✓ ${by ? `${by}, ` : ""}${isToday(at) ? clock(at) : moment(at)}` : "";
}

const isToday = (iso) => new Date(iso).toDateString() === new Date().toDateString();
