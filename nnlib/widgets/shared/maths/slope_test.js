// The slope test: how fast the gap between promise and fact shrinks. No DOM.
import { isMeasurable } from "./measurable.js";

/**
 * Actual and promised change of the cost for a move of `size`.
 * @param {CostMove} move @param {number} size
 */
export function costChange({ costAt, rate }, size) {
  return { actual: costAt(size) - costAt(0), promised: rate * size };
}

export const SMALLEST = 1e-4; // move that is tried

/**
 * The gap between the actual and the promised change, for moves that fall from `largest`, and the
 * slope of log(gap) against log(size): 2 where the promise is right, 1 where it is wrong.
 * `costAt(size)` is the cost after the move, `rate` the promised change per size, `sign` the side
 * that is tried. Points without a measurable gap are left out, and so are, for the slope, gaps lost
 * in rounding; it is null where too few remain.
 * @param {CostMove} move
 */
export function slopeTest({ costAt, rate }, sign = 1, largest = 1) {
  const before = costAt(0);
  const points = [];
  const steps = Math.round(4 * Math.log10(largest / SMALLEST));
  for (let k = 0; k <= steps; k++) {
    const size = largest * 10 ** (-k / 4);
    const gap = Math.abs(costAt(sign * size) - before - rate * sign * size);
    if (isMeasurable(gap)) points.push({ size, gap });
  }
  const sure = points.filter(({ size, gap }) => size <= 0.1 && gap > 10 * rounding(before));
  return { points, slope: sure.length < 3 ? null : fitSlope(sure.slice(-9)) };
}

/**
 * Gaps below this are too near to the last digits of the cost to mean much.
 * @param {number} cost
 */
export function rounding(cost) {
  return 1e3 * Number.EPSILON * Math.max(cost, Number.MIN_VALUE);
}

/** @param {{ size: number, gap: number }[]} points */
function fitSlope(points) {
  const xs = points.map((p) => Math.log(p.size));
  const ys = points.map((p) => Math.log(p.gap));
  /** @param {number[]} v */
  const mean = (v) => v.reduce((s, t) => s + t, 0) / v.length;
  const [mx, my] = [mean(xs), mean(ys)];
  const product = xs.reduce((s, v, i) => s + (v - mx) * (ys[i] - my), 0);
  return product / xs.reduce((s, v) => s + (v - mx) ** 2, 0);
}
