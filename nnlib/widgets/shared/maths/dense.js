// The mathematics of a dense network and one sample, as nnlib.vectorized has it. No DOM.
//
// A network is { W, b, activations }: W[l][j][k] runs from unit k of the layer before to unit j of
// the layer, b[l][j] is its bias, activations[l] the name of the layer's activation. The cost of
// the sample is 1/2 sum_j (a_j - y_j)^2.
import { ACTIVATIONS } from "./network.js";

/**
 * null, or what of a network, its sample and its targets does not fit the rest in length.
 * @param {DenseNetwork & { x: number[], y?: number[] }} state
 */
export function misfit({ W, b, activations, x, y }) {
  for (const [name, { length }] of Object.entries({ b, activations }))
    if (length !== W.length)
      return `${name} has ${length} entries and W has ${W.length}; give one of both a layer.`;
  /** @type {[string, number[], number][]} */
  const lists = [];
  W.forEach((matrix, l) => {
    matrix.forEach((row, j) => lists.push([`W[${l}][${j}]`, row, (W[l - 1] ?? W[0][0]).length]));
    lists.push([`b[${l}]`, b[l], matrix.length]);
  });
  lists.push(["x", x, W[0][0].length]);
  if (y) lists.push(["y", y, W.at(-1).length]);
  const wrong = lists.find(([, list, length]) => list.length !== length);
  return wrong ? `${wrong[0]} must have ${wrong[2]} numbers, not ${wrong[1].length}.` : null;
}

/** @type {(u: number[], v: number[]) => number} */
const dot = (u, v) => u.reduce((sum, value, k) => sum + value * v[k], 0);

/**
 * z[l][j] and a[l][j]; a[0] is x.
 * @param {DenseNetwork} network @param {number[]} x @returns {Trace}
 */
export function forward({ W, b, activations }, x) {
  /** @type {Trace} */
  const { z, a } = { z: [], a: [x] };
  W.forEach((matrix, l) => {
    z.push(matrix.map((row, j) => dot(row, a[l]) + b[l][j]));
    a.push(z[l].map(ACTIVATIONS[activations[l]].f));
  });
  return { z, a };
}

/** @param {DenseNetwork} network @param {number[]} x @param {number[]} y */
export function cost(network, x, y) {
  const output = forward(network, x).a.at(-1);
  return 0.5 * output.reduce((sum, a, j) => sum + (a - y[j]) ** 2, 0);
}

/**
 * delta[l][j], dW[l][j][k], db[l][j], and da[l][k], the cost by every activation and input.
 * @param {DenseNetwork} network @param {number[]} x @param {number[]} y
 */
export function backward(network, x, y) {
  const { W, activations } = network;
  const { z, a } = forward(network, x);
  const last = W.length - 1;
  /** @type {Matrix} */
  const delta = [];
  /** @type {Matrix} */
  const da = [];
  da[last + 1] = a[last + 1].map((value, j) => value - y[j]);
  for (let l = last; l >= 0; l--) {
    const { derivative } = ACTIVATIONS[activations[l]];
    delta[l] = z[l].map((value, j) => da[l + 1][j] * derivative(value));
    da[l] = a[l].map((_, k) =>
      dot(
        W[l].map((row) => row[k]),
        delta[l],
      ),
    );
  }
  const dW = delta.map((column, l) => column.map((d) => a[l].map((value) => d * value)));
  return { delta, da, dW, db: delta.map((column) => column.slice()) };
}

/**
 * "w2_31" -> { kind: "w", l: 1, j: 2, k: 0 }; "b2_3" and "x_1" alike. Counted from 0.
 * @param {string} name @returns {Parameter}
 */
export function parseParameter(name) {
  const [, kind, layer, first, second] = /^([wbx])(\d?)_(\d)(\d?)$/.exec(name) ?? [];
  if (kind === "x") return { kind, l: -1, j: Number(first) - 1, k: null };
  const [l, j, k] = [layer, first, second].map((place) => (place ? Number(place) - 1 : null));
  return /** @type {Parameter} */ ({ kind, l, j, k });
}

/**
 * Every parameter's name, layer by layer, and the inputs last.
 * @param {Pick<DenseNetwork, "W">} network
 */
export function parameterNames({ W }) {
  const names = W.flatMap((matrix, l) =>
    matrix.flatMap((row, j) => [
      ...row.map((_, k) => `w${l + 1}_${j + 1}${k + 1}`),
      `b${l + 1}_${j + 1}`,
    ]),
  );
  return [...names, ...W[0][0].map((_, k) => `x_${k + 1}`)];
}

/** @param {DenseNetwork} network @param {number[]} x @param {string} name */
export function parameterValue({ W, b }, x, name) {
  const { kind, l, j, k } = parseParameter(name);
  return kind === "w" ? W[l][j][k] : kind === "b" ? b[l][j] : x[j];
}

/**
 * { network, x } with one parameter changed by `size`; what is shared stays shared.
 * @param {DenseNetwork} network @param {number[]} x @param {string} name @param {number} size
 * @returns {{ network: DenseNetwork, x: number[] }}
 */
export function moved(network, x, name, size) {
  const { kind, l, j, k } = parseParameter(name);
  if (kind === "x") return { network, x: x.with(j, x[j] + size) };
  if (kind === "b") {
    const biases = network.b[l].with(j, network.b[l][j] + size);
    return { network: { ...network, b: network.b.with(l, biases) }, x };
  }
  const row = network.W[l][j].with(k, network.W[l][j][k] + size);
  return { network: { ...network, W: network.W.with(l, network.W[l].with(j, row)) }, x };
}

/**
 * dC by one parameter.
 * @param {DenseNetwork} network @param {number[]} x @param {number[]} y @param {string} name
 */
export function slopeOf(network, x, y, name) {
  const { kind, l, j, k } = parseParameter(name);
  const { dW, db, da } = backward(network, x, y);
  return kind === "w" ? dW[l][j][k] : kind === "b" ? db[l][j] : da[0][j];
}

/**
 * The ways on from the unit (or input) that a parameter changes, one for each unit m of the next
 * layer, with each one's share of the slope: they add to it. From the last layer the one way on
 * leads to the cost, and m is null. `local` is the factor that all shares have in common.
 * @param {DenseNetwork} network @param {number[]} x @param {number[]} y @param {string} name
 * @returns {Way[]}
 */
export function ways(network, x, y, name) {
  const { kind, l, j, k } = parseParameter(name);
  const { z, a } = forward(network, x);
  const { delta, da } = backward(network, x, y);
  const into = kind === "w" ? a[l][k] : 1;
  const next = network.W[l + 1];
  const local = kind === "x" ? 1 : into * ACTIVATIONS[network.activations[l]].derivative(z[l][j]);
  if (!next) return [{ m: null, local, share: local * da[l + 1][j] }];
  return next.map((row, m) => ({
    m,
    local,
    weight: row[j],
    delta: delta[l + 1][m],
    share: local * row[j] * delta[l + 1][m],
  }));
}
