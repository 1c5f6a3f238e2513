// Alerts and fills as marks: each on the bar that it fell into, alerts of a bar as one, labels no denser than can be read. Pure.

/** The last of the ascending `times` that is not after `time`; -1 if all are. */
function barOf(times, time) {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Marks on bars that begin at these times, in seconds; those from before the first are left out. */
export function onBars(marks, times) {
  return marks.flatMap((mark) => {
    const bar = barOf(times, mark.time);
    return bar < 0 ? [] : [{ ...mark, bar, time: times[bar] }];
  });
}

/** One mark for all on the same side of a bar; what was withdrawn gives it neither colour nor shape, if another one can. */
export function together(marks) {
  const sides = Map.groupBy(marks, ({ bar, position }) => `${bar} ${position}`);
  return [...sides.values()].map((all) => {
    const valid = all.filter(({ isWithdrawn }) => !isWithdrawn);
    const [first] = valid.length ? valid : all;
    return valid.length > 1 ? { ...first, text: `${valid.length} alerts` } : first;
  });
}

/** In order, with the labels of the newest, and of those that are so many bars `apart` from the label after them. */
export function thinned(marks, apart) {
  const labelled = {}; // bar of the last label by position
  const newestFirst = marks.toSorted((a, b) => b.bar - a.bar);
  const kept = newestFirst.map((mark) => {
    if (labelled[mark.position] - mark.bar < apart) return { ...mark, text: "" };
    labelled[mark.position] = mark.bar;
    return mark;
  });
  return kept.reverse();
}
