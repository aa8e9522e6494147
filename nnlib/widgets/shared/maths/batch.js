// The mathematics of a dense network and a whole batch, as nnlib.forward and nnlib.batched have it.
// No DOM.
//
// A network is { sizes, activations, W, b }: W[l] is a Float64Array of n_l x n_(l-1) numbers, row
// by row, b[l] one of n_l. A batch X is a Float64Array of N x n_0 numbers, one sample a row. What
// is computed again and again is written into arrays that are made once.
import { ACTIVATIONS } from "./network.js";

/**
 * Room for z and a of N samples; a[0] is the batch itself.
 * @param {BatchNetwork} network @param {number} N @returns {BatchTrace}
 */
export function emptyTrace({ sizes }, N) {
  const z = sizes.slice(1).map((n) => new Float64Array(N * n));
  return { N, z, a: [new Float64Array(0), ...z.map((values) => new Float64Array(values.length))] };
}

/**
 * Fills `trace` with z and a of the batch X, and returns it.
 * @param {BatchNetwork} network @param {Float64Array} X @param {BatchTrace} trace
 */
export function forward({ sizes, activations, W, b }, X, trace) {
  trace.a[0] = X;
  for (let l = 0; l < W.length; l++) {
    affine(trace.a[l], W[l], b[l], trace.z[l], trace.N, sizes[l], sizes[l + 1]);
    squash(activations[l], trace.z[l], trace.a[l + 1], sizes[l + 1]);
  }
  return trace;
}

/**
 * Z = A W.T + b
 * @param {Float64Array} A @param {Float64Array} W @param {Float64Array} b @param {Float64Array} Z
 * @param {number} N @param {number} inputs @param {number} units
 */
function affine(A, W, b, Z, N, inputs, units) {
  for (let i = 0, out = 0; i < N; i++) {
    const row = i * inputs;
    for (let j = 0, w = 0; j < units; j++) {
      let sum = b[j];
      for (let k = 0; k < inputs; k++) sum += W[w++] * A[row + k];
      Z[out++] = sum;
    }
  }
}

/**
 * @param {ActivationName | "softmax"} name @param {Float64Array} Z @param {Float64Array} A
 * @param {number} units
 */
function squash(name, Z, A, units) {
  if (name === "softmax") return softmax(Z, A, units);
  const { f } = ACTIVATIONS[name];
  for (let i = 0; i < Z.length; i++) A[i] = f(Z[i]);
}

/** @param {Float64Array} Z @param {Float64Array} A @param {number} units */
function softmax(Z, A, units) {
  for (let row = 0; row < Z.length; row += units) {
    let top = -Infinity;
    for (let j = row; j < row + units; j++) top = Math.max(top, Z[j]);
    let sum = 0;
    for (let j = row; j < row + units; j++) sum += A[j] = Math.exp(Z[j] - top);
    for (let j = row; j < row + units; j++) A[j] /= sum;
  }
}

// -- losses -------------------------------------------------------------------------------------

/**
 * A product in which a weight of 0 counts for nothing, even beside an infinite value.
 * @param {number} weight @param {number} value
 */
const times = (weight, value) => (weight === 0 ? 0 : weight * value);

const softplus = ACTIVATIONS.softplus.f;

/**
 * c(a, y) of one output and its slope by a; `partner` is the activation with which delta is a - y.
 * @type {Record<LossName, {
 *   cost: (a: number, y: number) => number,
 *   slope: (a: number, y: number) => number,
 *   partner?: "sigmoid" | "softmax",
 *   fromLogits?: (z: number, y: number, logSum: number) => number,
 * }>}
 */
const LOSSES = {
  quadratic: {
    cost: (a, y) => (a - y) ** 2 / 2,
    slope: (a, y) => a - y,
  },
  binary_cross_entropy: {
    partner: "sigmoid",
    cost: (a, y) => -(times(y, Math.log(a)) + times(1 - y, Math.log1p(-a))),
    slope: (a, y) => times(1 - y, 1 / (1 - a)) - times(y, 1 / a),
    fromLogits: (z, y) => times(y, softplus(-z)) + times(1 - y, softplus(z)),
  },
  cross_entropy: {
    partner: "softmax",
    cost: (a, y) => -times(y, Math.log(a)),
    slope: (a, y) => -times(y, 1 / a),
    // log softmax(z) = z - log sum e^z
    fromLogits: (z, y, logSum) => -times(y, z - logSum),
  },
};

/**
 * C_i of one sample of a trace.
 * @param {BatchNetwork} network @param {BatchTrace} trace @param {Float64Array} Y
 * @param {LossName} loss @param {number} i
 */
export function costOf({ sizes, activations }, { z, a }, Y, loss, i) {
  const { partner, cost, fromLogits } = LOSSES[loss];
  const m = sizes.at(-1);
  const [Z, A] = [z.at(-1), a.at(-1)];
  const isPartner = activations.at(-1) === partner;
  const logSum = isPartner && partner === "softmax" ? logSumExp(Z, i * m, m) : 0;
  let sum = 0;
  for (let j = i * m; j < (i + 1) * m; j++)
    sum += isPartner && fromLogits ? fromLogits(Z[j], Y[j], logSum) : cost(A[j], Y[j]);
  return sum;
}

/** @param {Float64Array} Z @param {number} start @param {number} count */
function logSumExp(Z, start, count) {
  let top = -Infinity;
  for (let j = start; j < start + count; j++) top = Math.max(top, Z[j]);
  let sum = 0;
  for (let j = start; j < start + count; j++) sum += Math.exp(Z[j] - top);
  return top + Math.log(sum);
}

/**
 * The mean cost over all samples of a trace.
 * @param {BatchNetwork} network @param {BatchTrace} trace @param {Float64Array} Y
 * @param {LossName} loss
 */
