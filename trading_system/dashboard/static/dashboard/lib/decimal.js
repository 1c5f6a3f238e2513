// Exact decimals: an integer of any length and how many of its digits stand behind the point. No float touches them.

const FORM = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;
const MAX_LENGTH = 5000; // characters of a text that is read; the longest amounts of the API, after the oddest splits, have some 4,000

export class Decimal {
  /** `units` / 10 ** `scale` */
  constructor(units, scale) {
    [this.units, this.scale] = [units, scale];
  }

  /** What the API writes, as `-12.50` and `0`, and what feeds write, as `1e-7`. RangeError for anything else. */
  static parse(text) {
    const match = String(text).length <= MAX_LENGTH && FORM.exec(text);
    const [, sign, whole = "", fraction = "", exponent = "0"] = match || [];
    if (!whole && !fraction) throw new RangeError(`${String(text).slice(0, MAX_LENGTH)} is no decimal`);
    const scale = fraction.length - Number(exponent);
    const units = BigInt(whole + fraction) * 10n ** BigInt(Math.max(0, -scale));
    return new Decimal(sign === "-" ? -units : units, Math.max(0, scale));
  }

  plus(other) {
    const scale = Math.max(this.scale, other.scale);
    return new Decimal(this.at(scale) + other.at(scale), scale);
  }

  minus(other) {
    return this.plus(other.negated());
  }

  times(other) {
    return new Decimal(this.units * other.units, this.scale + other.scale);
  }

  negated() {
    return new Decimal(-this.units, this.scale);
  }

  /** -1, 0 or 1, as `compare` gives for the order of two. */
  sign() {
    return Number(this.units > 0n) - Number(this.units < 0n);
  }

  compare(other) {
    return this.minus(other).sign();
  }

  /** With at most so many digits behind the point; a half goes to the even neighbour. */
  round(digits) {
    return digits >= this.scale ? this : new Decimal(halfEven(this.units, 10n ** BigInt(this.scale - digits)), digits);
  }

  /** The quotient with so many digits behind the point; a half goes to the even neighbour. */
  over(other, digits) {
    if (!other.units) throw new RangeError("division by zero");
    const sign = other.units < 0n ? -1n : 1n;
    const scale = other.scale + digits;
    const units = this.units * 10n ** BigInt(Math.max(scale - this.scale, 0)) * sign;
    return new Decimal(halfEven(units, other.units * sign * 10n ** BigInt(Math.max(this.scale - scale, 0))), digits);
  }

  /** Without the zeros at the end of its fraction that `least` digits do not need. */
  trimmed(least = 0) {
    let { units, scale } = this;
    while (scale > least && units % 10n === 0n) [units, scale] = [units / 10n, scale - 1];
    return new Decimal(units, scale);
  }

  toString() {
    const digits = String(this.units < 0n ? -this.units : this.units).padStart(this.scale + 1, "0");
    const point = digits.length - this.scale;
    return `${this.units < 0n ? "-" : ""}${digits.slice(0, point)}${this.scale ? `.${digits.slice(point)}` : ""}`;
  }

  at(scale) {
    return this.units * 10n ** BigInt(scale - this.scale);
  }
}

/** To the nearest integer; the divisor is above zero. */
function halfEven(dividend, divisor) {
  let quotient = dividend / divisor;
  let rest = dividend % divisor;
  if (rest < 0n) [quotient, rest] = [quotient - 1n, rest + divisor];
  const up = 2n * rest > divisor || (2n * rest === divisor && quotient % 2n !== 0n);
  return up ? quotient + 1n : quotient;
}
