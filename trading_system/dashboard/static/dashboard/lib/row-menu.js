// What can be done with a row, in a menu beside it.

import { element } from "./dom.js";
import { arrows } from "./keys.js";

export class RowMenu {
  /** The menu and the scroller of its table by their ids; an act, by the name that its button has, gets what the row is of. */
  constructor(menu, scroller, acts) {
    this.menu = element(menu);
    this.items = [...this.menu.querySelectorAll("button")];
    arrows(this.menu, () => this.items.filter(({ hidden }) => !hidden));
    this.menu.addEventListener("click", ({ target }) => {
      const act = target.closest("button")?.dataset.act;
      if (!act) return;
      this.close();
      acts[act](this.subject);
    });
    this.menu.addEventListener("keydown", (event) => {
      if (event.key === "Tab") this.close();
    });
    element(scroller).addEventListener("scroll", () => this.follow(), { passive: true });
  }

  open(subject, button) {
    this.subject = subject;
    this.button = button;
    this.menu.showPopover();
    const { right, bottom, top } = button.getBoundingClientRect();
    this.top = top;
    const { offsetWidth: width, offsetHeight: height } = this.menu;
    this.menu.style.left = `${Math.min(Math.max(0, right - width), innerWidth - width)}px`;
    this.menu.style.top = `${bottom + height < innerHeight ? bottom : Math.max(0, top - height)}px`;
    this.items[0].focus();
  }

  /** A list scrolls by itself, too, to keep its rows in place when others come above them: then nothing has moved. */
  follow() {
    if (Math.abs(this.button?.getBoundingClientRect().top - this.top) >= 1) this.close();
  }

  /** The focus goes back to the button, as popovers do by themselves. */
  close() {
    if (this.menu.matches(":popover-open")) this.menu.hidePopover();
  }
}
