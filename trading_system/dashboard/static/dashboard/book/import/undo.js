// An import is taken back as one change, and put back as one. What was left alone is told.

import { call } from "../../lib/api.js";
import { count } from "../../lib/format.js";

const PATIENCE = 600_000; // ms: an import may have millions of trades
const MOST = 10; // trades left alone that are named

/** `act` is "undo" or "redo"; resolves to a sentence or two. ApiError if it could not be done. */
export async function turn(act, id) {
  const { data } = await call("POST", `/api/imports/${id}/${act}/`, { within: PATIENCE });
  return act === "undo" ? undone(data) : redone(data);
}

function undone({ trades, corrections, ...left }) {
  const taken = corrections ? `, ${count(corrections, "correction")} taken back` : "";
  return `Undone: ${count(trades, "trade")} removed${taken}.${stays(left, "changed since")}`;
}

function redone({ trades, corrections, ...left }) {
  const made = corrections ? `, ${count(corrections, "correction")} made again` : "";
  return `Redone: ${count(trades, "trade")} restored${made}.${stays(left, "there already, or changed since")}`;
}

function stays({ left, left_trades: ids }, why) {
  if (!left) return "";
  const more = left > MOST ? " and others" : "";
  return ` Left alone, ${why}: ${count(left, "trade")} (${ids.slice(0, MOST).join(", ")}${more}).`;
}
