// The products of the bench: their operands, every way to write them, and what NumPy makes of each.
// No DOM. products.json says which products there are, to Python too: products.py has NumPy itself.
//
// Letters: i counts samples (N), j units of this layer (n), k units of the layer before (n_prev);
// "1" is an axis of size 1.
import ABOUT from "./products.json" with { type: "json" };
import STATE from "./state.json" with { type: "json" };
import { propertiesOf } from "../shared/host/schema.js";
import {
  add,
  divided,
  equal,
  fromTable,
  matmul,
  mean,
  turned,
  withAxis,
} from "../shared/maths/shapes.js";

export const PROPERTIES = propertiesOf(STATE);
export const PRODUCTS = Object.keys(ABOUT);

/** Whether a product is one of stacks: there the samples come first, whatever the layout. */
export const isStack = (product) => !ABOUT[product].columns;
export const liesAs = ({ product, layout }) => (isStack(product) ? "rows" : layout);
const right = (state) => ABOUT[state.product][liesAs(state)];
export const operandNames = (state) => right(state)[0];
export const rightCode = (state) => right(state)[1];
export const rightEinsum = (state) => right(state)[2];

/** What an operand is as it is written: its array and the letter of each axis. */
export const VIEWS = {
  "": (a, axes) => [a, axes],
  ".T": (a, axes) => [turned(a), [...axes].reverse()],
  "[:, None]": (a, axes) => [withAxis(a, 1), [...axes, "1"]],
  "[None, :]": (a, axes) => [withAxis(a, 0), ["1", ...axes]],
  "[:, :, None]": (a, axes) => [withAxis(a, 2), [...axes, "1"]],
  "[:, None, :]": (a, axes) => [withAxis(a, 1), [axes[0], "1", axes[1]]],
};

/** The ways in which an operand of a product can be written. */
export const viewsOf = (product, name) => ABOUT[product].views[name] ?? [""];

/** The axes over which the mean of a product can be taken; none where there is no mean. */
export const axesOf = (product) => ABOUT[product].axes ?? [];

const known = new Map(); // a product's forms, by product and lie

/** Every way to write a product: { code, operands: [{ name, view }], sign, axis, overN }. */
export function forms(state) {
  const key = `${state.product} ${liesAs(state)}`;
  if (!known.has(key)) known.set(key, everyForm(state));
  return known.get(key);
}

function everyForm(state) {
  const { product } = state;
  const { sign, axes = [null], over_N: overN = false } = ABOUT[product];
  const names = operandNames(state);
  return (sign === "@" ? [names, names.toReversed()] : [names]).flatMap((order) =>
    combinations(
      order.map((name) => viewsOf(product, name).map((view) => ({ name, view }))),
    ).flatMap((operands) =>
      axes.map((axis) => ({
        code: written({ operands, sign, axis, overN }),
        operands,
        sign,
        axis,
        overN,
      })),
    ),
  );
}

/** The form of a state's line. */
export function formOf(state) {
  const code = state.code || rightCode(state);
  return forms(state).find((form) => form.code === code);
}

function written({ operands, sign, axis, overN }) {
  const product = operands.map(({ name, view }) => name + view).join(` ${sign} `);
  if (axis !== null)
    return `${operands.length === 2 ? `(${product})` : product}.mean(axis=${axis})`;
  return overN ? `${product} / N` : product;
}

/**
 * @template Item
 * @param {Item[][]} choices @returns {Item[][]}
 */
function combinations([first, ...rest]) {
  const tails = rest.length ? combinations(rest) : [[]];
  return first.flatMap((one) => tails.map((tail) => [one, ...tail]));
}

