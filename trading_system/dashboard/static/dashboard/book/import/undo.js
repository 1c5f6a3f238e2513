// An import is taken back as one change, and put back as one. What was left alone is told.

import { call } from "../../lib/api.js";
import { count } from "../../lib/format.js";

const PATIENCE = 600_000; // ms: an import may have millions of trades
const MOST = 10; // trades left alone that are named

/** `act` is "undo" or "redo"; resolves to a sentence or two. ApiError if it could not be done. */
export async function turn(act, id) {
  const { data } = await call("POST", `/api/imports/${id}/${act}/`, { within: PATIENCE });
  const done = act === "undo" ? `Undone: ${count(data.removed, "trade")} removed.` : `Redone: ${count(data.restored, "trade")} restored.`;
  return [done, leftAlone(data.left)].filter(Boolean).join(" ");
}

function leftAlone(left = []) {
  if (!left.length) return "";
  const named = left.slice(0, MOST).map(({ id, why }) => `trade ${id} (${why})`).join(", ");
  return `Left alone: ${named}${left.length > MOST ? ` and ${left.length - MOST} more` : ""}.`;
}
