// The rules that the ledger keeps, and gives to every watch that asks: listed, added, changed, deleted. A rule that was
// deleted is put back by the toast that says so; what somebody else changed meanwhile is not overwritten unseen.

import { ApiError, call } from "../lib/api.js";
import { el, element, tell } from "../lib/dom.js";
import { showToast } from "../lib/toast.js";
import { DEFAULTS, RuleForm } from "./form.js";
import { Preview } from "./preview.js";
import { inWords } from "./words.js";

const ADDRESS = "/api/alert-rules/";

export class Rules {
  constructor() {
    this.dialog = element("rules");
    this.form = new RuleForm(() => this.preview.clear());
    this.preview = new Preview((error) => this.form.refuse(error));
    element("alerts-rules").addEventListener("click", () => this.open());
    element("rules-add").addEventListener("click", () => this.edit());
    element("rules-back").addEventListener("click", () => this.back());
    element("rule-preview").addEventListener("click", () => this.ask());
    element("rule-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.save();
    });
    this.dialog.querySelector("[data-close]").addEventListener("click", () => this.dialog.close());
    this.dialog.addEventListener("close", () => this.preview.clear());
  }

  open() {
    element("rules-title").textContent = "Alert rules";
    element("rules-list").replaceChildren();
    for (const id of ["rules-empty", "rules-note", "rules-no-rise"]) element(id).hidden = true;
    element("rules-skeleton").hidden = false;
    this.turn("list");
    this.dialog.showModal();
    return this.list();
  }

  /** To the list of rules, or to the form of one. */
  turn(page) {
    for (const name of ["list", "form"]) element(`rules-${name}-page`).hidden = name !== page;
    for (const button of this.dialog.querySelectorAll("[data-page]")) button.hidden = button.dataset.page !== page;
    tell(element("rules-trouble"));
  }

  async list() {
    const again = el("button", { type: "button", onclick: () => this.list() }, "Try again");
    try {
      const { data } = await call("GET", ADDRESS);
      tell(element("rules-trouble"));
      this.show(data.results);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      element("rules-skeleton").hidden = true;
      tell(element("rules-trouble"), error.message, again);
    }
  }

  show(rules) {
    element("rules-skeleton").hidden = true;
    element("rules-empty").hidden = rules.length > 0;
    element("rules-note").hidden = !rules.length;
    element("rules-no-rise").hidden = !rules.length || rules.some(({ kind }) => kind === "rise");
    element("rules-list").replaceChildren(...rules.map((rule) => this.item(rule)));
  }

  item(rule) {
    const button = (verb, act) => el("button", { type: "button", "aria-label": `${verb}: ${rule.name}`, onclick: act }, verb);
    return el(
      "li",
      { "data-name": rule.name },
      el("div", {}, el("strong", {}, rule.name), " ", el("span", { class: `severity ${rule.severity}` }, rule.severity)),
      el("div", { class: "acts" }, button("Edit", () => this.tried(() => this.editStored(rule))), button("Delete", () => this.tried(() => this.remove(rule)))),
      el("p", { class: "note" }, inWords(rule)),
    );
  }

  async editStored({ id }) {
    const { data, response } = await call("GET", `${ADDRESS}${id}/`);
    this.edit(data, response.headers.get("ETag"));
  }

  edit(rule, etag) {
    [this.rule, this.etag] = [rule, etag];
    element("rules-save").textContent = rule ? "Save" : "Add rule";
    element("rules-title").textContent = rule ? `Alert rule: ${rule.name}` : "New alert rule";
    this.turn("form");
    this.preview.clear();
    this.form.fill(rule ?? DEFAULTS);
    element("rule-form").elements.name.focus();
  }

  async back(name = this.rule?.name) {
    element("rules-title").textContent = "Alert rules";
    this.preview.clear();
    this.turn("list");
    await this.list();
    this.focus(name);
  }

  /** Where it was: at the rule, or at the button that adds one. */
  focus(name) {
    const row = [...element("rules-list").children].find((item) => item.dataset.name === name);
    (row?.querySelector("button") ?? element("rules-add")).focus();
  }

  save() {
    return this.tried(async () => {
      const body = this.form.read();
      const { data } = this.rule
        ? await call("PUT", `${ADDRESS}${this.rule.id}/`, { body, headers: { "If-Match": this.etag } })
        : await call("POST", ADDRESS, { body });
      showToast(`${this.rule ? "Saved" : "Added"}: ${data.name}. A watch takes it within 10 seconds.`);
      await this.back(data.name);
    });
  }

  /** A rule may be looked at before it has a name. */
  ask() {
    const rule = this.form.read();
    this.form.refuse();
    return this.preview.ask({ ...rule, name: rule.name || "preview" });
  }

  /** What the toast puts back is what was there at last, whatever the list showed. */
  async remove(listed) {
    let rule = listed;
    try {
      const { data, response } = await call("GET", `${ADDRESS}${listed.id}/`);
      await call("DELETE", `${ADDRESS}${data.id}/`, { headers: { "If-Match": response.headers.get("ETag") } });
      rule = data;
    } catch (error) {
      if (error.status !== 404) throw error; // somebody else was quicker
    }
    showToast(`Deleted: ${rule.name}`, { label: "Undo", act: () => this.tried(() => this.restore(rule)) });
    await this.list();
    this.focus();
  }

  async restore({ id, created_at: _created, updated_at: _updated, ...body }) {
    await call("POST", ADDRESS, { body });
    showToast(`Restored: ${body.name}`);
    await this.list();
    this.focus(body.name);
  }

  /** Run it; an error of the API is shown beside its field, or above all. */
  async tried(work) {
    tell(element("rules-trouble"));
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.status === 412 && !element("rules-form-page").hidden) await this.tried(() => this.showNewer());
      else this.refuse(error);
    }
  }

  /** Nobody's words are lost: those that were typed are in the form, and the next save is over what is stored now. */
  async showNewer() {
    const { data, response } = await call("GET", `${ADDRESS}${this.rule.id}/`);
    [this.rule, this.etag] = [data, response.headers.get("ETag")];
    const take = el("button", { type: "button", onclick: () => this.edit(this.rule, this.etag) }, "Take theirs");
    tell(element("rules-trouble"), el("span", {}, `This rule was changed since you opened it. Now: ${inWords(data)}. Save replaces it.`), take);
  }

  refuse(error) {
    if (!this.dialog.open) showToast(error.message);
    else if (element("rules-form-page").hidden) tell(element("rules-trouble"), error.message);
    else this.form.refuse(error);
  }
}
