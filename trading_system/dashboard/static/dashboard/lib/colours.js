// Colours for canvases, which do not know custom properties; and the choice of light or dark.

import { element } from "./dom.js";

const dark = matchMedia("(prefers-color-scheme: dark)");
const root = document.documentElement;

const known = new Map(); // until the theme changes

/** The colour behind a custom property, as it is now. */
export function colour(name) {
  if (!known.has(name)) known.set(name, find(name));
  return known.get(name);
}

function find(name) {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : dark.matches);

export function startTheme() {
  const button = element("theme");
  const changed = () => {
    known.clear();
    button.textContent = isDark() ? "☀" : "☾";
    button.setAttribute("aria-label", isDark() ? "Use light colours" : "Use dark colours");
    document.dispatchEvent(new CustomEvent("themechange"));
  };
  button.addEventListener("click", () => {
    const wanted = isDark() ? "light" : "dark";
    root.dataset.theme = (wanted === "dark") === dark.matches ? "" : wanted; // back with the system, if that is what it wants
    localStorage.setItem("theme", root.dataset.theme);
    changed();
  });
  dark.addEventListener("change", changed);
  changed();
}
