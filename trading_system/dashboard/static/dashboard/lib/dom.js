// Elements whose content is text. Nothing on the page is made of markup that came from elsewhere.

/** `on…` attributes are listeners; those that are null, undefined or false are left out, true is an empty one. */
export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

export const element = (id) => document.getElementById(id);

/** Set a text, and return whether it is another one than before. */
export function put(target, text) {
  if (target.textContent === text) return false;
  target.textContent = text;
  return true;
}

/** Show these children in an element that is hidden while it has none. */
export function tell(target, ...children) {
  target.hidden = !children.join("");
  target.replaceChildren(...children);
}
