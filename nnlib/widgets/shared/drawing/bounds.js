// Round bounds, for axes that stand still while values move.
import { isMeasurable } from "../maths/measurable.js";

/**
 * The smallest of the steps, times a power of ten, that is at least |value|; 1 where that is lost.
 * @param {number} value @param {number[]} steps
 */
export function roundUp(value, steps = [1, 2, 5, 10]) {
  const size = Math.abs(value);
  if (!isMeasurable(size)) return 1;
  const power = 10 ** Math.floor(Math.log10(size));
  const step = steps.find((s) => s * power >= size * (1 - 1e-12)) ?? steps.at(-1);
  return step * power;
}

/**
 * A domain that holds all values and does not move with each of them; more steps fit it closer.
 * @param {Pair} domain @param {number[]} values @param {number[]} [steps] @returns {Pair}
 */
export function steadyDomain([low, high], values, steps) {
  const above = Math.max(high, ...values);
  const below = Math.min(low, ...values);
  return [below < low ? -roundUp(below, steps) : low, above > high ? roundUp(above, steps) : high];
}
