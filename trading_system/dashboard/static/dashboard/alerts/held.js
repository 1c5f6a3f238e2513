// What was held of a ticker when its alert was raised. The book as it was known at an instant is not changed by what is
// booked later: so each alert that is looked at is asked for once, a few at a time, and the answer is kept.

import { ofAccount } from "../lib/account.js";
import { address, call } from "../lib/api.js";

const AT_ONCE = 2; // requests
const AGAIN = 15_000; // ms after one that failed
const MAX_KEPT = 2000; // answers; the oldest go

const addressOf = ({ ticker, timestamp }) => address("/api/positions/", { ticker, as_of: timestamp, ...ofAccount() });

export class Held {
  /** `told(alert)` is called when there is an answer. */
  constructor(told) {
    this.told = told;
    this.answers = new Map(); // by address
    this.waiting = new Map(); // address → alert
    this.running = new Set(); // addresses
  }

  /** The positions in the alert's ticker when it was raised, one for each currency; undefined while they are not known. */
  of(alert) {
    return this.answers.get(addressOf(alert));
  }

  /** It is looked at. */
  want(alert) {
    const path = addressOf(alert);
    if (!this.answers.has(path) && !this.running.has(path)) this.waiting.set(path, alert);
    this.askOn();
  }

  /** It is out of sight. */
  leave(alert) {
    this.waiting.delete(addressOf(alert));
  }

  /** Another account is chosen: what waits was wanted of the one before. */
  forget() {
    this.waiting.clear();
  }

  async askOn() {
    const [next] = this.waiting;
    if (!next || this.running.size >= AT_ONCE || this.isResting) return;
    const [path, alert] = next;
    this.waiting.delete(path);
    this.running.add(path);
    this.askOn();
    await this.ask(path, alert);
    this.running.delete(path);
    this.askOn();
  }

  async ask(path, alert) {
    try {
      const { data } = await call("GET", path);
      this.keep(path, data.results);
      this.told(alert);
    } catch (error) {
      if (!("status" in error)) throw error;
      if (error.status === 400) this.keep(path, []); // no trade can have such a ticker
      else this.rest(path, alert);
    }
  }

  keep(path, positions) {
    this.answers.set(path, positions);
    if (this.answers.size > MAX_KEPT) this.answers.delete(this.answers.keys().next().value);
  }

  rest(path, alert) {
    this.waiting.set(path, alert);
    this.isResting = true;
    setTimeout(() => {
      this.isResting = false;
      this.askOn();
    }, AGAIN);
  }
}
