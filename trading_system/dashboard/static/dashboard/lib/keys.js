// Keyboard shortcuts, and the dialog that lists them.

import { el, element } from "./dom.js";

const shortcuts = new Map();

/** Register a shortcut. It does nothing while somebody types or a dialog is open. */
export function key(name, meaning, act) {
  shortcuts.set(name, { meaning, act });
}

/** List a key that a panel handles by itself. */
export function listKey(name, meaning) {
  shortcuts.set(name, { meaning });
}

/** In a dialog that was closed the focus stays until the next frame, and nobody types there. */
const isTyping = (target) => target.closest?.("input, select, textarea, dialog")?.checkVisibility() ?? false;

export function startKeys() {
  const help = element("help");
  const show = () => {
    element("shortcuts").replaceChildren(
      ...[...shortcuts].flatMap(([name, { meaning }]) => [el("dt", {}, el("kbd", {}, name)), el("dd", {}, meaning)]),
    );
    help.showModal();
  };
  key("?", "These shortcuts", show);
  element("help-button").addEventListener("click", show);
  document.addEventListener("keydown", (event) => {
    const found = shortcuts.get(event.key)?.act;
    if (!found || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    found();
  });
}

/** Arrows, Home and End move the focus along the elements that `all()` gives; `act` is called with the new one. */
export function arrows(container, all, { act = () => {}, back = "ArrowUp", on = "ArrowDown" } = {}) {
  container.addEventListener("keydown", (event) => {
    const items = all();
    const at = items.indexOf(event.target);
    const to = { [back]: at - 1, [on]: at + 1, Home: 0, End: items.length - 1 }[event.key];
    if (at < 0 || to === undefined || !items[to] || event.altKey) return;
    event.preventDefault();
    items[to].focus();
    act(items[to]);
  });
}