/** The operands of a state by name: { array, axes, kind }, at the sizes chosen. */
export function namedArrays(state) {
  const { N, n, n_prev: before } = state;
  const isRows = liesAs(state) === "rows";
  /** A table at its size; what it lacks is taken from the default. */
  const cut = (name, rows, columns) =>
    fromTable(
      PROPERTIES[name].default
        .slice(0, rows)
        .map((row, j) => row.slice(0, columns).map((own, k) => state[name][j]?.[k] ?? own)),
    );
  const lying = (name, columns, axes, kind) => {
    const array = cut(name, N, columns);
    return isRows ? { array, axes, kind } : { array: turned(array), axes: axes.toReversed(), kind };
  };
  const A_prev = lying("A_prev", before, ["i", "k"], "a");
  const W = { array: cut("W", n, before), axes: ["j", "k"], kind: "w" };
  const bias = [...state.b, ...PROPERTIES.b.default.slice(state.b.length)].slice(0, n);
  const product = isRows ? matmul(A_prev.array, turned(W.array)) : matmul(W.array, A_prev.array);
  return {
    A_prev,
    W,
    Delta: lying("Delta", n, ["i", "j"], "d"),
    b: { array: { shape: [n], data: bias }, axes: ["j"], kind: "b" },
    [isRows ? "A_prev @ W.T" : "W @ A_prev"]: {
      array: product,
      axes: isRows ? ["i", "j"] : ["j", "i"],
      kind: "z",
    },
  };
}

/**
 * What NumPy makes of a form: { parts, product, result, error }. `parts` are the operands as they
 * are written, `product` is what stands inside the brackets of a mean, `result` all of it; each is
 * { array, axes }.
 */
export function compute(form, state) {
  const named = namedArrays(state);
  const parts = form.operands.map(({ name, view }) => {
    const { array, axes, kind } = named[name];
    const [seen, letters] = VIEWS[view](array, axes);
    return { name, view, array: seen, axes: letters, kind };
  });
  const [first, second] = parts;
  let product = first;
  if (form.sign !== "mean") {
    const array = (form.sign === "@" ? matmul : add)(first.array, second.array);
    if (array.error) return { parts, product: null, result: null, error: array.error };
    product = { array, axes: form.sign === "@" ? productAxes(first, second) : first.axes };
  }
  return { parts, product, result: finished(product, form, state.N), error: "" };
}

function productAxes({ axes: first }, { axes: second }) {
  const stack = [first, second].map((axes) => axes.slice(0, -2)).find((axes) => axes.length) ?? [];
  return [...stack, first.at(-2), second.at(-1)];
}

function finished({ array, axes }, { axis, overN }, N) {
  if (overN) return { array: divided(array, N), axes };
  if (axis === null) return { array, axes };
  return { array: mean(array, axis), axes: axes.toSpliced(axis, 1) };
}

/**
 * A state's line, tried: { form, parts, product, result, error, target, verdict }. `verdict` is
 * "error", "shape" (another shape), "values" (the right shape, other numbers), "luck" (right at
 * these sizes only) or "right".
 */
export function tried(state) {
  const form = formOf(state);
  const rightForm = formOf({ ...state, code: "" });
  const found = compute(form, state);
  const target = compute(rightForm, state).result;
  return { form, ...found, target, verdict: verdictOf(found.result, target, form, state) };
}

function verdictOf(result, target, form, state) {
  if (!result) return "error";
  if (!sameShape(result, target)) return "shape";
  if (!equal(result.array, target.array)) return "values";
  return isRightByLetters(form, state) ? "right" : "luck";
}

/** Whether a form is right at any sizes: where all sizes differ, only such a form has the right shape. */
function isRightByLetters(form, state) {
  const other = { ...state, N: 2, n: 3, n_prev: 5 };
  const { result } = compute(form, other);
  const target = compute(formOf({ ...other, code: "" }), other).result;
  return result !== null && sameShape(result, target);
}

const sameShape = (one, other) => one.array.shape.join() === other.array.shape.join();

/** Whether the numbers are right and lie turned over: rows for columns. */
export function isTurned({ result, target }) {
  return (
    result !== null &&
    result.array.shape.length === target.array.shape.length &&
    result.array.shape.length > 1 &&
    equal(turned(result.array), target.array)
  );
}
