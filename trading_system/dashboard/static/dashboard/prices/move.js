// How a move is written: sign, arrow and colour say the same.

import { put } from "../lib/dom.js";
import { percent } from "../lib/format.js";

/** Of a number of percent: `▲ +0.42 %`, and what comes after it. */
export function showMove(target, moved, after = "") {
  const text = `${moved < 0 ? "▼ " : moved > 0 ? "▲ " : ""}${percent(moved)}${after}`;
  if (!put(target, text)) return;
  target.classList.toggle("rise", moved > 0);
  target.classList.toggle("fall", moved < 0);
}
