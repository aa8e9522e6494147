// The picture: relative error against eps, both logarithmic; the V and its branches.
import { label, tag } from "../shared/drawing/dom.js";
import { number, scientific } from "../shared/drawing/format.js";
import { MARGIN, curve, plotFrame, powerTicks } from "../shared/drawing/plot.js";
import { scaleLog } from "../shared/vendor/d3.js";
import { PROPERTIES, TOLERANCE } from "./state.js";

const LOWEST = 1e-17; // an error of 0 has no place on logarithmic paper: it waits at the edge
const EPS = [PROPERTIES.eps.minimum, PROPERTIES.eps.maximum];
export const LOOK = "nn-plot nn-check-plot"; // class of the svg
export const HEIGHT = { wide: 330, narrow: 300 }; // pixels

/** The scales for a picture of that size. */
export function scales(width, height) {
  return {
    x: scaleLog(EPS, [MARGIN.left, width - MARGIN.right]).clamp(true),
    y: scaleLog([LOWEST, 1], [height - MARGIN.bottom, MARGIN.top]).clamp(true),
  };
}

/** Elements of the picture: `curves` of curves.js, the `reading` of state.js. */
export function picture(state, curves, reading, { x, y }) {
  const { branches, isWrong } = curves;
  return [
    plotFrame({
      x,
      y,
      xTicks: powerTicks(x, 3),
      yTicks: powerTicks(y, 4),
      title: "Relative error against ε",
      xLabel: "nudge ε",
    }),
    tolerance(x, y),
    guides(branches, x, y),
    isWrong ? curve(x, y, shown(curves.right), "nn-check-right") : [],
    curves.oneSided ? curve(x, y, shown(curves.oneSided), "nn-check-one-sided") : [],
    curve(x, y, shown(curves.written), "nn-check-curve"),
    curves.complex ? complexLine(curves.complex, state, reading.complex, x, y) : [],
    words(state, curves, x, y),
    marks(state, reading, x, y),
  ];
}

const held = (error) => (Number.isNaN(error) ? NaN : Math.max(error, LOWEST));
const shown = (points) => points.map(([eps, error]) => [eps, held(error)]);

function tolerance(x, y) {
  const [left, right] = x.range();
  const at = y(TOLERANCE);
  return [
    tag("line", { class: "nn-check-bar", x1: left, x2: right, y1: at, y2: at }),
    label(left + 4, at + 9, `tolerance ${scientific(TOLERANCE)}`, { class: "nn-axis-label" }),
  ];
}

/** Each branch as it would go on alone. */
function guides({ truncation, rounding }, x, y) {
  const bottom = LOWEST * 100;
  const lines = [];
  if (truncation) {
    const stop = Math.max(EPS[0], Math.sqrt(bottom / truncation));
    lines.push(line(x, y, [1, truncation], [stop, truncation * stop ** 2]));
  }
  if (rounding) {
    const stop = Math.min(1, rounding / bottom);
    lines.push(line(x, y, [EPS[0], rounding / EPS[0]], [stop, rounding / stop]));
  }
  return lines;
}

function line(x, y, from, to) {
  return tag("line", {
    class: "nn-guide",
    x1: x(from[0]),
    y1: y(from[1]),
    x2: x(to[0]),
    y2: y(to[1]),
  });
}

/** The names of the branches and of what else is drawn. */
function words(state, { branches, isWrong, floor, right, oneSided }, x, y) {
  const { truncation, rounding } = branches;
  const texts = [];
  const say = (px, py, text, anchor, more = "") =>
    texts.push(label(px, py, text, { class: `nn-check-word ${more}`, "text-anchor": anchor }));
  if (truncation) {
    const [px, py] = [x(1e-4) + 12, y(truncation * 1e-8) + 8];
    say(px, py, "truncation", "start");
    say(px, py + 14, "slope 2", "start", "nn-muted");
  }
  if (rounding) {
    const [px, py] = [x(1e-11) - 10, y(rounding * 1e11) + 12];
    say(px, py, "rounding", "end");
    say(px, py + 14, "slope −1", "end", "nn-muted");
  }
  if (isWrong) {
    say(
      x(3e-8),
      y(floor) + (floor > 1e-3 ? 14 : -12),
      `with the bug: floor ${number(floor, 3)}`,
      "middle",
    );
    const tip = right.reduce((best, point) => (point[1] < best[1] ? point : best));
    say(x(tip[0]), y(held(tip[1])) + 16, "without it", "middle", "nn-muted");
  } else if (oneSided) {
    const place = oneSided.find(([eps]) => eps < 1.1e-3);
    say(x(place[0]) - 10, y(held(place[1])) - 8, "one-sided, slope 1", "end");
  }
  return texts;
}

/** The complex step, and where its own eps is: at the edge where it is smaller than the picture. */
function complexLine(points, { complex_eps: step }, { error }, x, y) {
  const [px, py] = [x(step), y(held(error))];
  const beyond = step < EPS[0];
  return [
    curve(x, y, shown(points), "nn-check-complex"),
    label(x(3e-12), y(held(points.at(-1)[1])) - 12, "complex step", {
      class: "nn-check-word",
      "text-anchor": "middle",
    }),
    beyond ? tag("path", { class: "nn-check-beyond", d: `M${px + 6},${py - 5}l-8,5l8,5` }) : [],
    tag("path", {
      class: "nn-check-diamond",
      d: `M${px + (beyond ? 14 : 0)},${py - 6}l6,6l-6,6l-6,-6z`,
    }),
  ];
}

function marks({ eps }, { report }, x, y) {
  const place = x(eps);
  const [bottom, top] = y.range();
  const upright = tag("line", { class: "nn-check-eps", x1: place, x2: place, y1: bottom, y2: top });
  if (report.verdict === "lost") return [upright];
  const level = y(held(report.error));
  return [
    upright,
    tag("circle", { class: "nn-dot", cx: place, cy: level, r: 4 }),
    tag("circle", { class: "nn-ring", cx: place, cy: level, r: 8 }),
  ];
}
