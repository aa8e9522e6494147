// The shape bench's state: what it may be, and the picture in a sentence.
import { checkState, shown } from "../shared/host/schema.js";
import { tuple } from "../shared/maths/shapes.js";
import { PRODUCTS, PROPERTIES, formOf, forms, isStack, liesAs, tried } from "./products.js";

/**
 * null, or what is wrong with a state, naming the trait.
 * @param {BenchState} state
 */
export function validate(state) {
  const wrong = checkState(PROPERTIES, state);
  if (wrong) return wrong;
  const { product, layout, code } = state;
  if (!formOf(state)) {
    const known = forms(state).map((form) => form.code);
    return `code is ${shown(code)}; for product ${product} with samples as ${layout} it must be empty or one of: ${known.join("; ")}.`;
  }
  for (const name of ["A_prev", "W", "Delta"]) {
    const lengths = state[name].map((row) => row.length);
    if (new Set(lengths).size > 1)
      return `${name} has rows of ${lengths.join(", ")} numbers; it must have rows of one length.`;
  }
  return null;
}

/** The products that are offered: stacks only where they are a tool, or are shown. */
export function offered({ tools, product }) {
  const withStacks = tools.includes("stacks") || isStack(product);
  return PRODUCTS.filter((name) => withStacks || !isStack(name));
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
