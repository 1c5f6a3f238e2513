// Between the API's instants and what a field for a date and time of the browser's zone holds.

const two = (number) => String(number).padStart(2, "0");

/** `2025-06-06T22:00:00.123`; empty stays empty. Digits after the milliseconds do not fit such a field. */
export function localText(iso) {
  if (!iso) return "";
  const date = new Date(iso);
  const day = `${String(date.getFullYear()).padStart(4, "0")}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const ms = date.getMilliseconds();
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}${ms ? `.${String(ms).padStart(3, "0")}` : ""}`;
}

/** `2025-06-06T20:00:00.123Z` */
export const utcText = (local) => (local ? new Date(local).toISOString() : "");
