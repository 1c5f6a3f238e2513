// The form that asks until when to snooze.

import { ApiError } from "../lib/api.js";
import { element, tell } from "../lib/dom.js";
import { clearErrors, showErrors } from "../lib/field-errors.js";
import { zone } from "../lib/format.js";
import { localText, utcText } from "../lib/local-time.js";

const DAY = 86_400_000; // ms

export class Until {
  /** `snooze({ticker, rule}, until)` is awaited; an error of the API is shown beside the field. */
  constructor(snooze) {
    this.snooze = snooze;
    [this.dialog, this.form] = ["snooze", "snooze-form"].map(element);
    element("snooze-hint").textContent = `The time is that of ${zone()}.`;
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    this.dialog.querySelector("[data-close]").addEventListener("click", () => this.dialog.close());
  }

  /** To this minute of tomorrow, unless somebody says otherwise. */
  open(wanted) {
    this.wanted = wanted;
    element("snooze-title").textContent = `Snooze ${wanted.ticker}${wanted.rule === null ? "" : `, rule ${wanted.rule}`}`;
    this.refuse({});
    this.form.elements.until.value = localText(new Date(Date.now() + DAY).toISOString()).slice(0, 16);
    this.dialog.showModal();
  }

  async send() {
    try {
      const until = utcText(this.form.elements.until.value);
      if (!until) throw new ApiError(400, "", { until: ["Until when?"] });
      await this.snooze(this.wanted, until);
      this.dialog.close();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.refuse(error.fields, error.message);
    }
  }

  refuse(fields, message = "") {
    clearErrors(this.form);
    const { wrong, others } = showErrors(this.form, fields);
    tell(element("snooze-trouble"), others.join(" ") || (wrong.length ? "" : message));
    wrong[0]?.focus();
  }
}
