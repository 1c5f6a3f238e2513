// A file of trades into the ledger: dropped anywhere on the page, or chosen. It is looked at first, and booked when somebody
// has seen what it is; a file that leaves nothing to decide is booked at once. Nothing of it is booked if a row is wrong,
// unless somebody wants the others.

import { chosenAccount, ofAccount } from "../../lib/account.js";
import { ApiError, call } from "../../lib/api.js";
import { el, element, tell } from "../../lib/dom.js";
import { showToast } from "../../lib/toast.js";
import { Booking } from "./booking.js";
import { knownOf } from "./result.js";
import { listenToDrops } from "./drops.js";
import { Earlier } from "./earlier.js";
import { Review } from "./review.js";
import { Stage } from "./stage.js";
import { sendFile } from "./upload.js";

const MIB = 1024 * 1024;

/** It has the ledger's own columns, and nobody has to say in which account it belongs. */
const isPlain = ({ columns, questions }) => !columns.length && questions.every(({ answer }) => answer);

/** It was imported before, and nothing of it is new. */
const isKnown = ({ imported_at: before, counts }) => Boolean(before) && !counts.created && !counts.failed;

export class Import {
  /** `done()` is called when trades have been added, or taken away. */
  constructor(done) {
    this.stage = new Stage();
    this.review = new Review();
    this.booking = new Booking(this.stage, this.review, done);
    this.earlier = new Earlier({ open: (file) => this.look(file), changed: done });
    const input = element("import-file");
    input.addEventListener("change", () => this.take(input.files));
    input.addEventListener("click", () => (input.value = "")); // the same file may be chosen again
    element("import-discard").addEventListener("click", () => this.discard());
    element("import-others").addEventListener("click", () => this.showEarlier());
    // The event comes late: a file that was dropped since has opened the dialog again.
    element("import").addEventListener("close", () => this.stage.isOpen || this.sending?.abort());
    listenToDrops((files) => this.stage.isRunning || this.takeDropped(files));
  }

  open() {
    const account = chosenAccount();
    tell(element("import-account"), account ? `Rows that name no account go into ${account}.` : "");
    this.stage.open();
  }

  takeDropped(files) {
    this.open();
    this.take(files);
  }

  take(files) {
    const [file] = files;
    const { most } = this.stage;
    if (files.length > 1) return this.stage.refuse("One file at a time, please.");
    if (file.size > most) return this.stage.refuse(`${file.name} has more than ${most / MIB} MiB. Split it, or use manage.py import_trades.`);
    return this.send(file);
  }

  async send(file) {
    this.stage.run(file.name, "Looking at it …", "Cancel");
    this.sending = new AbortController();
    try {
      const found = await sendFile(file, ofAccount(), (share) => this.stage.progress(share), this.sending.signal);
      if (!found) return this.cancelled();
      this.look(found);
      if (isPlain(found) && !isKnown(found)) await this.booking.book({ on_error: "abort" });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return this.stage.refuse(`${file.name}: ${error.fields.file?.join(" ") ?? error.message}`);
    }
  }

  /** The dialog is closed then. */
  cancelled() {
    this.stage.show("choose");
    showToast("Cancelled: nothing was booked.");
  }

  /** A kept file, before it is booked. */
  look(file) {
    this.stage.show("review", ...(isKnown(file) ? knownOf(file) : []));
    this.review.begin(file);
    this.review.focus();
    if (isKnown(file)) this.booking.offerAgain(file.counts);
  }

  async discard() {
    const { id, name } = this.review.file;
    try {
      await call("DELETE", `/api/imports/${id}/`);
      this.stage.show("choose", el("p", {}, `Discarded: nothing of ${name} was booked.`));
    } catch (error) {
      this.review.refuse(error);
    }
  }

  showEarlier() {
    this.stage.show("earlier");
    return this.earlier.show();
  }
}
