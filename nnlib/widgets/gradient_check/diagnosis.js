// Where a gradient is wrong, read from its numbers alone: which layer, and which term. No DOM.
import { forward } from "../shared/maths/dense.js";
import { relativeError } from "../shared/maths/gradcheck.js";
import { BUGS, deltaLine, placeOf } from "./bugs.js";

const FITS = 1e-5; // relative; measured slopes have some eight digits, and bugs are seldom smaller

/** The slopes of each layer, { W, b }, from a list in the order of `flatten`. */
export function byLayer({ W, b }, slopes) {
  let start = 0;
  const take = (count) => slopes.slice(start, (start += count));
  const weights = W.map((matrix) => take(matrix.length * matrix[0].length));
  return weights
    .map((list) => ({ W: list }))
    .map((layer, l) => ({ ...layer, b: take(b[l].length) }));
}

/** For each layer, whether W and b agree: { error, agrees } of both. */
export function layerErrors(network, derived, measured, noise, tolerance) {
  const [mine, theirs] = [derived, measured].map((slopes) => byLayer(network, slopes));
  const judge = (a, b) => {
    const error = relativeError(a, b);
    const apart = Math.max(...a.map((value, p) => Math.abs(value - b[p])));
    return { error, agrees: error <= tolerance || apart <= noise };
  };
  return mine.map((layer, l) => ({
    W: judge(layer.W, theirs[l].W),
    b: judge(layer.b, theirs[l].b),
  }));
}

/**
 * What explains a wrong gradient: { layer, terms }. Errors travel backward, so the bug sits in the
 * last layer that is wrong (from 1; null if none is). `terms` are the bugs whose line, fed with the
 * *measured* errors of the layer behind it, gives the derived errors of this one.
 */
export function diagnose(network, x, y, derived, measured, noise, tolerance) {
  const errors = layerErrors(network, derived, measured, noise, tolerance);
  const l = errors.findLastIndex(({ W, b }) => !(W.agrees && b.agrees));
  if (l < 0) return { layer: null, terms: [] };
  const trace = forward(network, x);
  const [mine, theirs] = [derived, measured].map((slopes) => byLayer(network, slopes));
  const terms = Object.keys(BUGS).filter((bug) => {
    if (bug === "none" || placeOf(network, bug, l + 1).layer !== l + 1) return false;
    const line = deltaLine(network, trace, y, l, theirs[l + 1]?.b, bug);
    return relativeError(line, mine[l].b) <= FITS;
  });
  return { layer: l + 1, terms };
}
