// The prices of the feed by ticker, as they are drawn. Numbers here are for the eye; money is computed elsewhere, exactly.

export const HELD = 900; // seconds of each ticker, one sample a second
export const MAX_TICKERS = 1000; // those beyond are counted, and not shown
const AHEAD = 5000; // ms that a tick may be ahead of the clock; one beyond is left out, as by the watch
const MINUTE = 60; // seconds
const RESTART = 120_000; // ms that a ticker must go back for its feed to have begun anew

/** Milliseconds of an ISO 8601 date and time; one without an offset is UTC, where Date.parse takes the browser's zone. */
const instant = (text) => Date.parse(/T[\d:.,]+$/.test(text) ? `${text}Z` : text);

class Quote {
  constructor(ticker) {
    this.ticker = ticker;
    this.price = ""; // as the feed wrote it
    this.value = NaN;
    this.time = 0; // ms
    this.direction = 0; // of the last change: 1 up, -1 down
    this.clear();
  }

  clear() {
    this.seconds = new Float64Array(HELD);
    this.values = new Float64Array(HELD);
    this.lows = new Float64Array(HELD);
    this.end = 0; // samples ever taken; the newest HELD of them are there
    this.time = 0;
  }

  get begin() {
    return Math.max(0, this.end - HELD);
  }

  /** Whether the tick is the newest of its ticker. */
  take(price, value, time) {
    if (time < this.time - RESTART) this.clear();
    if (time < this.time) return false;
    if (value !== this.value) this.direction = value > this.value ? 1 : value < this.value ? -1 : 0;
    [this.price, this.value, this.time] = [price, value, time];
    const second = Math.floor(time / 1000);
    const last = (this.end - 1) % HELD;
    if (this.end && this.seconds[last] === second) {
      this.values[last] = value;
      this.lows[last] = Math.min(this.lows[last], value);
    } else {
      const next = this.end++ % HELD;
      [this.seconds[next], this.values[next], this.lows[next]] = [second, value, value];
    }
    return true;
  }

  /** `{time, value, low}` of the sample with this number: seconds, its last price, and the low of the minute up to it. */
  sample(number) {
    const at = number % HELD;
    let low = Infinity;
    for (let i = number; i >= this.begin && this.seconds[i % HELD] >= this.seconds[at] - MINUTE; i--) low = Math.min(low, this.lows[i % HELD]);
    return { time: this.seconds[at], value: this.values[at], low };
  }

  /** The numbers of the samples of the last minute, as [first, end). */
  minute() {
    let first = this.end;
    const since = this.seconds[(this.end - 1) % HELD] - MINUTE;
    while (first > this.begin && this.seconds[(first - 1) % HELD] >= since) first--;
    return [first, this.end];
  }

  /** In percent with two decimals, from the first price of the last minute. */
  change() {
    const before = this.values[this.minute()[0] % HELD];
    return Math.round((this.value / before - 1) * 10_000) / 100;
  }
}

export class Market {
  constructor() {
    this.quotes = new Map();
    this.changed = new Set(); // quotes since they were last drawn
    this.ticks = 0;
    this.beyond = new Set(); // tickers for which there is no room
  }

  /** Take a tick of the feed's; false if it is none. */
  take(tick, now) {
    const time = instant(tick?.timestamp);
    const value = Number(tick?.price);
    if (typeof tick?.ticker !== "string" || !(value > 0) || !Number.isFinite(value) || !(time <= now + AHEAD)) return false;
    const quote = this.quotes.get(tick.ticker) ?? this.add(tick.ticker);
    if (quote?.take(String(tick.price), value, time)) this.changed.add(quote);
    this.ticks++;
    return true;
  }

  add(ticker) {
    if (this.quotes.size >= MAX_TICKERS) {
      if (this.beyond.size < MAX_TICKERS) this.beyond.add(ticker);
      return undefined;
    }
    const quote = new Quote(ticker);
    this.quotes.set(ticker, quote);
    return quote;
  }
}
