// Backpropagation with a bug in one line of it. No DOM.
//
// Each layer has one line: delta^L = (a^L - y) * sigma'(z^L) for the last one, and
// delta^l = (W^(l+1)T delta^(l+1)) * sigma'(z^l) for the others. A bug changes one term of the line
// of one layer; the layers before it inherit what comes out.
import { forward } from "../shared/maths/dense.js";
import { ACTIVATIONS } from "../shared/maths/network.js";

/** The bugs by name, and what the menu calls them. */
export const BUGS = {
  none: "none",
  sign: "wrong sign",
  half: "½ of the cost missing",
  transpose: "transpose missing",
  a_for_z: "σ′ at a, not at z",
  path: "a path forgotten",
  slope: "σ′ forgotten",
};

/**
 * Where a bug sits: { layer, obstacle }. `layer` counts from 1 and is null where the bug cannot be;
 * `obstacle` then says why: "last" (that line has no matrix), "shape" or "one path".
 */
export function placeOf({ W }, bug, layer) {
  if (bug === "none") return { layer: null, obstacle: null };
  if (bug === "half") return { layer: W.length, obstacle: null };
  if (bug !== "transpose" && bug !== "path") return { layer, obstacle: null };
  if (layer === W.length) return { layer: null, obstacle: "last" };
  const next = W[layer];
  if (bug === "transpose" && next.length !== next[0].length)
    return { layer: null, obstacle: "shape" };
  if (bug === "path" && next.length === 1) return { layer: null, obstacle: "one path" };
  return { layer, obstacle: null };
}

/** What arrives at layer l (from 0), before sigma': the miss, or the errors behind it. */
function arriving({ W }, a, y, l, deltaBehind, bug) {
  if (l === W.length - 1)
    return a.at(-1).map((value, j) => (bug === "half" ? 2 : 1) * (value - y[j]));
  const matrix = W[l + 1];
  if (bug === "transpose")
    return matrix.map((row) => row.reduce((sum, w, k) => sum + w * deltaBehind[k], 0));
  const counted = bug === "path" ? matrix.slice(0, -1) : matrix;
  return matrix[0].map((_, k) => counted.reduce((sum, row, j) => sum + row[k] * deltaBehind[j], 0));
}

/** The line of layer l (from 0) with a bug in it, given z, a and the delta of the layer behind. */
export function deltaLine(network, { z, a }, y, l, deltaBehind, bug) {
  const { derivative } = ACTIVATIONS[network.activations[l]];
  const at = bug === "a_for_z" ? a[l + 1] : z[l];
  const sign = bug === "sign" ? -1 : 1;
  return arriving(network, a, y, l, deltaBehind, bug).map(
    (value, j) => sign * value * (bug === "slope" ? 1 : derivative(at[j])),
  );
}

/** { delta, dW, db } with the bug in the line of `layer`, or right where it cannot be there. */
export function backwardWithBug(network, x, y, bug, layer) {
  const trace = forward(network, x);
  const place = placeOf(network, bug, layer);
  const delta = [];
  for (let l = network.W.length - 1; l >= 0; l--)
    delta[l] = deltaLine(network, trace, y, l, delta[l + 1], l + 1 === place.layer ? bug : "none");
  const dW = delta.map((column, l) => column.map((d) => trace.a[l].map((value) => d * value)));
  return { delta, dW, db: delta.map((column) => column.slice()) };
}
