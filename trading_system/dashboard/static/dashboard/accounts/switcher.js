// The choice of an account in the header, over everything. Where there is one account alone, there is nothing to choose.

import { chooseAccount, chosenAccount } from "../lib/account.js";
import { call } from "../lib/api.js";
import { el, element } from "../lib/dom.js";
import { Poll } from "../lib/poll.js";
import { showToast } from "../lib/toast.js";

const REFRESH = 60; // seconds

export class AccountSwitcher {
  constructor() {
    this.names = [];
    this.choice = element("account");
    this.choice.addEventListener("change", () => chooseAccount(this.choice.value));
    document.addEventListener("accountchange", () => this.show());
    document.addEventListener("accountgone", ({ detail }) => this.leave(detail));
    this.poll = new Poll(() => this.find(), REFRESH, el("div")); // it is the book that tells of failures
  }

  async find() {
    const { data } = await call("GET", "/api/accounts/");
    const names = [...new Set(data.results.map(({ name }) => name))];
    if (names.join() === this.names.join()) return; // a list that is open stays as it is
    this.names = names;
    this.show();
  }

  show() {
    const chosen = chosenAccount();
    const names = chosen && !this.names.includes(chosen) ? [...this.names, chosen] : this.names;
    this.choice.replaceChildren(option("", "All accounts"), ...names.map((name) => option(name, name)));
    this.choice.value = chosen;
    element("account-names").replaceChildren(...this.names.map((name) => option(name, name)));
    element("account-choice").hidden = element("trade-account").hidden = names.length < 2;
    document.body.classList.toggle("of-accounts", names.length > 1 && !chosen);
  }

  /** The API does not know the account that was asked for. */
  leave(name) {
    if (name !== chosenAccount()) return;
    this.names = this.names.filter((other) => other !== name);
    chooseAccount("");
    showToast(`There is no account ${name} that you can see: all accounts are shown.`);
    this.poll.now();
  }
}

const option = (value, text) => el("option", { value }, text);
