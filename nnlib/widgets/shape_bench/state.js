// The shape bench's state: what it may be, and the picture in a sentence.
import { shown } from "../shared/host/check.js";
import { tuple } from "../shared/maths/shapes.js";
import { PRODUCTS, STACKS, formOf, forms, isStack, liesAs, tried } from "./products.js";

export const TRAITS = [
  "N",
  "n",
  "n_prev",
  "product",
  "layout",
  "code",
  "einsum",
  "tools",
  "A_prev",
  "W",
  "Delta",
  "b",
];
export const MOST = 6; // samples, and units of a layer
const LARGEST = 9; // of the whole numbers in the tables
export const LONGEST = 40; // of einsum's subscripts
const TOOLS = ["einsum", "stacks"];

/**
 * null, or what is wrong with a state, naming the trait.
 * @param {BenchState} state
 */
export function validate(state) {
  for (const name of ["N", "n", "n_prev"]) {
    const value = state[name];
    if (!Number.isInteger(value) || value < 1 || value > MOST)
      return `${name} is ${shown(value)}; it must be a whole number from 1 to ${MOST}.`;
  }
  const { product, layout, code, einsum, tools } = state;
  if (!PRODUCTS.includes(product))
    return `product is ${shown(product)}; known are ${PRODUCTS.join(", ")}.`;
  if (layout !== "rows" && layout !== "columns")
    return `layout is ${shown(layout)}; it must be rows or columns.`;
  if (typeof code !== "string" || !formOf(state))
    return `code is ${shown(code)}; for product ${product} with samples as ${layout} it must be empty or one of: ${forms(
      state,
    )
      .map((form) => form.code)
      .join("; ")}.`;
  if (typeof einsum !== "string" || einsum.length > LONGEST)
    return `einsum is ${shown(einsum)}; it must be a text of at most ${LONGEST} characters.`;
  if (!Array.isArray(tools) || !tools.every((tool) => TOOLS.includes(tool)))
    return `tools is ${shown(tools)}; it must be a list of ${TOOLS.join(", ")}.`;
  for (const name of ["A_prev", "W", "Delta"]) {
    const rows = state[name];
    if (!Array.isArray(rows) || rows.length !== MOST || !rows.every(isRow))
      return `${name} must be ${MOST} rows of ${MOST} whole numbers of size at most ${LARGEST}.`;
  }
  if (!isRow(state.b)) return `b must be ${MOST} whole numbers of size at most ${LARGEST}.`;
  return null;
}

function isRow(row) {
  const fits = (value) => Number.isInteger(value) && Math.abs(value) <= LARGEST;
  return Array.isArray(row) && row.length === MOST && row.every(fits);
}

/** The products that are offered: stacks only where they are a tool, or are shown. */
export function offered({ tools, product }) {
  const withStacks = tools.includes("stacks") || isStack(product);
  return PRODUCTS.filter((name) => withStacks || !STACKS.includes(name));
}

/**
 * The picture in a sentence.
 * @param {BenchState} state
 */
export function summary(state, found = tried(state)) {
  const { form, parts, result, error, target, verdict } = found;
  const shapes = parts.map(({ name, view, array }) => `${name}${view} is ${tuple(array.shape)}`);
  const start = `${form.code}, samples as ${liesAs(state)}: ${shapes.join(", ")}.`;
  if (!result || !target) return `${start} NumPy stops: ${error.trim()}.`;
  const shape = `${start} The result is ${tuple(result.array.shape)}`;
  return {
    shape: `${shape}, and should be ${tuple(target.array.shape)}.`,
    values: `${shape}. The shape is right, the numbers are not.`,
    luck: `${shape}. The numbers are right by luck.`,
    right: `${shape}. That is right.`,
  }[verdict];
}
