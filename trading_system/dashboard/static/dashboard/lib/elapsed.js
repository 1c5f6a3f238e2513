// How old something is, in the largest unit that it fills: a glance tells minutes from days.

const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
];

/** `40 s old`, `12 min old`, `2 h old`, `3 d old`, of milliseconds; less than none is `0 s old`. */
export function age(ms) {
  const [unit, size] = UNITS.find(([, each]) => ms >= each) ?? ["s", 1000];
  return `${Math.max(0, Math.floor(ms / size))} ${unit} old`;
}
