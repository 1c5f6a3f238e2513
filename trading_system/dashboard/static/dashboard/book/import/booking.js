// A kept file becomes trades, all of them or none; what is offered afterwards: undo, the valid rows alone, once more.

import { ApiError, call } from "../../lib/api.js";
import { element } from "../../lib/dom.js";
import { count } from "../../lib/format.js";
import { showToast } from "../../lib/toast.js";
import { valueOf } from "./questions.js";
import { resultOf } from "./result.js";
import { turn } from "./undo.js";

const PATIENCE = 600_000; // ms: a file may have millions of rows

export class Booking {
  /** `done()` is called when trades have been added, or taken away. */
  constructor(stage, review, done) {
    [this.stage, this.review, this.done] = [stage, review, done];
    element("import-book").addEventListener("click", () => this.begin());
    element("import-again").addEventListener("click", () => this.book(this.again));
    element("import-undo").addEventListener("click", () => this.turn());
  }

  begin() {
    if (!this.review.isSettled()) return undefined;
    return this.book({ on_error: this.review.file.counts.failed ? "skip" : "abort" });
  }

  async book(options) {
    const { id, name } = this.review.file;
    const body = { ...this.review.said(), ...options };
    this.stage.run(name, "Booking …");
    this.stage.progress(1);
    try {
      const { data } = await call("POST", `/api/imports/${id}/book/`, { body, within: PATIENCE });
      this.tell(name, data);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.refuse(error, options);
    }
  }

  tell(name, report) {
    const { import: id, created, corrected } = report;
    this.stage.show("choose", ...resultOf(name, report));
    if (!this.stage.isOpen) showToast(`${name}: ${count(created, "trade")} added`);
    if (!created && !corrected) return;
    this.offerUndo("undo", id);
    this.done();
  }

  /** Of a file that was imported before: what booking it again would do is the other's choice. */
  offerAgain({ missing }) {
    if (missing) this.offer("Book what was deleted", { again: true });
    else this.offer("Import it again", { again: true, repeated: "book" });
  }

  refuse(error, options) {
    const { errors, questions } = error.fields;
    if (errors) {
      this.stage.show("review", ...resultOf(this.review.file.name, error.body, true));
      return this.offer("Import the valid rows", { ...options, on_error: "skip" });
    }
    this.stage.show("review");
    return questions ? this.review.ask(questions.filter((question) => !valueOf(question))) : this.review.refuse(error);
  }

  offer(label, options) {
    this.again = options;
    this.stage.offer("import-again", label);
  }

  offerUndo(act, id) {
    [this.act, this.booked] = [act, id];
    this.stage.offer("import-undo", act === "undo" ? "Undo" : "Redo");
  }

  async turn() {
    const { act, booked } = this;
    try {
      this.stage.add(await turn(act, booked));
      this.offerUndo(act === "undo" ? "redo" : "undo", booked);
      this.done();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.stage.add(error.message, "error");
    }
  }
}
