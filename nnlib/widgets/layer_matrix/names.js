// How the layer matrix writes its quantities. Layers and units are counted from 1 here.
import { compact } from "../shared/drawing/format.js";

/**
 * An entry of a matrix, as it is read.
 * @param {number} value
 */
export const entryText = (value) => compact(value).replace("-", "−");

/** The name of unit k of the layer before layer l, for `indexed`: "x_2" or "a1_2". */
export function before(l, k) {
  return l === 1 ? `x_${k}` : `a${l - 1}_${k}`;
}

/** The activation as it is written in front of a bracket. */
export function squash(activation) {
  return activation === "sigmoid" ? "σ" : activation.replace("_", " ");
}

/** The same unit in words. */
export function unitName(c, j) {
  return c === 0 ? `input ${j}` : `unit ${j} of layer ${c}`;
}
