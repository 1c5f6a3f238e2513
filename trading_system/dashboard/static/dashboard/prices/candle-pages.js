// Candles of a ticker, oldest first: those of the market or, where none are kept of it, those of the user's own trades.
// Ticks go on with the newest candle of the market until the ledger knows more; an end of an interval makes one of its own.

import { ofAccount } from "../lib/account.js";
import { call } from "../lib/api.js";
import { Decimal } from "../lib/decimal.js";
import { zone } from "../lib/format.js";

const MAX_CANDLES = 5000; // held; the oldest leave
const MINUTE = 60; // seconds
const SETTLE = 30_000; // ms after its end until the ledger says whether a candle is whole: until then each has a gap
const WIDTHS = { "1m": MINUTE, "5m": 5 * MINUTE, "15m": 15 * MINUTE, "1h": 60 * MINUTE };
const SOURCES = {
  market: { path: "/api/market/candles/", query: () => ({}) },
  own: { path: "/api/candles/", query: ofAccount },
};

/** When the interval of an instant (ms) began, in seconds: days at midnight of the browser's zone, all others by UTC. */
export function beginOf(interval, ms) {
  const width = WIDTHS[interval];
  if (width) return Math.floor(ms / 1000 / width) * width;
  const day = new Date(ms);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate()).getTime() / 1000;
}

const timed = (candle) => ({ ...candle, time: Date.parse(candle.timestamp) / 1000 });

const greatest = (a, b) => (Decimal.parse(a).compare(Decimal.parse(b)) < 0 ? b : a);
const least = (a, b) => (greatest(a, b) === a ? b : a);

/** A candle of the ledger with what ticks have told since. */
const joined = (candle, { high, low, close }) => ({ ...candle, high: greatest(candle.high, high), low: least(candle.low, low), close });

export class CandlePages {
  /** `wanted` is "market" or "own". */
  constructor(ticker, interval, wanted) {
    Object.assign(this, { ticker, interval, wanted });
    this.source = wanted; // what the candles are of
    this.list = []; // as the API gave them, with their `time` in seconds
    this.older = null; // the address of those before
    this.seen = null; // what ticks alone say of the newest interval
    this.isAnswered = false;
  }

  /** Ask for the newest. */
  async find() {
    const answer = await this.ask(this.wanted);
    const isNone = this.wanted === "market" && !answer.results.length;
    this.take(isNone ? "own" : this.wanted, isNone ? await this.ask("own") : answer, Date.now());
  }

  async ask(source) {
    const { path, query } = SOURCES[source];
    const { data } = await call("GET", path, { query: { ticker: this.ticker, interval: this.interval, tz: zone(), ...query() } });
    return data;
  }

  take(source, { results, previous, currency = "" }, now) {
    const open = beginOf(this.interval, now - SETTLE);
    const found = results.map(timed).map((candle) => (candle.time < open ? candle : { ...candle, gap: false }));
    const begin = found[0]?.time ?? Infinity;
    const isGoingOn = source === this.source && this.newest >= begin; // without a hole, as after a night's sleep
    const before = isGoingOn ? this.list.filter(({ time }) => time < begin) : [];
    if (!before.length) this.older = previous;
    const beyond = this.list.filter(({ time }) => time > found.at(-1)?.time && source === this.source);
    [this.source, this.currency, this.newest] = [source, currency, found.at(-1)?.time];
    if (found.length && this.seen?.time === this.newest) found.push(joined(found.pop(), this.seen));
    this.hold([...before, ...found, ...beyond]);
    this.isAnswered = true;
  }

  /** Ask for those before the oldest; false if there are none, or no room. */
  async findOlder() {
    const address = this.older;
    if (!address || this.list.length >= MAX_CANDLES) return false;
    this.older = null;
    try {
      const { data } = await call("GET", address);
      this.older = data.previous;
      this.hold([...data.results.map(timed), ...this.list]);
      return true;
    } catch (error) {
      if (!("status" in error)) throw error;
      this.older = address;
      return false;
    }
  }

  hold(candles) {
    this.list = candles.slice(-MAX_CANDLES);
  }

  /** Take a tick's price, as the feed wrote it, and its time in ms; return the candle that it changed, if any. */
  follow(price, ms) {
    const time = beginOf(this.interval, ms);
    const last = this.list.at(-1);
    if (this.source !== "market" || !last || time < last.time) return undefined;
    const tick = { high: price, low: price, close: price };
    this.seen = this.seen?.time === time ? joined(this.seen, tick) : { ...tick, time, open: price };
    if (time > last.time) this.hold([...this.list, { ...this.seen, timestamp: new Date(time * 1000).toISOString(), volume: null, gap: false }]);
    else this.list[this.list.length - 1] = joined(last, tick);
    return this.list.at(-1);
  }
}
