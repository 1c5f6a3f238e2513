// Rows are moved by dragging, or with Alt and the arrows, Home and End. While one is dragged, nothing else moves.

import { element } from "../lib/dom.js";

export class Moving {
  /** `place(lines, line)` makes the order of these rows the one that stays, as `line` was moved; without rows nothing was. */
  constructor({ place, remove }) {
    this.place = place;
    this.body = element("prices-rows");
    this.body.addEventListener("keydown", (event) => this.press(event, remove));
    this.body.addEventListener("dragstart", (event) => this.begin(event));
    this.body.addEventListener("dragenter", (event) => this.dragged && event.preventDefault()); // or a quick drop would be refused
    this.body.addEventListener("dragover", (event) => this.over(event));
    this.body.addEventListener("drop", (event) => this.drop(event));
    this.body.addEventListener("dragend", () => this.end());
  }

  get isDragging() {
    return this.dragged !== undefined;
  }

  lines() {
    return [...this.body.children];
  }

  /** Arrows without Alt move the focus, elsewhere. */
  press(event, remove) {
    const line = event.target.closest("tr");
    if (!line || event.ctrlKey || event.metaKey) return;
    const steps = { ArrowUp: -1, ArrowDown: 1, Home: -Infinity, End: Infinity }[event.key];
    if (event.altKey && steps) this.step(line, steps);
    else if (!event.altKey && event.key === "Delete") remove(line);
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  /** Move a row past so many of those that the filter shows: down, or up where the number is below zero. */
  step(line, steps) {
    const shown = this.lines().filter(({ hidden }) => !hidden);
    const from = shown.indexOf(line);
    const to = Math.min(Math.max(from + steps, 0), shown.length - 1);
    if (to === from) return;
    const others = this.lines().filter((other) => other !== line);
    others.splice(others.indexOf(shown[to]) + Number(to > from), 0, line);
    this.place(others, line);
  }

  begin(event) {
    this.dragged = event.target.closest?.("tr");
    if (!this.dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", this.dragged.dataset.ticker);
    this.dragged.classList.add("dragged");
  }

  /** The row goes where the pointer is at once, so that one sees where it would be. */
  over(event) {
    if (!this.dragged) return;
    event.preventDefault();
    const line = event.target.closest("tr");
    if (!line || line === this.dragged) return;
    const { top, height } = line.getBoundingClientRect();
    const before = event.clientY < top + height / 2 ? line : line.nextSibling;
    if (before !== this.dragged && before !== this.dragged.nextSibling) this.body.insertBefore(this.dragged, before);
  }

  drop(event) {
    if (!this.dragged) return;
    event.preventDefault();
    this.isDropped = true;
  }

  /** Escape, and whoever lets go elsewhere, leave everything as it was. */
  end() {
    const [line, isDropped] = [this.dragged, this.isDropped];
    this.dragged = this.isDropped = undefined;
    line.classList.remove("dragged");
    this.place(isDropped ? this.lines() : undefined, line);
  }
}
