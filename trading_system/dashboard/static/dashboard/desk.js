// The desk: what the feed and the API tell, drawn once a frame. A hidden page draws nothing, and catches up when it is shown.

import { AccountSwitcher } from "./accounts/switcher.js";
import { Alerts } from "./alerts/alerts.js";
import { ledgerChanges } from "./book/actions.js";
import { startBook } from "./book/book.js";
import { CorporateActions } from "./book/corporate-actions.js";
import { Lots } from "./book/lots.js";
import { Positions } from "./book/positions.js";
import { startTheme } from "./lib/colours.js";
import { listKey, startKeys } from "./lib/keys.js";
import { startTabs } from "./lib/tabs.js";
import { Chart } from "./prices/chart.js";
import { Feed } from "./prices/feed.js";
import { LastPrices } from "./prices/last-prices.js";
import { Market } from "./prices/market.js";
import { Prices } from "./prices/prices.js";
import { showState, startClock } from "./prices/status.js";
import { Rules } from "./rules/dialog.js";

startTheme();
startTabs();
const market = new Market();
const prices = new Prices(market);
const lots = new Lots();
const changes = new CorporateActions(ledgerChanges);
const positions = new Positions(market, {
  open: (position) => lots.open(position, "open"),
  closed: (position) => lots.open(position, "closed"),
  changes: ({ ticker }) => changes.open(ticker),
});
const alerts = new Alerts();
const chart = new Chart(market, (ticker) => alerts.of(ticker));
const panels = [prices, chart, positions];

let isChosen = false; // by somebody; until then the chart follows the newest alert

function choose(ticker) {
  document.body.dataset.ticker = ticker;
  document.dispatchEvent(new CustomEvent("tickerchoice", { detail: ticker }));
}

let isDue = false;

function draw() {
  isDue = false;
  if (document.hidden) return; // it was hidden since a frame was asked for
  const { changed } = market;
  market.changed = new Set();
  if (!document.body.dataset.ticker && changed.size) choose(prices.first() ?? [...market.quotes.keys()][0]);
  for (const panel of panels) panel.draw(changed);
  document.body.dataset.price = market.quotes.get(document.body.dataset.ticker)?.price ?? "";
}

function drawSoon() {
  if (isDue || document.hidden || !market.changed.size) return;
  isDue = true;
  requestAnimationFrame(draw);
}

function take(ticks) {
  const now = Date.now();
  for (const tick of ticks) market.take(tick, now);
  drawSoon();
}

function showLastPrices() {
  if (document.hidden) return;
  prices.arrange();
  prices.sweep();
  positions.price();
  chart.head();
}

document.addEventListener("visibilitychange", drawSoon);
document.addEventListener("visibilitychange", showLastPrices);
document.addEventListener("click", ({ target }) => {
  const ticker = target.closest("[data-ticker]:not(body)")?.dataset.ticker;
  if (!ticker) return;
  isChosen = true;
  choose(ticker);
});
document.addEventListener("alertschange", ({ detail }) => isChosen || !detail || choose(detail.ticker));
listKey("↑ ↓ Home End", "Move along a table");
listKey("Esc", "Close");
new LastPrices(market, {
  wanted: () => [...prices.wanted(), ...positions.tickers()],
  told: showLastPrices,
});
startBook(changes);
new AccountSwitcher();
new Rules();
startKeys();
startClock(market);
if (document.body.dataset.feed) new Feed(document.body.dataset.feed, take, showState);
