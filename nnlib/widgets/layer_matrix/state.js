// The layer matrix's state: what it may be, what is lit, and how a network grows and shrinks.
import STATE from "./state.json" with { type: "json" };
import { checkState, propertiesOf, shown } from "../shared/host/schema.js";
import { forward, misfit } from "../shared/maths/dense.js";
import { trimmed } from "../shared/drawing/format.js";

export const PROPERTIES = propertiesOf(STATE);
export const MOST = PROPERTIES.x.maxItems; // units of a layer

/** Number of units of every layer, the inputs first. */
export function sizesOf({ W }) {
  return [W[0][0].length, ...W.map((matrix) => matrix.length)];
}

/** Weights and biases of each layer. */
export function parameterCounts({ W }) {
  return W.map((matrix) => matrix.length * matrix[0].length + matrix.length);
}

/**
 * null, or what is wrong with a state, naming the trait.
 * @param {LayerState} state
 */
export function validate(state) {
  const { W, layer, focus } = state;
  const wrong = checkState(PROPERTIES, state) ?? misfit(state);
  if (wrong) return wrong;
  if (layer > W.length) return `layer is ${layer}; the layers are counted from 1 to ${W.length}.`;
  if (!isInside(state, parseFocus(focus)))
    return `focus is ${shown(focus)}; it must be empty, or like u2 (unit 2 of the layer), k1 (unit 1 of the layer before) or w21 (into unit 2, from unit 1), inside layer ${layer}.`;
  return null;
}

/** "w21" -> { j: 1, k: 0 }, "u2" -> { j: 1, k: null }, "k1" -> { j: null, k: 0 }; from 0. NaN for others. */
export function parseFocus(focus) {
  if (focus === "") return { j: null, k: null };
  const found = /^(?:u(\d)|k(\d)|w(\d)(\d))$/.exec(focus);
  if (!found) return { j: NaN, k: NaN };
  const [unit, before, row, column] = found.slice(1).map((n) => (n ? Number(n) - 1 : null));
  return { j: unit ?? row, k: before ?? column };
}

function isInside({ W, layer }, chosen) {
  const fits = (place, size) => place === null || (place >= 0 && place < size);
  return fits(chosen.j, W[layer - 1].length) && fits(chosen.k, W[layer - 1][0].length);
}

/**
 * What is lit, as a class name, for every entry of the layer: "nn-lit" for what is chosen,
 * "nn-touched" for what it works with, "" for the rest.
 */
export function lightsOf(focus) {
  const { j: row, k: column } = parseFocus(focus);
  const touched = (is) => (is ? "nn-touched" : "");
  const lit = (is) => (is ? "nn-lit" : "");
  if (row !== null && column !== null)
    return {
      entry: (j, k) => lit(j === row && k === column),
      before: (k) => touched(k === column),
      bias: () => "",
      after: (j) => touched(j === row),
    };
  if (row !== null)
    return {
      entry: (j) => lit(j === row),
      before: () => "nn-touched",
      bias: (j) => lit(j === row),
      after: (j) => lit(j === row),
    };
  return {
    entry: (_, k) => lit(column !== null && k === column),
    before: (k) => lit(column !== null && k === column),
    bias: () => "",
    after: () => touched(column !== null),
  };
}

/**
 * The same network with `size` units in column `c` (0: the inputs). What stays keeps its numbers;
 * what is new gets numbers that depend on its place alone, so the same change gives the same
 * network.
 */
export function resized({ W, b, x, layer, focus }, c, size) {
  const grow = (list, make) => Array.from({ length: size }, (_, i) => list[i] ?? make(i));
  const next = { W: [...W], b: [...b], x, focus };
  if (c === 0) next.x = grow(x, (k) => newNumber(0, 0, k));
  else {
    next.W[c - 1] = grow(W[c - 1], (j) => W[c - 1][0].map((_, k) => newNumber(c, j + 1, k)));
    next.b[c - 1] = grow(b[c - 1], (j) => newNumber(c, j + 1, MOST));
  }
  if (c < W.length) next.W[c] = W[c].map((row, j) => grow(row, (k) => newNumber(c + 1, j + 1, k)));
  if (!isInside({ W: next.W, layer }, parseFocus(focus))) next.focus = "";
  return next;
}

/** A number of one decimal between -1.5 and 1.5, never 0: the first of a generator seeded by its place. */
function newNumber(l, j, k) {
  let t = (((l * 5 + j) * 5 + k) * 0x9e3779b1 + 0x6d2b79f5) | 0; // mulberry32
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  const place = ((t ^ (t >>> 14)) >>> 0) % 30; // 0 to 29
  return (place < 15 ? place - 15 : place - 14) / 10;
}

/**
 * The picture in a sentence.
 * @param {LayerState} state
 */
export function summary(state) {
  const { layer, focus, W } = state;
  const { z, a } = forward(state, state.x);
  const { j, k } = parseFocus(focus);
  const [rows, columns] = [W[layer - 1].length, W[layer - 1][0].length];
  const start = `Layer ${layer}: W is ${rows} by ${columns}.`;
  if (j !== null && k !== null)
    return `${start} Row ${j + 1}, column ${k + 1} is ${trimmed(W[layer - 1][j][k])}.`;
  if (j !== null)
    return `${start} Row ${j + 1}: z is ${trimmed(z[layer - 1][j])}, a is ${trimmed(a[layer][j])}.`;
  if (k !== null)
    return `${start} Column ${k + 1}: ${W[layer - 1].map((row) => trimmed(row[k])).join(", ")}.`;
  return `${start} Parameters in all: ${parameterCounts(state).reduce((sum, n) => sum + n)}.`;
}
