// The two tabs of the lower panel.

import { element } from "./dom.js";
import { arrows, key } from "./keys.js";

export function startTabs() {
  const tabs = [...document.querySelectorAll('[role="tab"]')];
  const show = (tab) => {
    for (const other of tabs) {
      other.setAttribute("aria-selected", String(other === tab));
      other.tabIndex = other === tab ? 0 : -1;
      element(other.getAttribute("aria-controls")).hidden = other !== tab;
    }
  };
  for (const tab of tabs) tab.addEventListener("click", () => show(tab));
  arrows(tabs[0].parentNode, () => tabs, { act: show, back: "ArrowLeft", on: "ArrowRight" });
  const [trades, positions] = tabs;
  key("t", "Trades", () => show(trades));
  key("p", "Positions", () => show(positions));
}
