// Somebody's own watchlist: the order of its tickers, those that were added and those that are hidden. This browser keeps it, and
// its tabs share it. Tickers without a place of their own follow, by name.

const PLACE = "watchlist"; // in localStorage
export const MAX_LISTED = 1000; // tickers with a place of their own, added, or hidden; of each
const TICKER = /^(?! )[\w!#$%&()*+\-./:=?@[\]^{|}~ ]{1,64}(?<! )$/; // as of the feed's ticks

/** What was typed as a ticker; undefined if it is none. */
export function tickerOf(text) {
  const ticker = text.trim().toUpperCase();
  return TICKER.test(ticker) ? ticker : undefined;
}

const names = (value) => (Array.isArray(value) ? value.filter((name) => typeof name === "string").slice(0, MAX_LISTED) : []);

function stored() {
  try {
    return JSON.parse(localStorage.getItem(PLACE)) ?? {};
  } catch {
    return {}; // of another hand
  }
}

export class Watchlist {
  /** `changed()` is called after each change, also one of another tab. */
  constructor(changed) {
    this.changed = changed;
    this.read();
    addEventListener("storage", ({ key }) => {
      if (key !== PLACE && key !== null) return;
      this.read();
      changed();
    });
  }

  read() {
    const { order, added, hidden } = stored();
    this.ranks = new Map(names(order).map((ticker, rank) => [ticker, rank]));
    this.added = new Set(names(added));
    this.hidden = new Set(names(hidden));
  }

  keep() {
    const kept = { order: this.ranks.keys(), added: this.added, hidden: this.hidden };
    localStorage.setItem(PLACE, JSON.stringify(Object.fromEntries(Object.entries(kept).map(([name, all]) => [name, [...all]]))));
    this.changed();
  }

  /** In their order; without those that are hidden. */
  sorted(tickers) {
    const rank = (ticker) => this.ranks.get(ticker) ?? MAX_LISTED;
    const listed = [...tickers].filter((ticker) => !this.hidden.has(ticker));
    return listed.sort((a, b) => rank(a) - rank(b) || Number(a > b) - Number(a < b));
  }

  /** This is the order from now on; those beyond MAX_LISTED follow by name. */
  arrange(tickers) {
    const hidden = [...this.hidden].filter((ticker) => this.ranks.has(ticker));
    this.ranks = new Map([...tickers, ...hidden].slice(0, MAX_LISTED).map((ticker, rank) => [ticker, rank]));
    this.keep();
  }

  /** List a ticker; one that was hidden and is offered needs no place of its own. False if there is no room. */
  add(ticker, isOffered) {
    const isBack = this.hidden.has(ticker) && isOffered;
    if (!isBack && this.added.size >= MAX_LISTED) return false;
    this.hidden.delete(ticker);
    if (!isBack) this.added.add(ticker);
    this.keep();
    return true;
  }

  /** List it no more: what nobody offers is forgotten, everything else hidden. False if there is no room for that. */
  remove(ticker, isOffered) {
    if (isOffered && this.hidden.size >= MAX_LISTED) return false;
    this.added.delete(ticker);
    if (isOffered) this.hidden.add(ticker);
    this.keep();
    return true;
  }
}
