// Is a gradient right? Slopes that are measured instead of derived, and the comparison. No DOM. It
// mirrors nnlib.gradcheck for one sample and the quadratic cost, and is tested against it.
//
// A gradient is one list of slopes, in the order of nnlib.gradcheck.flatten: every W row by row,
// layer after layer, then every b. Networks are those of dense.js.
import { COMPLEX_ACTIVATIONS, add, multiply, scale, subtract } from "./complex.js";
import { cost, forward } from "./dense.js";
import { ACTIVATIONS } from "./network.js";

/**
 * All slopes of { dW, db } in one list.
 * @param {{ dW: Matrix[], db: number[][] }} gradients
 */
export function flatten({ dW, db }) {
  return [...dW.flat(2), ...db.flat()];
}

/**
 * The names of all slopes, as "w2_31" and "b2_3", in the order of `flatten`.
 * @param {Pick<DenseNetwork, "W" | "b">} network
 */
export function slopeNames({ W, b }) {
  const weights = W.flatMap((matrix, l) =>
    matrix.flatMap((row, j) => row.map((_, k) => `w${l + 1}_${j + 1}${k + 1}`)),
  );
  return [...weights, ...b.flatMap((column, l) => column.map((_, j) => `b${l + 1}_${j + 1}`))];
}

/** @type {(u: number[], v: number[]) => number} */
const dot = (u, v) => u.reduce((sum, value, k) => sum + value * v[k], 0);

/**
 * The cost when z of one unit has another value: only the layers behind it are computed.
 * @param {DenseNetwork} network @param {number[][]} z @param {number} l @param {number} j
 * @param {number} value @param {number[]} y
 */
function costBehind(network, z, l, j, value, y) {
  let column = z[l].with(j, value).map(ACTIVATIONS[network.activations[l]].f);
  for (let layer = l + 1; layer < network.W.length; layer++) {
    const { f } = ACTIVATIONS[network.activations[layer]];
    const biases = network.b[layer];
    column = network.W[layer].map((row, m) => f(dot(row, column) + biases[m]));
  }
  return 0.5 * column.reduce((sum, a, m) => sum + (a - y[m]) ** 2, 0);
}

/**
 * A slope for every parameter: `slope(l, j, k)`, k being null for a bias.
 * @param {DenseNetwork} network @param {(l: number, j: number, k: number | null) => number} slope
 */
function eachSlope({ W, b }, slope) {
  return [
    ...W.flatMap((matrix, l) => matrix.flatMap((row, j) => row.map((_, k) => slope(l, j, k)))),
    ...b.flatMap((column, l) => column.map((_, j) => slope(l, j, null))),
  ];
}

/**
 * Central differences, (C(w + eps) - C(w - eps)) / 2 eps of every parameter; with `oneSided`
 * (C(w + eps) - C(w)) / eps. NaN where eps is lost beside the parameter.
 * @param {DenseNetwork} network @param {number[]} x @param {number[]} y @param {number} eps
 */
export function differences(network, x, y, eps, oneSided = false) {
  const { W, b } = network;
  const { z, a } = forward(network, x);
  const here = cost(network, x, y);
  return eachSlope(network, (l, j, k) => {
    const value = k === null ? b[l][j] : W[l][j][k];
    const [up, down] = [value + eps, oneSided ? value : value - eps];
    /** @param {number} to */
    const nudged = (to) =>
      k === null ? dot(W[l][j], a[l]) + to : dot(W[l][j].with(k, to), a[l]) + b[l][j];
    /** @param {number} to */
    const costAt = (to) => costBehind(network, z, l, j, nudged(to), y);
    // 2 eps, but as it came out after rounding
    return (costAt(up) - (oneSided ? here : costAt(down))) / (up - down);
  });
}

/**
 * The complex step, Im C(w + i h) / h of every parameter.
 * @param {DenseNetwork} network @param {number[]} x @param {number[]} y @param {number} h
 */
export function complexStep(network, x, y, h) {
  const { z, a } = forward(network, x);
  return eachSlope(network, (l, j, k) => {
    /** @type {Pair} */
    const nudged = [z[l][j], h * (k === null ? 1 : a[l][k])];
    return complexCostBehind(network, z, l, j, nudged, y)[1] / h;
  });
}

/**
 * @param {DenseNetwork} network @param {number[][]} z @param {number} l @param {number} j
 * @param {Pair} value @param {number[]} y @returns {Pair}
 */
function complexCostBehind({ W, b, activations }, z, l, j, value, y) {
  let column = z[l].map((real, m) =>
    COMPLEX_ACTIVATIONS[activations[l]](m === j ? value : [real, 0]),
  );
  for (let layer = l + 1; layer < W.length; layer++) {
    const f = COMPLEX_ACTIVATIONS[activations[layer]];
    column = W[layer].map((row, m) =>
      f(row.reduce((sum, weight, k) => add(sum, scale(weight, column[k])), [b[layer][m], 0])),
    );
  }
  return column.reduce(
    (sum, output, m) => {
      const miss = subtract(output, [y[m], 0]);
      return add(sum, scale(0.5, multiply(miss, miss)));
    },
    [0, 0],
  );
}

/**
 * |a - b| / (|a| + |b|) over whole lists; 0 where both are 0, NaN where an entry is not finite.
 * @param {number[]} a @param {number[]} b
 */
export function relativeError(a, b) {
  let largest = 0;
  for (const list of [a, b]) {
    for (const value of list) {
      if (!Number.isFinite(value)) return NaN;
      largest = Math.max(largest, Math.abs(value));
    }
  }
  if (largest === 0) return 0;
  let [sizeA, sizeB, apart] = [0, 0, 0];
  for (let p = 0; p < a.length; p++) {
    // so that no square overflows, or vanishes
    const [mine, other] = [a[p] / largest, b[p] / largest];
    sizeA += mine ** 2;
    sizeB += other ** 2;
    apart += (mine - other) ** 2;
  }
  return Math.sqrt(apart) / (Math.sqrt(sizeA) + Math.sqrt(sizeB));
}

/**
 * The slope that rounding alone can give a cost of this size at this eps.
 * @param {number} costNow @param {number} eps
 */
export function noiseOf(costNow, eps) {
  return (10 * Number.EPSILON * Math.max(1, Math.abs(costNow))) / eps;
}

/**
 * nnlib.gradcheck.check_gradients: { error, noise, worst, difference, verdict }. `worst` is the
 * place of the largest difference. The verdict: "passed", within the tolerance; "noise", where
 * nnlib lets a gradient pass because no difference stands out from rounding; "failed"; or "lost",
 * where eps was too small to change a parameter and nothing was measured.
 * @param {number[]} derived @param {number[]} measured @param {number} noise
 * @param {number} tolerance
 */
export function compare(derived, measured, noise, tolerance) {
  const gaps = derived.map((slope, p) => Math.abs(slope - measured[p]));
  const sizes = gaps.map((gap) => (Number.isNaN(gap) ? Infinity : gap));
  const worst = sizes.indexOf(Math.max(...sizes));
  const error = relativeError(derived, measured);
  const verdict = Number.isNaN(error)
    ? "lost"
    : error <= tolerance
      ? "passed"
      : gaps[worst] <= noise
        ? "noise"
        : "failed";
  return { error, noise, worst, difference: gaps[worst], verdict };
}
