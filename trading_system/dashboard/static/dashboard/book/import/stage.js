// The dialog's parts, of which one is shown: a choice of a file, progress, a file before it is booked, earlier imports. Above
// them stands the report of what was done last; below them the buttons.

import { el, element } from "../../lib/dom.js";

const PARTS = ["choose", "running", "review", "earlier"];
const OFFERS = ["import-again", "import-undo"]; // what can be done about the last report

export class Stage {
  constructor() {
    this.dialog = element("import");
    element("import-close").addEventListener("click", () => this.dialog.close());
  }

  get isRunning() {
    return !element("import-running").hidden;
  }

  get isOpen() {
    return this.dialog.open;
  }

  /** The most that is taken of a file, in bytes. */
  get most() {
    return Number(this.dialog.dataset.maxUpload);
  }

  open() {
    if (!this.isRunning && element("import-review").hidden) this.show("choose"); // a file that is looked at stays
    if (!this.isOpen) this.dialog.showModal();
  }

  show(part, ...report) {
    for (const name of PARTS) element(`import-${name}`).hidden = name !== part;
    for (const id of OFFERS) element(id).hidden = true;
    for (const id of ["import-book", "import-discard"]) element(id).hidden = part !== "review";
    element("import-others").hidden = part !== "choose";
    element("import-close").textContent = "Close";
    this.dialog.classList.toggle("wide", part === "review");
    element("import-report").replaceChildren(...report);
    if (report.length && this.isOpen) element("import-report").focus();
  }

  refuse(message) {
    this.show("choose", el("p", { class: "error" }, message));
  }

  /** Say more about what was done. */
  add(text, name = null) {
    element("import-report").append(el("p", { class: name }, text));
  }

  /** `then` is said once all is sent, and `label` is what the button does meanwhile. */
  run(name, then, label = "Close") {
    this.show("running");
    this.then = then;
    element("import-name").textContent = name;
    element("import-close").textContent = label;
    this.progress(0);
  }

  progress(share) {
    const bar = element("import-progress");
    if (share < 1) bar.value = share;
    else bar.removeAttribute("value"); // all is sent, and how long the rest takes is not known
    element("import-share").textContent = share < 1 ? `${Math.floor(share * 100)} % sent` : this.then;
  }

  offer(id, label) {
    element(id).textContent = label;
    element(id).hidden = false;
  }
}
