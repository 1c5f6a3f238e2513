// What can be done with a trade, in a menu beside its row.

import { element } from "../lib/dom.js";
import { arrows } from "../lib/keys.js";

export class RowMenu {
  /** `acts` are `edit(trade)`, `remove(trade)` and `history(trade)`. */
  constructor(acts) {
    this.menu = element("row-menu");
    this.items = [...this.menu.querySelectorAll("button")];
    arrows(this.menu, () => this.items);
    this.menu.addEventListener("click", ({ target }) => {
      const act = target.closest("button")?.dataset.act;
      if (!act) return;
      this.close();
      acts[act](this.trade);
    });
    this.menu.addEventListener("keydown", (event) => {
      if (event.key === "Tab") this.close();
    });
    element("book-scroll").addEventListener("scroll", () => this.close(), { passive: true });
  }

  open(trade, button) {
    this.trade = trade;
    this.button = button;
    this.menu.showPopover();
    const { right, bottom, top } = button.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.menu;
    this.menu.style.left = `${Math.max(0, right - width)}px`;
    this.menu.style.top = `${bottom + height < innerHeight ? bottom : top - height}px`;
    this.items[0].focus();
  }

  /** The focus goes back to the button, as popovers do by themselves. */
  close() {
    if (this.menu.matches(":popover-open")) this.menu.hidePopover();
  }
}
