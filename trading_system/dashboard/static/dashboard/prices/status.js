// The connection light, and the clock.

import { element } from "../lib/dom.js";
import { clock, count, zone } from "../lib/format.js";

export function showState({ name, since, next }) {
  document.body.dataset.feedState = name;
  element("status").dataset.state = name;
  element("status-text").textContent = {
    connecting: `no price feed yet; next attempt at ${clock(next ?? since)}`,
    live: "live",
    stale: `stale: no prices since ${clock(since)}`,
    reconnecting: `reconnecting: no prices since ${clock(since)}; next attempt at ${clock(next ?? since)}`,
  }[name];
  if (name !== "live") element("status-rate").textContent = "";
}

/** Once a second. The rate is left out until a whole second was live: what was missed comes all at once. */
export function startClock(market) {
  let [ticks, wasLive] = [0, false];
  element("zone").textContent = `(${zone()})`;
  const tick = () => {
    const now = new Date();
    element("clock").textContent = clock(now);
    element("clock").dateTime = now.toISOString();
    const isLive = document.body.dataset.feedState === "live";
    if (isLive && wasLive) {
      element("status-rate").textContent = `· ${count(market.quotes.size, "ticker")} · ${market.ticks - ticks} ticks/s`;
    }
    [ticks, wasLive] = [market.ticks, isLive];
  };
  tick();
  setInterval(tick, 1000);
}
