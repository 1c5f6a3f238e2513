// The last imports: each can be undone as one, and redone; a file that was kept and is not booked yet can be gone on with.

import { ApiError, call } from "../../lib/api.js";
import { el, element, tell } from "../../lib/dom.js";
import { moment } from "../../lib/format.js";
import { turn } from "./undo.js";
import { inCounts } from "./what.js";

export class Earlier {
  /** `open(file)` goes on with a kept one, `changed()` is called when trades have come or gone. */
  constructor({ open, changed }) {
    [this.open, this.changed] = [open, changed];
    element("import-older").addEventListener("click", () => this.tried(() => this.add(this.next)));
  }

  async show() {
    element("import-list").replaceChildren();
    tell(element("import-said"));
    await this.tried(() => this.add("/api/imports/"));
    element("import-none").hidden = element("import-list").childElementCount > 0;
  }

  async add(path) {
    const { data } = await call("GET", path);
    this.next = data.next;
    element("import-older").hidden = !data.next;
    element("import-list").append(...data.results.map((one) => this.item(one)));
  }

  item(one) {
    const { name, created_by: by, created_at: at, profile, counts, state } = one;
    const words = [moment(at), by && `by ${by}`, profile, inCounts(counts), { kept: "not booked yet", undone: "undone" }[state]];
    const item = el("li", { "data-id": one.id }, el("div", {}, el("strong", {}, name || "without a name"), el("div", { class: "note" }, words.filter(Boolean).join(" · "))));
    item.append(el("div", { class: "acts" }, ...this.actsOf(one, item)));
    return item;
  }

  actsOf(one, item) {
    const button = (label, act) => el("button", { type: "button", "aria-label": `${label}: ${one.name}`, onclick: () => this.tried(act) }, label);
    const acts = {
      kept: [button("Continue", () => this.goOn(one)), button("Forget", () => this.forget(one, item))],
      booked: [button("Undo", () => this.turn("undo", one, item))],
      undone: [button("Redo", () => this.turn("redo", one, item))],
    };
    return acts[one.state] ?? [];
  }

  async goOn({ id }) {
    const { data } = await call("GET", `/api/imports/${id}/`);
    this.open(data);
  }

  async forget({ id, name }, item) {
    await call("DELETE", `/api/imports/${id}/`);
    item.remove();
    this.say(`Forgotten: ${name}.`);
    element("import-close").focus();
  }

  async turn(act, { id, name }, item) {
    const text = await turn(act, id);
    const { data } = await call("GET", `/api/imports/${id}/`);
    const now = this.item(data);
    item.replaceWith(now);
    now.querySelector("button")?.focus();
    this.say(`${name}: ${text}`);
    this.changed();
  }

  say(text) {
    tell(element("import-said"), text);
  }

  async tried(act) {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.say(error.message);
    }
  }
}
