// What somebody does to trades of the book. Each action says in a toast what it did, or why it failed.

import { call } from "../lib/api.js";
import { reported, showToast } from "../lib/toast.js";
import { inWords } from "./row.js";
import { loadSample } from "./sample.js";

export const ledgerChanges = () => document.dispatchEvent(new CustomEvent("ledgerchange"));

export class Actions {
  /** `removed(trade)` takes a trade out of the table and returns its row number, `restored(number)` shows it there again. */
  constructor(form, { removed, restored }) {
    [this.form, this.removed, this.restored] = [form, removed, restored];
  }

  edit(trade) {
    return reported(() => this.form.edit(trade));
  }

  remove(trade) {
    return reported(async () => {
      try {
        await call("DELETE", `/api/trades/${trade.id}/`);
      } catch (error) {
        if (error.status !== 404) throw error; // somebody else was quicker
      }
      const number = this.removed(trade);
      showToast(`Deleted: ${inWords(trade)}`, { label: "Undo", act: () => this.restore(trade, number) });
      ledgerChanges();
    });
  }

  restore(trade, number) {
    return reported(async () => {
      await call("POST", `/api/trades/${trade.id}/restore/`);
      showToast(`Restored: ${inWords(trade)}`);
      this.restored(number);
      ledgerChanges();
    });
  }

  async addSample({ target: button }) {
    button.disabled = true;
    await reported(async () => {
      const added = await loadSample();
      showToast(added ? `${added} sample trades added` : "The sample trades are there already");
      ledgerChanges();
    });
    button.disabled = false;
  }
}
