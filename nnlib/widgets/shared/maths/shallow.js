// The mathematics of a network with one hidden layer on a line: one input, hidden units, one
// output. No DOM. It mirrors nnlib.forward and is tested against it.
//
// A network is { w, b, v, c, activation, output_activation, straight }: w[j] and b[j] lead into
// hidden unit j, v[j] leads out of it, c is the output's bias. A unit with straight[j] passes its z
// on as it is. The cost is the mean of 1/2 (a - y)^2 over the targets, a list of [x, y].
import { ACTIVATIONS, quadratic } from "./network.js";

/**
 * z, a and slope sigma'(z) of every hidden unit, parts v_j a_j, their sum plus c, the output.
 * @param {ShallowNetwork} network @param {number} x
 */
export function forward(network, x) {
  const { w, b, v, c, straight, activation, output_activation: last } = network;
  const unit = straight.map((bare) => ACTIVATIONS[bare ? "identity" : activation]);
  const z = w.map((weight, j) => weight * x + b[j]);
  const a = z.map((value, j) => unit[j].f(value));
  const parts = a.map((value, j) => v[j] * value);
  const sum = parts.reduce((total, part) => total + part, c);
  return {
    z,
    a,
    slope: z.map((value, j) => unit[j].derivative(value)),
    parts,
    sum,
    output: ACTIVATIONS[last].f(sum),
  };
}

/**
 * Where the sum stands before each part and after the last: c, c + v_1 a_1, ...
 * @param {number} c @param {number[]} parts
 */
export function partialSums(c, parts) {
  const sums = [c];
  for (const part of parts) sums.push(sums.at(-1) + part);
  return sums;
}

/**
 * The affine function that the sum is when every unit is straight: W2 W1, and W2 b1 + b2.
 * @param {Pick<ShallowNetwork, "w" | "b" | "v" | "c">} network
 */
export function collapse({ w, b, v, c }) {
  /** @param {number[]} values */
  const dot = (values) => v.reduce((total, weight, j) => total + weight * values[j], 0);
  return { slope: dot(w), intercept: dot(b) + c };
}

/** @typedef {"sigmoid" | "tanh" | "relu" | "softplus"} Saturating */

/**
 * Largest sigma', and the z at which it has fallen to a share of that, below and above.
 * @type {Record<Saturating, (share: number) => { largest: number, low: number, high: number }>}
 */
const STEEPNESS = {
  sigmoid: (share) => {
    const reach = 2 * Math.atanh(Math.sqrt(1 - share));
    return { largest: 0.25, low: -reach, high: reach };
  },
  tanh: (share) => {
    const reach = Math.atanh(Math.sqrt(1 - share));
    return { largest: 1, low: -reach, high: reach };
  },
  relu: () => ({ largest: 1, low: 0, high: Infinity }),
  softplus: (share) => ({ largest: 1, low: Math.log(share / (1 - share)), high: Infinity }),
};

/**
 * Whether an activation has a flat end: its slope vanishes there.
 * @param {ActivationName} activation @returns {activation is Saturating}
 */
export const saturates = (activation) => Object.hasOwn(STEEPNESS, activation);

/**
 * The intervals of inputs in [from, to] where hidden unit j is saturated: its sigma'(z) is below
 * `share` of the largest. None for a straight unit, or where the activation has no flat end.
 * @param {Pick<ShallowNetwork, "w" | "b" | "activation" | "straight">} network @param {number} j
 * @param {Pair} interval @returns {Pair[]}
 */
export function saturatedInputs({ w, b, activation, straight }, j, [from, to], share = 0.05) {
  if (straight[j] || !saturates(activation)) return [];
  const { largest, low, high } = STEEPNESS[activation](share);
  if (w[j] === 0)
    return ACTIVATIONS[activation].derivative(b[j]) < share * largest ? [[from, to]] : [];
  const [left, right] = [(low - b[j]) / w[j], (high - b[j]) / w[j]].sort((p, q) => p - q);
  /** @type {Pair[]} */
  const ends = [
    [from, Math.min(to, left)],
    [Math.max(from, right), to],
  ];
  return ends.filter(([start, end]) => start < end);
}

/**
 * Mean cost over the targets; null where there are none.
 * @param {ShallowNetwork} network @param {Pair[]} targets
 */
export function meanCost(network, targets) {
  const costs = targets.map(([x, y]) => quadratic(forward(network, x).output, y));
  return mean(costs);
}

/**
 * What the range of the output activation permits: which targets lie outside it, how many on an
 * end that is approached and never reached, and the mean cost that no network can fall below.
 * @param {ActivationName} activation @param {Pair[]} targets
 */
export function permitted(activation, targets) {
  const [low, high] = ACTIVATIONS[activation].range;
  const nearest = targets.map(([, y]) => Math.min(high, Math.max(low, y)));
  return {
    outside: targets.flatMap(([, y], i) => (nearest[i] === y ? [] : [i])),
    onEnd: targets.filter(([, y]) => y === low || y === high).length,
    lowest: mean(targets.map(([, y], i) => quadratic(nearest[i], y))),
  };
}

/** @param {number[]} values */
function mean(values) {
  return values.length ? values.reduce((total, value) => total + value, 0) / values.length : null;
}

const BENDS = [-8, -5, -3, -2, -1, -0.5, 0.5, 1, 2, 3, 5, 8];

/**
 * Inputs to draw a curve through: evenly spaced, each unit's corner, and closer where it is steep.
 * @param {Pick<ShallowNetwork, "w" | "b">} network @param {Pair} interval @param {number} count
 */
export function sampleInputs({ w, b }, [from, to], count) {
  const inputs = Array.from({ length: count }, (_, i) => from + (i / (count - 1)) * (to - from));
  const apart = inputs[1] - inputs[0];
  w.forEach((weight, j) => {
    for (const z of Math.abs(weight) * apart > 0.5 ? [0, ...BENDS] : [0]) {
      const x = (z - b[j]) / weight;
      if (x > from && x < to) inputs.push(x);
    }
  });
  return inputs.sort((p, q) => p - q);
}
