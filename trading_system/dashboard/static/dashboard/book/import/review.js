// A file before it is booked: what it is, what was taken, what has to be said, its columns, and its first rows as trades.
// Whatever is changed here is sent at once, and the rows are shown as they would be booked then.

import { call } from "../../lib/api.js";
import { el, element, put, tell } from "../../lib/dom.js";
import { showErrors } from "../../lib/field-errors.js";
import { changed, complete, mappingFields, missingIn, withAnswers } from "./mapping.js";
import { preview } from "./rows.js";
import { questionFields, valueOf, zones } from "./questions.js";
import { errorList } from "./result.js";
import { keeping, options, readings } from "./settings.js";
import { bookingOf, inCounts, leftOut, rowsOf, whatItIs } from "./what.js";

const IN_A_ROW = new Intl.ListFormat("en");
const OPTIONS = ["repeated", "corrections", "keep_as"]; // of the booking: they change nothing of what is shown
const READINGS = ["profile", "charset", "separator", "sheet"];
const PATIENCE = 60_000; // ms for another look at a large file

export class Review {
  constructor() {
    this.form = element("import-review");
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.form.addEventListener("change", ({ target }) => this.change(target));
    this.form.addEventListener("toggle", ({ target }) => this.open.set(target.id, target.open), { capture: true });
  }

  begin(file) {
    this.open = new Map(); // by their ids: the parts that somebody has opened or closed
    [this.isMapped, this.kept, this.running] = [false, {}, undefined];
    this.show(file);
  }

  show(file) {
    [this.file, this.mapping] = [file, file.mapping];
    const focused = document.activeElement?.name || document.activeElement?.id;
    this.form.replaceChildren(...this.parts());
    if (!file.profile && element("import-columns")) element("import-columns").open = true;
    for (const [id, isOpen] of this.open) if (element(id)) element(id).open = isOpen;
    for (const [name, value] of Object.entries(this.kept)) this.put(name, value);
    if (focused) (this.form.elements[focused] ?? this.form.querySelector(`#${CSS.escape(focused)}`))?.focus();
    this.showBook();
  }

  /** What was not seen is not booked: the button waits until another look is there. */
  showBook() {
    const [button, isBusy] = [element("import-book"), this.running !== undefined];
    button.textContent = isBusy ? "Looking at it …" : bookingOf(this.file);
    button.setAttribute("aria-disabled", String(isBusy || this.isIncomplete));
    this.form.setAttribute("aria-busy", String(isBusy));
    put(element("import-counts"), this.inWords());
  }

  parts() {
    const { name, doubts, choices, questions, columns, mapping, rows, left_out: left, errors } = this.file;
    const list = (texts, attributes) => (texts.length ? el("ul", attributes, ...texts.map((text) => el("li", {}, text))) : "");
    return [
      el("h3", {}, name),
      el("p", { id: "import-what" }, whatItIs(this.file)),
      el("p", { id: "import-counts", role: "status" }),
      el("div", { id: "import-trouble", class: "trouble", role: "alert", hidden: true }),
      list(doubts, { id: "import-doubts", class: "warn" }),
      list(choices.filter((text) => !doubts.includes(text)), { id: "import-choices", class: "note" }),
      zones(),
      questionFields(questions),
      columns.length ? el("details", { id: "import-columns" }, el("summary", {}, "Columns and words"), ...mappingFields(mapping ?? {}, columns)) : "",
      readings(this.file),
      leftOut(left),
      errors.length ? errorList(errors) : "",
      columns.length ? preview(rows) : "",
      options(),
      columns.length && (this.isMapped || !this.file.profile) ? keeping() : "",
    ];
  }

  /** What no column tells. The ledger's own format has no columns here. */
  get missing() {
    return this.file.columns.length ? missingIn(this.mapping ?? {}) : [];
  }

  /** Whether the columns do not say enough, though no question is open. */
  get isIncomplete() {
    const { counts, questions } = this.file;
    return questions.every(valueOf) && (this.missing.length > 0 || counts.created === undefined);
  }

