// A file of trades into the ledger: dropped anywhere on the page, or chosen. Nothing of it is booked if a row is wrong,
// unless somebody wants the others.

import { chosenAccount, ofAccount } from "../lib/account.js";
import { ApiError } from "../lib/api.js";
import { el, element, tell } from "../lib/dom.js";
import { count, moment } from "../lib/format.js";
import { typeOf, uploadFile } from "./upload.js";

const MAX_LISTED = 200; // errors that are shown

const hasFiles = ({ dataTransfer }) => dataTransfer.types.includes("Files");

export class Import {
  /** `done()` is called when trades have been added. */
  constructor(done) {
    this.done = done;
    this.dialog = element("import");
    const input = element("import-file");
    input.addEventListener("change", () => this.take(input.files));
    input.addEventListener("click", () => (input.value = "")); // the same file may be chosen again
    element("import-close").addEventListener("click", () => this.dialog.close());
    element("import-again").addEventListener("click", () => this.send(this.again));
    // The event comes late: a file that was dropped since has opened the dialog again.
    this.dialog.addEventListener("close", () => this.dialog.open || this.running?.abort());
    this.listenToDrags();
  }

  listenToDrags() {
    const zone = element("drop");
    document.addEventListener("dragenter", (event) => hasFiles(event) && (zone.hidden = document.querySelector("dialog[open]:not(#import)") !== null));
    document.addEventListener("dragover", (event) => hasFiles(event) && event.preventDefault());
    document.addEventListener("dragleave", ({ relatedTarget }) => relatedTarget || (zone.hidden = true));
    document.addEventListener("drop", (event) => {
      zone.hidden = true;
      if (!hasFiles(event)) return;
      event.preventDefault();
      if (document.querySelector("dialog[open]:not(#import)") || this.running) return;
      this.open();
      this.take(event.dataTransfer.files);
    });
  }

  open() {
    this.show("choose");
    this.report();
    const account = chosenAccount();
    tell(element("import-account"), account ? `Rows that name no account go into ${account}.` : "");
    if (!this.dialog.open) this.dialog.showModal();
  }

  show(part) {
    element("import-choose").hidden = part !== "choose";
    element("import-running").hidden = part !== "running";
    element("import-again").hidden = true;
    element("import-close").textContent = part === "running" ? "Cancel" : "Close";
  }

  take(files) {
    const [file] = files;
    if (files.length > 1) return this.report(el("p", { class: "error" }, "One file at a time, please."));
    if (!typeOf(file.name)) return this.report(el("p", { class: "error" }, `${file.name}: its name must end in .csv, .ndjson, .jsonl or .json.`));
    const most = Number(this.dialog.dataset.maxUpload); // bytes
    if (file.size > most) return this.report(el("p", { class: "error" }, `${file.name} has more than ${most / 1024 / 1024} MiB. Split it, or use manage.py import_trades.`));
    this.file = file;
    return this.send(ofAccount());
  }

  async send(query) {
    this.show("running");
    this.report();
    element("import-name").textContent = this.file.name;
    this.progress(0);
    this.running = new AbortController();
    try {
      const report = await uploadFile(this.file, query, (share) => this.progress(share), this.running.signal);
      this.show("choose");
      if (report) this.tell(report, query);
      else this.report(el("p", {}, "Cancelled: nothing was booked."));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.show("choose");
      this.offer("Try again", query);
      this.report(el("p", { class: "error" }, error.message));
    } finally {
      this.running = undefined;
    }
  }

  progress(share) {
    const bar = element("import-progress");
    if (share < 1) bar.value = share;
    else bar.removeAttribute("value"); // all is sent, and how long booking takes is not known
    element("import-share").textContent = share < 1 ? `${Math.floor(share * 100)} % sent` : "Booking …";
  }

  tell(report, query) {
    const { created, duplicates, failed, errors, imported_at: before } = report;
    const isRefused = failed > 0 && query.on_error !== "skip";
    this.report(
      el("h3", {}, this.file.name),
      before ? el("p", {}, `This file was imported before, at ${moment(before)}.`) : "",
      el("p", {}, `${count(created, "trade")} added, ${count(duplicates, "duplicate")}, ${count(failed, "wrong row")}.`),
      isRefused ? el("p", {}, "Nothing was booked: correct the file, or import its valid rows.") : "",
      errors.length ? list(errors) : "",
    );
    if (isRefused) this.offer("Import the valid rows", { ...query, on_error: "skip" });
    else if (before && !created) this.offer("Import it again", { ...query, again: "true" });
    if (created) this.done();
  }

  offer(label, query) {
    this.again = query;
    element("import-again").textContent = label;
    element("import-again").hidden = false;
  }

  report(...parts) {
    element("import-report").replaceChildren(...parts);
    if (parts.length && this.dialog.open) element("import-report").focus();
  }
}

function list(errors) {
  const rows = errors.slice(0, MAX_LISTED).map(({ line, field, message }) =>
    el("tr", {}, el("td", { class: "number" }, String(line)), el("td", {}, field ?? ""), el("td", {}, message)),
  );
  const head = el("tr", {}, el("th", { scope: "col", class: "number" }, "Line"), el("th", { scope: "col" }, "Field"), el("th", { scope: "col" }, "What is wrong"));
  const more = errors.length - rows.length;
  return el(
    "div",
    { class: "errors", tabindex: "0", role: "region", "aria-label": "Errors" },
    el("table", {}, el("thead", {}, head), el("tbody", {}, ...rows)),
    more ? el("p", { class: "note" }, `and ${more} more`) : "",
  );
}