export function meanCost(network, trace, Y, loss) {
  let sum = 0;
  for (let i = 0; i < trace.N; i++) sum += costOf(network, trace, Y, loss, i);
  return sum / trace.N;
}

/**
 * The borders between the answers of each output, ascending, as nnlib.accuracy draws them; null
 * where the targets of each sample choose one of the outputs: one-hot rows, or shares.
 * @param {Float64Array} Y @param {number} m @returns {number[][] | null}
 */
export function bordersOf(Y, m) {
  if (choosesOne(Y, m)) return null;
  return Array.from({ length: m }, (_, j) => {
    const column = Y.filter((_, place) => place % m === j);
    for (const targets of [Y, column])
      for (const [low, high] of [
        [0, 1],
        [-1, 1],
      ])
        if (targets.every((y) => y === low || y === high)) return [(low + high) / 2];
    const levels = Float64Array.from(new Set(column)).sort();
    return Array.from(levels.slice(1), (level, k) => (level + levels[k]) / 2);
  });
}

/** @param {Float64Array} Y @param {number} m */
function choosesOne(Y, m) {
  if (m === 1) return false;
  const rows = Array.from({ length: Y.length / m }, (_, i) => Y.subarray(i * m, (i + 1) * m));
  const [low, high] = Y.reduce(([l, h], y) => [Math.min(l, y), Math.max(h, y)], [Y[0], Y[0]]);
  if (Y.every((y) => y === low || y === high))
    return rows.every((row) => row.filter((y) => y === high).length === 1);
  return low >= 0 && rows.every((row) => Math.abs(row.reduce((p, q) => p + q) - 1) <= 1e-5);
}

/**
 * The answer of sample i as a whole number: the place of its largest output or, where each output
 * has an answer of its own, these counted up; an output on a border counts as below it.
 * @param {ArrayLike<number>} values @param {number} m @param {number[][] | null} borders
 * @param {number} i
 */
export function answerOf(values, m, borders, i) {
  if (borders)
    return borders.reduce(
      (answer, ends, j) => answer * (ends.length + 1) + countBelow(ends, values[i * m + j]),
      0,
    );
  let best = 0;
  for (let j = 1; j < m; j++) if (values[i * m + j] > values[i * m + best]) best = j;
  return best;
}

/**
 * Whether sample i is answered as its targets say, in every output. (With 54 outputs `answerOf`
 * passes 2^53, and equal numbers no longer mean equal answers.)
 * @param {ArrayLike<number>} values @param {ArrayLike<number>} Y @param {number} m
 * @param {number[][] | null} borders @param {number} i
 */
export function isRight(values, Y, m, borders, i) {
  if (!borders) return answerOf(values, m, borders, i) === answerOf(Y, m, borders, i);
  return borders.every(
    (ends, j) => countBelow(ends, values[i * m + j]) === countBelow(ends, Y[i * m + j]),
  );
}

/** @param {number[]} ends ascending; there may be thousands @param {number} value */
function countBelow(ends, value) {
  let [low, high] = [0, ends.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ends[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

// -- backward -----------------------------------------------------------------------------------

/**
 * dC_i/da of every unit of every hidden layer, for each sample by its own cost:
 * da[l] has the shape of trace.a[l]; da[0] is dC_i/dx.
 * @param {BatchNetwork} network @param {BatchTrace} trace @param {Float64Array} Y
 * @param {LossName} loss
 */
export function slopesByActivation(network, trace, Y, loss) {
  const { sizes, activations, W } = network;
  const last = W.length - 1;
  let delta = outputDelta(network, trace, Y, loss);
  const da = [];
  for (let l = last; l >= 0; l--) {
    da[l] = backThrough(delta, W[l], trace.N, sizes[l], sizes[l + 1]);
    if (l === 0) break;
    // softmax stands last only
    const { derivative } = ACTIVATIONS[/** @type {ActivationName} */ (activations[l - 1])];
    delta = da[l].map((value, i) => value * derivative(trace.z[l - 1][i]));
  }
  return da;
}

/**
 * delta of the last layer, dC_i/dz.
 * @param {BatchNetwork} network @param {BatchTrace} trace @param {Float64Array} Y
 * @param {LossName} loss
 */
export function outputDelta({ sizes, activations }, { z, a }, Y, loss) {
  const { partner, slope } = LOSSES[loss];
  const sigma = activations.at(-1);
  const [m, Z, A] = [sizes.at(-1), z.at(-1), a.at(-1)];
  if (sigma === partner) return A.map((value, i) => value - Y[i]);
  const slopes = A.map((value, i) => slope(value, Y[i]));
  if (sigma !== "softmax") {
    const { derivative } = ACTIVATIONS[sigma];
    return slopes.map((value, i) => value * derivative(Z[i]));
  }
  // da_k/dz_j is a_j (1 - a_j) for k = j and -a_k a_j otherwise
  return slopes.map((value, i) => {
    const row = i - (i % m);
    let others = 0;
    for (let k = row; k < row + m; k++) if (k !== i) others += slopes[k] * A[k];
    return A[i] * (value * (1 - A[i]) - others);
  });
}

/**
 * delta W: by what a unit of the layer before changes the cost.
 * @param {Float64Array} delta @param {Float64Array} W @param {number} N @param {number} inputs
 * @param {number} units
 */
function backThrough(delta, W, N, inputs, units) {
  const da = new Float64Array(N * inputs);
  for (let i = 0; i < N; i++) {
    for (let j = 0; j < units; j++) {
      const d = delta[i * units + j];
      for (let k = 0; k < inputs; k++) da[i * inputs + k] += d * W[j * inputs + k];
    }
  }
  return da;
}
