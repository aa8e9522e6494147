// Complex numbers as pairs [re, im], and the activations of complex z. No DOM. It mirrors the
// complex half of nnlib.activations and is tested against it.
//
// The complex step asks for more than the usual formulas: with an imaginary part of 1e-100 beside a
// real part of 1, both must keep all their digits. So no formula subtracts what is nearly equal.

/** @type {(u: Pair, v: Pair) => Pair} */
export const add = ([a, b], [c, d]) => [a + c, b + d];
/** @type {(u: Pair, v: Pair) => Pair} */
export const subtract = ([a, b], [c, d]) => [a - c, b - d];
/** @type {(u: Pair, v: Pair) => Pair} */
export const multiply = ([a, b], [c, d]) => [a * c - b * d, a * d + b * c];
/** @type {(factor: number, z: Pair) => Pair} */
export const scale = (factor, [a, b]) => [factor * a, factor * b];

/** @type {(u: Pair, v: Pair) => Pair} */
export function divide([a, b], [c, d]) {
  const size = c * c + d * d;
  return [(a * c + b * d) / size, (b * c - a * d) / size];
}

/** @type {(z: Pair) => Pair} */
export function exp([a, b]) {
  const size = Math.exp(a);
  return [size * Math.cos(b), size * Math.sin(b)];
}

/**
 * log(1 + z), with the digits of a small z kept.
 * @type {(z: Pair) => Pair}
 */
export function log1p([a, b]) {
  return [0.5 * Math.log1p(a * (2 + a) + b * b), Math.atan2(b, 1 + a)];
}

/** @type {(z: Pair) => Pair} */
function sigmoid(z) {
  // e^-|z| never overflows
  if (z[0] >= 0) return divide([1, 0], add([1, 0], exp(scale(-1, z))));
  const e = exp(z);
  return divide(e, add([1, 0], e));
}

/** @type {(z: Pair) => Pair} */
function tanh([a, b]) {
  // Beyond 20 the real part is 1 to every digit, and sinh would soon overflow.
  if (Math.abs(a) > 20) return [Math.sign(a), 2 * Math.sin(2 * b) * Math.exp(-2 * Math.abs(a))];
  const [sinh, cosh] = [Math.sinh(a), Math.cosh(a)];
  const [sin, cos] = [Math.sin(b), Math.cos(b)];
  const size = sinh * sinh + cos * cos;
  return [(sinh * cosh) / size, (sin * cos) / size];
}

/** @type {(z: Pair) => Pair} */
function softplus(z) {
  const rest = log1p(exp(z[0] > 0 ? scale(-1, z) : z));
  return z[0] > 0 ? add(z, rest) : rest;
}

/**
 * By name; a corner is judged by the real part, as nnlib does.
 * @type {Record<ActivationName, (z: Pair) => Pair>}
 */
export const COMPLEX_ACTIVATIONS = {
  sigmoid,
  tanh,
  relu: (z) => (z[0] <= 0 ? [0, 0] : z),
  leaky_relu: (z) => (z[0] > 0 ? z : scale(0.01, z)),
  softplus,
  identity: (z) => z,
};
