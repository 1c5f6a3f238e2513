// Errors beside their fields: seen, read out with the field, and gone with the next try.

import { el } from "./dom.js";

const fieldOf = (form, name) => {
  const found = form.elements.namedItem(name);
  return found instanceof HTMLElement ? found : null;
};

export function clearErrors(form) {
  for (const field of form.querySelectorAll("[aria-invalid]")) clearError(form, field);
}

export function clearError(form, field) {
  form.querySelector(`#${idOf(form, field)}`)?.remove();
  field.removeAttribute("aria-invalid");
  describe(field, hintsOf(form, field));
}

/** What describes a field besides its error. */
const hintsOf = (form, field) => (field.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && id !== idOf(form, field));

function describe(field, ids) {
  if (ids.length) field.setAttribute("aria-describedby", ids.join(" "));
  else field.removeAttribute("aria-describedby");
}

const idOf = (form, field) => `${form.id}-${field.name}-error`;

/** Show `{name: [messages]}`; return the fields, first on the form first, and what belongs to none of them. */
export function showErrors(form, errors) {
  clearErrors(form);
  const others = [];
  for (const [name, messages] of Object.entries(errors)) {
    const field = fieldOf(form, name);
    if (field) mark(form, field, messages.join(" "));
    else others.push(name === "non_field_errors" ? messages.join(" ") : `${name}: ${messages.join(" ")}`);
  }
  return { wrong: [...form.querySelectorAll("[aria-invalid]")], others };
}

function mark(form, field, text) {
  const id = idOf(form, field);
  field.setAttribute("aria-invalid", "true");
  describe(field, [id, ...hintsOf(form, field)]);
  field.closest("label").after(el("span", { id, class: "error" }, text));
}
