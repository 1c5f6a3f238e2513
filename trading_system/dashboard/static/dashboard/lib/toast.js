// Short messages that go by themselves, one at a time, each with at most one thing to do about it.

import { ApiError } from "./api.js";
import { el } from "./dom.js";
import { key } from "./keys.js";

const SECONDS = 10; // as long as nobody points at it or is in it

let shown;

/** `action` is `{label, act}`; the key u does it, too. A new message takes the place of the one before. */
export function showToast(text, action) {
  const { line } = (shown ??= begin());
  shown.action = action;
  const close = el("button", { type: "button", class: "icon", "aria-label": "Close this message", onclick: hide }, "×");
  const button = action && el("button", { type: "button", onclick: act, "aria-keyshortcuts": "u" }, action.label);
  line.replaceChildren(el("span", {}, text), button ?? "", close);
  shown.box.classList.add("open");
  place();
  wait();
}

/** Run an action; an error of the API becomes a toast. */
export async function reported(action) {
  try {
    await action();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    showToast(error.message);
  }
}

/** Below a dialog that is open nothing can be clicked: it is in there as long as it is. */
function place() {
  const home = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body;
  if (shown.box.parentNode !== home) home.append(shown.box);
  if (home !== document.body) shown.box.scrollIntoView({ block: "nearest" });
}

function begin() {
  const line = el("div", { role: "status" });
  const box = el("div", { class: "toast", onmouseenter: stay, onmouseleave: wait, onfocusin: stay, onfocusout: wait }, line);
  document.body.append(box);
  document.addEventListener("close", place, true);
  return { box, line };
}

/** The key is there from the start, so that the list of shortcuts has it. */
export function startToasts() {
  shown ??= begin();
  key("u", "Undo", () => shown.action && act());
}

function act() {
  const { action } = shown;
  hide();
  action.act();
}

function hide() {
  stay();
  shown.action = undefined;
  shown.box.classList.remove("open");
  shown.line.replaceChildren();
}

const stay = () => clearTimeout(shown.timer);

function wait() {
  stay();
  if (!shown.box.matches(":hover, :focus-within")) shown.timer = setTimeout(hide, SECONDS * 1000);
}
