// The line of a ticker's last minute, in a row of the watchlist.

import { colour } from "../lib/colours.js";

const WIDTH = 56; // in CSS pixels
const HEIGHT = 24;

export function drawLine(quote, canvas) {
  const points = pointsOf(quote);
  const values = points.map(([, value]) => value);
  const [low, high, newest] = [Math.min(...values), Math.max(...values), points.at(-1)[0]];
  const context = cleared(canvas);
  context.beginPath();
  for (const [second, value] of points) {
    const share = high > low ? (value - low) / (high - low) : 0.5;
    context.lineTo(WIDTH - 2 - ((newest - second) / 60) * (WIDTH - 4), HEIGHT - 3 - share * (HEIGHT - 6));
  }
  context.strokeStyle = colour(values.at(-1) < values[0] ? "--fall" : "--rise");
  context.lineWidth = 1.25;
  context.stroke();
}

/** `[second, price]` of each sample of the last minute. */
function pointsOf(quote) {
  const [first, end] = quote.minute();
  const points = [];
  for (let number = first; number < end; number++) points.push([quote.seconds[number % quote.seconds.length], quote.values[number % quote.values.length]]);
  return points;
}

function cleared(canvas) {
  const scale = devicePixelRatio;
  if (canvas.width !== WIDTH * scale) [canvas.width, canvas.height] = [WIDTH * scale, HEIGHT * scale];
  const context = canvas.getContext("2d");
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, WIDTH, HEIGHT);
  return context;
}
