// To acknowledge an alert says that somebody has seen to it: for everybody who looks at this ledger. A toast undoes it.

import { call } from "../lib/api.js";
import { count } from "../lib/format.js";
import { reported, showToast } from "../lib/toast.js";
import { headline } from "./words.js";

const AT_ONCE = 4; // requests

export class Acknowledgement {
  /** `changed(alert)` is called for each alert that is as the ledger has it now. */
  constructor(changed) {
    this.changed = changed;
  }

  toggle(alert) {
    const isDone = !alert.acknowledged_at;
    return reported(async () => {
      await this.set(alert, isDone);
      if (isDone) this.tell(`Acknowledged: ${alert.ticker} ${headline(alert)}`, [alert]);
      else showToast(`Not acknowledged: ${alert.ticker} ${headline(alert)}`);
    });
  }

  all(alerts) {
    return reported(async () => {
      await this.setAll(alerts, true);
      this.tell(`Acknowledged: ${count(alerts.length, "alert")}`, alerts);
    });
  }

  tell(text, alerts) {
    showToast(text, { label: "Undo", act: () => reported(() => this.setAll(alerts, false)) });
  }

  async setAll(alerts, isDone) {
    const waiting = [...alerts];
    const work = async () => {
      for (let alert = waiting.shift(); alert; alert = waiting.shift()) await this.set(alert, isDone);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }

  async set(alert, isDone) {
    const { data } = await call(isDone ? "POST" : "DELETE", `/api/alerts/${encodeURIComponent(alert.id)}/acknowledge/`);
    const { acknowledged_at, acknowledged_by } = data;
    Object.assign(alert, { acknowledged_at, acknowledged_by });
    this.changed(alert);
  }
}
