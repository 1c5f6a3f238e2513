// The prices of the feed by ticker, as they are drawn, and the last ones that the ledger has. Numbers here are for the eye; money
// is computed elsewhere, exactly.

import { decimalsOf } from "../lib/format.js";
import { midnightBefore } from "./day.js";

export const HELD = 900; // seconds of each ticker, one sample a second
export const MAX_TICKERS = 1000; // those beyond are counted, and not shown
const AHEAD = 5000; // ms that a tick may be ahead of the clock; one beyond is left out, as by the watch
const MINUTE = 60; // seconds
const RESTART = 120_000; // ms that a ticker must go back for its feed to have begun anew
const PRICE = /^(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/; // what Number takes beyond this, as 0x10, is no price
export const MOST_DECIMALS = 8; // to which prices are filled up with zeros, and drawn; a finer one is written whole
const MAX_LENGTH = 100; // characters of a price

/** Milliseconds of an ISO 8601 date and time; one without an offset is UTC, where Date.parse takes the browser's zone. */
const instant = (text) => Date.parse(/T[\d:.,]+$/.test(text) ? `${text}Z` : text);

/** A price above zero; NaN for everything else. */
function valueOf(price) {
  const text = String(price);
  const value = text.length <= MAX_LENGTH && PRICE.test(text) ? Number(text) : NaN;
  return value > 0 && Number.isFinite(value) ? value : NaN;
}

class Quote {
  isLive = true;

  constructor(ticker) {
    this.ticker = ticker;
    this.price = ""; // as the feed wrote it
    this.value = NaN;
    this.decimals = 2; // of the finest price that came, or more: all are written alike
    this.direction = 0; // of the last change: 1 up, -1 down
    this.drops = 0; // samples ever dropped; each renumbers those after it
    this.clear();
  }

  clear() {
    this.seconds = new Float64Array(HELD);
    this.values = new Float64Array(HELD);
    this.lows = new Float64Array(HELD);
    this.end = 0; // samples ever taken; the newest HELD of them are there
    this.time = 0; // ms
    this.isExtended = false; // traded outside the regular hours of its exchange
    this.before = undefined; // the tick before the newest one
    this.opening = undefined; // {price, time, midnight} of the first one of its day
  }

  get begin() {
    return Math.max(0, this.end - HELD);
  }

  /** Whether the tick is the newest of its ticker. */
  take(price, value, time, isExtended) {
    if (time < this.time - RESTART) this.clear();
    if (time < this.time) return false;
    if (this.time) this.before = { price: this.price, value: this.value, time: this.time, isExtended: this.isExtended };
    this.become({ price, value, time, isExtended });
    const midnight = midnightBefore(time);
    if (this.opening?.midnight !== midnight) this.opening = { price, time, midnight };
    this.keep(value, Math.floor(time / 1000));
    return true;
  }

  become({ price, value, time, isExtended }) {
    if (value !== this.value) this.direction = value > this.value ? 1 : value < this.value ? -1 : 0;
    [this.price, this.value, this.time, this.isExtended] = [price, value, time, isExtended];
    this.decimals = Math.min(MOST_DECIMALS, Math.max(this.decimals, decimalsOf(price)));
  }

  keep(value, second) {
    const last = (this.end - 1) % HELD;
    if (this.end && this.seconds[last] === second) {
      this.values[last] = value;
      this.lows[last] = Math.min(this.lows[last], value);
    } else {
      const next = this.end++ % HELD;
      [this.seconds[next], this.values[next], this.lows[next]] = [second, value, value];
    }
  }

  /** Its venue took a tick back: the one before counts again if it was the newest, and the sample with its price goes. */
  withdraw(value, time) {
    if (value === this.value && time === this.time && this.before) {
      this.become(this.before);
      this.before = undefined;
    }
    if (time === this.opening?.time && value === Number(this.opening.price)) this.opening = undefined;
    const [second, at] = [Math.floor(time / 1000), this.numberOf(Math.floor(time / 1000))];
    if (at === undefined || ![this.values[at % HELD], this.lows[at % HELD]].includes(value) || this.end - this.begin === 1) return;
    this.drop(at);
    if (Math.floor(this.time / 1000) === second) this.keep(this.value, second); // the one before was of the same second
  }

  /** Of the sample of a second; undefined if there is none. */
  numberOf(second) {
    for (let number = this.end - 1; number >= this.begin && this.seconds[number % HELD] >= second; number--) {
      if (this.seconds[number % HELD] === second) return number;
    }
    return undefined;
  }

  drop(at) {
    for (const kept of [this.seconds, this.values, this.lows]) {
      for (let number = at; number < this.end - 1; number++) kept[number % HELD] = kept[(number + 1) % HELD];
    }
    this.end--;
    this.drops++;
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
    this.lasts = new Map(); // the ledger's last prices: {ticker, price, value, time, close: {price, time}, midnight}
    this.changed = new Set(); // quotes since they were last drawn
    this.ticks = 0;
    this.beyond = new Set(); // tickers for which there is no room
  }

  /** The newest price of a ticker: the feed's, or else the last one that the ledger has; undefined without either. */
  newest(ticker) {
    return this.quotes.get(ticker) ?? this.lasts.get(ticker);
  }

  /** Take an item of the feed's, a tick or a withdrawal; false if it is neither. */
  take(item, now) {
    const time = instant(item?.timestamp);
    const value = valueOf(item?.price);
    if (typeof item?.ticker !== "string" || !value || !(time <= now + AHEAD)) return false;
    if (item.type === "withdrawal") return this.withdraw(item.ticker, value, time);
    const quote = this.quotes.get(item.ticker) ?? this.add(item.ticker);
    if (quote?.take(String(item.price), value, time, item.extended === true)) this.changed.add(quote);
    this.ticks++;
    return true;
  }

  withdraw(ticker, value, time) {
    const quote = this.quotes.get(ticker);
    quote?.withdraw(value, time);
    if (quote) this.changed.add(quote);
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

  /** Take the ledger's last prices, asked for when the day had begun at `midnight` (ms). */
  learn(results, midnight) {
    this.lasts = new Map(results.map((result) => [result.ticker, lastOf(result, midnight)]));
  }
}

function lastOf({ ticker, price, timestamp, previous_close: close, previous_timestamp: closed }, midnight) {
  const before = close === null ? undefined : { price: close, time: Date.parse(closed) };
  return { ticker, price, value: Number(price), time: Date.parse(timestamp), close: before, midnight, isLive: false };
}
