// The products of the bench: their operands, every way to write them, and what NumPy makes of each.
// No DOM. nnlib/widgets/products.py has the same in Python, with NumPy itself.
//
// Letters: i counts samples (N), j units of this layer (n), k units of the layer before (n_prev);
// "1" is an axis of size 1.
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

export const STACKS = ["stack_forward", "stack_bp2", "stack_outer"];

// For samples as rows, then as columns: the operands in order, the right line, einsum's letters.
const RIGHT = {
  forward: [
    [["A_prev", "W"], "A_prev @ W.T", "ik,jk->ij"],
    [["W", "A_prev"], "W @ A_prev", "jk,ki->ji"],
  ],
  bias: [
    [["A_prev @ W.T", "b"], "A_prev @ W.T + b", ""],
    [["W @ A_prev", "b"], "W @ A_prev + b[:, None]", ""],
  ],
  bp2: [
    [["Delta", "W"], "Delta @ W", "ij,jk->ik"],
    [["W", "Delta"], "W.T @ Delta", "jk,ji->ki"],
  ],
  bp3: [
    [["Delta"], "Delta.mean(axis=0)", "ij->j"],
    [["Delta"], "Delta.mean(axis=1)", "ji->j"],
  ],
  bp4: [
    [["Delta", "A_prev"], "Delta.T @ A_prev / N", "ij,ik->jk"],
    [["Delta", "A_prev"], "Delta @ A_prev.T / N", "ji,ki->jk"],
  ],
  stack_forward: [[["W", "A_prev"], "W @ A_prev[:, :, None]", "jk,ik->ij"]],
  stack_bp2: [[["W", "Delta"], "W.T @ Delta[:, :, None]", "jk,ij->ik"]],
  stack_outer: [
    [["Delta", "A_prev"], "(Delta[:, :, None] @ A_prev[:, None, :]).mean(axis=0)", "ij,ik->jk"],
  ],
};
export const PRODUCTS = Object.keys(RIGHT);

export const isStack = (product) => STACKS.includes(product);
/** How the samples lie; in a stack they come first, whatever the layout. */
export const liesAs = ({ product, layout }) => (isStack(product) ? "rows" : layout);
const right = (state) => RIGHT[state.product][liesAs(state) === "rows" ? 0 : 1];
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
export function viewsOf(product, name) {
  if (product === "bias") return name === "b" ? ["", "[:, None]", "[None, :]"] : [""];
  if (product === "bp3") return [""];
  return isStack(product) && name !== "W" ? ["[:, :, None]", "[:, None, :]"] : ["", ".T"];
}

/** The axes over which the mean of a product can be taken; none where there is no mean. */
export function axesOf(product) {
  return { bp3: [0, 1], stack_outer: [0, 1, 2] }[product] ?? [];
}

const known = new Map(); // a product's forms, by product and lie

/** Every way to write a product: { code, operands: [{ name, view }], sign, axis, overN }. */
export function forms(state) {
  const key = `${state.product} ${liesAs(state)}`;
  if (!known.has(key)) known.set(key, everyForm(state));
  return known.get(key);
}

function everyForm(state) {
  const { product } = state;
  const names = operandNames(state);
  const canSwap = names.length === 2 && product !== "bias";
  const sign = { bias: "+", bp3: "mean" }[product] ?? "@";
  const overN = product === "bp4";
  const axes = axesOf(product).length ? axesOf(product) : [null];
  return (canSwap ? [names, names.toReversed()] : [names]).flatMap((order) =>
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
 * @param {Item[][]} choices
 * @returns {Item[][]}
 */
function combinations([first, ...rest]) {
  const tails = rest.length ? combinations(rest) : [[]];
  return first.flatMap((one) => tails.map((tail) => [one, ...tail]));
}

/** The operands of a state by name: { array, axes, kind }, at the sizes chosen. */
export function namedArrays(state) {
  const { N, n, n_prev: before } = state;
  const isRows = liesAs(state) === "rows";
  const cut = (table, rows, columns) =>
    fromTable(table.slice(0, rows).map((row) => row.slice(0, columns)));
  const lying = (table, columns, axes, kind) => {
    const array = cut(table, N, columns);
    return isRows ? { array, axes, kind } : { array: turned(array), axes: axes.toReversed(), kind };
  };
  const A_prev = lying(state.A_prev, before, ["i", "k"], "a");
  const W = { array: cut(state.W, n, before), axes: ["j", "k"], kind: "w" };
  const product = isRows ? matmul(A_prev.array, turned(W.array)) : matmul(W.array, A_prev.array);
  return {
    A_prev,
    W,
    Delta: lying(state.Delta, n, ["i", "j"], "d"),
    b: { array: { shape: [n], data: state.b.slice(0, n) }, axes: ["j"], kind: "b" },
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
