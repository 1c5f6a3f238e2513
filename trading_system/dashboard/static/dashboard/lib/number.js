// Numbers as people paste them. The page itself writes 1,234.50. What could be a decimal sign or a thousands separator is
// taken where the page and the browser's language agree on it; where they do not, whoever pasted it says which. Pure.

const SPACE = "\\s'’"; // \s has the spaces that are not broken, which French and SI write
const PAGE = { decimal: ".", group: "," };
const CURRENCY = /^([+−-]?)\s*\p{Sc}|\p{Sc}$/u;
const FORM = new RegExp(`^([+−-]?)\\s*([\\d.,${SPACE}]+)$`);
const GROUPED = new RegExp(`^[1-9]\\d{0,2}([.,${SPACE}])\\d{3}(?:\\1\\d{3})*$`);
const LONE_COMMA = /^\d*,\d*$/;
const INDIAN = /^[1-9]\d?(?:,\d{2})+,\d{3}$/; // 12,34,567

/** `{decimal, group}`: the signs that a language writes numbers with. */
export function styleOf(language) {
  const parts = new Intl.NumberFormat(language, { numberingSystem: "latn" }).formatToParts(1234567.8);
  const [decimal, group] = ["decimal", "group"].map((type) => parts.find((part) => part.type === type)?.value);
  return { decimal, group };
}

/**
 * What a text says to somebody who writes numbers in this style: `{value}`, as the API takes it; `{choices}`, the values
 * that could be meant; or `{error}`, a sentence. A text without a digit stays as it is, for the API to refuse.
 */
export function readNumber(text, style) {
  const trimmed = text.trim();
  if (!/\p{N}/u.test(trimmed)) return { value: trimmed };
  const [, sign, body] = FORM.exec(trimmed.replace(CURRENCY, "$1").trim()) ?? [];
  const readings = body ? readingsOf(body, sign && sign !== "+" ? "-" : "") : {};
  return settled(readings, body, style) ?? { error: refusal(trimmed) };
}

/** `{group, decimal}`: the number if its last separator groups digits, and if it is a decimal sign; without what is no number. */
function readingsOf(body, sign) {
  const at = Math.max(body.lastIndexOf("."), body.lastIndexOf(","));
  const [left, fraction] = [body.slice(0, at), body.slice(at + 1)];
  const [whole, before] = [wholeOf(body), left === "" ? "0" : wholeOf(left)];
  const isDecimal = at >= 0 && before && /^\d*$/.test(fraction) && !left.includes(body[at]);
  return { ...(whole && { group: sign + whole }), ...(isDecimal && { decimal: sign + before + (fraction && `.${fraction}`) }) };
}

const wholeOf = (text) => (/^\d+$/.test(text) || GROUPED.test(text) || INDIAN.test(text) ? text.replace(/\D/g, "") : undefined);

function settled({ group, decimal }, body, style) {
  if (group && decimal) {
    const [sign] = body.match(/[.,]/);
    const meant = meaning(sign, PAGE);
    return meaning(sign, style) === meant ? { value: { group, decimal }[meant] } : { choices: [group, decimal] };
  }
  if (decimal && LONE_COMMA.test(body) && style.decimal !== ",") return { choices: [decimal] };
  return (group ?? decimal) && { value: group ?? decimal };
}

const meaning = (sign, style) => Object.keys(style).find((name) => style[name] === sign);

function refusal(text) {
  const isExponent = /^[+−-]?[\d.,]+e[+−-]?\d+$/i.test(text);
  return `${text} is no valid number. ${isExponent ? "Write it out, without an exponent." : "Write it as 1234.50."}`;
}