  inWords() {
    const { counts, left_out: left } = this.file;
    if (this.isIncomplete) return this.missing.length ? `Say below which column is ${IN_A_ROW.format(this.missing.map((name) => `the ${name}`))}.` : "Its columns do not say enough.";
    if (counts.created === undefined) return "Answer what is asked below to see its trades.";
    return `${inCounts({ ...counts, left_out: rowsOf(left) }, "")}.`;
  }

  put(name, value) {
    const field = this.form.elements[name];
    if (!field) return;
    if (typeof value === "boolean") field.checked = value;
    else field.value = value;
  }

  change(field) {
    const { name, value } = field;
    if (OPTIONS.includes(name)) return (this.kept[name] = field.type === "checkbox" ? field.checked : value);
    if (READINGS.includes(name)) return this.readAs({ [name]: value });
    const mapping = changed(this.mapping ?? {}, field);
    if (!mapping) return this.send({ answers: this.answers() });
    this.isMapped = true;
    this.mapping = mapping; // of one that is not complete yet, nothing is lost
    if (missingIn(mapping).length) return this.showBook();
    return this.send({ mapping: complete(mapping, this.file.columns), answers: this.answers() });
  }

  /** The mapping that was found for the file as it was read before goes. */
  readAs(reading) {
    this.isMapped = false;
    this.open.delete("import-columns");
    return this.send(reading);
  }

  /** What is chosen of each question; of those that are not answered, nothing. */
  answers() {
    const said = this.file.questions.map(({ name }) => [name, this.form.elements[name].value.trim()]);
    return Object.fromEntries(said.filter(([, value]) => value));
  }

  /** The answer to the last request counts: one that is on its way is given up. */
  async send(body) {
    this.running?.abort();
    const running = (this.running = new AbortController());
    this.showBook();
    try {
      const { data } = await call("PATCH", `/api/imports/${this.file.id}/`, { body, signal: running.signal, within: PATIENCE });
      this.running = undefined;
      this.show(data);
    } catch (error) {
      if (running.signal.aborted) return;
      this.running = undefined;
      this.showBook();
      this.refuse(error);
    }
  }

  /** Say what is wrong, beside its field where it has one. An error that is not the API's is thrown on. */
  refuse(error) {
    if (!("status" in error)) throw error;
    const { name: wrongName, ...fields } = error.fields; // of a profile
    const { wrong, others } = showErrors(this.form, { ...fields, ...(wrongName && { keep_as: wrongName }) });
    if (wrong.length) this.reveal(wrong[0]);
    tell(element("import-trouble"), wrong.length && !others.length ? "" : others.join(" ") || error.message);
  }

  reveal(field) {
    const part = field.closest("details");
    if (part) part.open = true;
    field.focus();
  }

  /** Whether everything is answered, and shown as it will be booked. What has no answer is asked for. */
  isSettled() {
    const answers = this.answers();
    const open = this.file.questions.filter(({ name }) => !answers[name]);
    if (open.length) this.ask(open);
    return !open.length && !this.running && !this.isIncomplete;
  }

  ask(questions) {
    const fields = Object.fromEntries(questions.map(({ name }) => [name, ["Say this before it is booked."]]));
    this.refuse({ status: 400, message: "", fields });
  }

  /** What is said of the booking. */
  said() {
    const { keep_as: text = "", ...options } = this.kept;
    const [name, answers] = [text.trim(), this.answers()];
    const kept = name && { keep_as: name, mapping: withAnswers(complete(this.mapping, this.file.columns), answers) };
    return { answers, ...options, ...kept };
  }

  /** What is open is first. */
  focus() {
    const question = this.file.questions.find((one) => !valueOf(one));
    const [missing] = this.missing;
    const name = question?.name ?? (missing && `columns.${missing === "date" ? "timestamp" : missing}`);
    (this.form.elements[name] ?? element("import-book")).focus();
  }
}
