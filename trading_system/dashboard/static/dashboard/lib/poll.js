// Asking the API again and again: one request at a time, later and later while it fails, and saying so in the panel.

import { el, tell } from "./dom.js";
import { clock } from "./format.js";

const DELAYS = [1, 2, 4, 8, 15]; // seconds after each failure, and then always the last

export class Poll {
  /** `ask()` is awaited every `every` seconds; `trouble` is the element that tells of failures. */
  constructor(ask, every, trouble) {
    [this.ask, this.every, this.trouble] = [ask, every, trouble];
    this.failures = 0;
    this.now();
  }

  /** Ask at once; once more if an answer is on its way that may be older. */
  async now() {
    clearTimeout(this.timer);
    if (this.asking) {
      this.again = true;
      return;
    }
    this.asking = true;
    try {
      do {
        this.again = false;
        await this.once();
      } while (this.again);
    } finally {
      this.asking = false;
      this.wait();
    }
  }

  wait() {
    const delay = this.failures ? DELAYS[Math.min(this.failures, DELAYS.length) - 1] : this.every;
    this.timer = setTimeout(() => this.now(), delay * 1000);
    this.show(delay);
  }

  async once() {
    try {
      await this.ask();
      this.failures = 0;
    } catch (error) {
      if (!("status" in error)) throw error; // ours, and no answer of the API's
      this.failures++;
      this.problem = error.message;
    }
  }

  show(delay) {
    if (!this.failures) return tell(this.trouble);
    const button = el("button", { type: "button", onclick: () => this.now() }, "Try now");
    return tell(this.trouble, `${this.problem} Trying again at ${clock(Date.now() + delay * 1000)}.`, button);
  }
}
