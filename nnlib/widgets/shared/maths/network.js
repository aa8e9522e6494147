// The mathematics behind the figures: a chain of single units, forward and backward.
// No DOM. It mirrors nnlib.scalar and is tested against it.

/** @param {number} z */
function sigmoid(z) {
  if (z >= 0) return 1 / (1 + Math.exp(-z));
  const e = Math.exp(z);
  return e / (1 + e);
}

/** @type {Record<ActivationName, Activation>} */
export const ACTIVATIONS = {
  sigmoid: {
    f: sigmoid,
    derivative: (z) => sigmoid(z) * sigmoid(-z),
    range: [0, 1],
  },
  tanh: {
    f: Math.tanh,
    derivative: (z) => 1 / Math.cosh(z) ** 2,
    range: [-1, 1],
  },
  relu: {
    f: (z) => Math.max(z, 0),
    derivative: (z) => (z > 0 ? 1 : 0),
    range: [0, Infinity],
  },
  leaky_relu: {
    f: (z) => (z > 0 ? z : 0.01 * z),
    derivative: (z) => (z > 0 ? 1 : 0.01),
    range: [-Infinity, Infinity],
  },
  softplus: {
    f: (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))),
    derivative: sigmoid,
    range: [0, Infinity],
  },
  identity: {
    f: (z) => z,
    derivative: () => 1,
    range: [-Infinity, Infinity],
  },
};

/**
 * z[l], a[l] of a chain; a[0] is x.
 * @param {Pick<Chain, "w" | "b" | "x" | "activation">} chain
 */
export function forward({ w, b, x, activation }) {
  const { f } = ACTIVATIONS[activation];
  const z = [];
  const a = [x];
  for (let l = 0; l < w.length; l++) {
    z.push(w[l] * a[l] + b[l]);
    a.push(f(z[l]));
  }
  return { z, a };
}

/**
 * C = 1/2 (a_L - y)^2
 * @type {(a: number, y: number) => number}
 */
export const quadratic = (a, y) => 0.5 * (a - y) ** 2;

/** @param {Chain} chain */
export function cost(chain) {
  return quadratic(forward(chain).a.at(-1), chain.y);
}

/**
 * The four scalar equations: delta, dw and db of every layer, and dx.
 * @param {Chain} chain
 */
export function backward(chain) {
  const { w, y, activation } = chain;
  const { derivative } = ACTIVATIONS[activation];
  const { z, a } = forward(chain);
  const last = w.length - 1;
  /** @type {number[]} */
  const delta = [];
  delta[last] = (a[last + 1] - y) * derivative(z[last]);
  for (let l = last - 1; l >= 0; l--) delta[l] = w[l + 1] * delta[l + 1] * derivative(z[l]);
  return { delta, db: delta.slice(), dw: delta.map((d, l) => d * a[l]), dx: w[0] * delta[0] };
}

/**
 * A direction in the space of w, b and x: all zero but for one parameter, such as "w3" or "x".
 * @param {number} length @param {string} parameter @returns {Direction}
 */
export function unitDirection(length, parameter) {
  const [kind, place] = [parameter[0], Number(parameter.slice(1)) - 1];
  const along = (/** @type {string} */ own) =>
    Array.from({ length }, (_, l) => Number(kind === own && l === place));
  return { w: along("w"), b: along("b"), x: Number(kind === "x") };
}

/**
 * Minus the gradient by w and b: the direction of a gradient step; x stays.
 * @param {Chain} chain
 */
export function descentDirection(chain) {
  const { dw, db } = backward(chain);
  return { w: dw.map((v) => -v), b: db.map((v) => -v), x: 0 };
}

/**
 * The chain moved by `size` along `direction`.
 * @param {Chain} chain @param {Direction} direction @param {number} size
 */
export function moved(chain, direction, size) {
  return {
    ...chain,
    w: chain.w.map((v, l) => v + size * direction.w[l]),
    b: chain.b.map((v, l) => v + size * direction.b[l]),
    x: chain.x + size * direction.x,
  };
}

/**
 * What the derivatives promise for a move of size 1 along `direction`: da, dz and dC.
 * @param {Chain} chain @param {Direction} direction
 */
export function tangent(chain, direction) {
  const { w, y, activation } = chain;
  const { derivative } = ACTIVATIONS[activation];
  const { z, a } = forward(chain);
  const da = [direction.x];
  const dz = [];
  for (let l = 0; l < w.length; l++) {
    dz.push(direction.w[l] * a[l] + w[l] * da[l] + direction.b[l]);
    da.push(derivative(z[l]) * dz[l]);
  }
  return { da, dz, dC: (a.at(-1) - y) * da.at(-1) };
}

/**
 * Actual and promised change of every quantity for a move of `size` along `direction`.
 * @param {Chain} chain @param {Direction} direction @param {number} size
 */
export function changes(chain, direction, size) {
  const before = forward(chain);
  const after = forward(moved(chain, direction, size));
  const rate = tangent(chain, direction);
  /** @type {(now: number, then: number, slope: number) => { actual: number, promised: number }} */
  const pair = (now, then, slope) => ({ actual: then - now, promised: slope * size });
  return {
    a: before.a.map((v, l) => pair(v, after.a[l], rate.da[l])),
    z: before.z.map((v, l) => pair(v, after.z[l], rate.dz[l])),
    C: pair(quadratic(before.a.at(-1), chain.y), quadratic(after.a.at(-1), chain.y), rate.dC),
  };
}

/**
 * Multiplications for all w and b: each parameter's product on its own, and backward.
 * @param {number} length
 */
export function multiplicationCounts(length) {
  return { forward: 2 * length ** 2 + length, backward: 3 * length - 1 };
}
