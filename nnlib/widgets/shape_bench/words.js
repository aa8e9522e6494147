// What the bench says about a line of code: NumPy's text, and in words which letters meet.
import { escape } from "../shared/drawing/markup.js";
import { stretchedAxes, tuple } from "../shared/maths/shapes.js";
import { isTurned } from "./products.js";

/** What an index counts, in the plural. */
export const ROLES = { i: "samples", j: "units of this layer", k: "units of the layer before" };

/** What each product is for, once it is right. */
export const RESULTS = {
  forward: { name: "Z without b", kind: "z", next: "With <code>+ b</code> it is Z." },
  bias: { name: "Z", kind: "z", next: "" },
  bp2: {
    name: "Delta_prev without σ′",
    kind: "d",
    next: "Entry by entry times σ′(Z_prev) it is Delta_prev.",
  },
  bp3: { name: "db", kind: "b", next: "" },
  bp4: {
    name: "dW",
    kind: "w",
    next: "The sum runs over the samples; <code>/ N</code> makes the mean of it.",
  },
  stack_forward: {
    name: "Z without b",
    kind: "z",
    next: "One column a sample; W is used for each.",
  },
  stack_bp2: {
    name: "Delta_prev without σ′",
    kind: "d",
    next: "One column a sample; W.T is used for each.",
  },
  stack_outer: {
    name: "dW",
    kind: "w",
    next: "N tables stand in memory before the mean; <code>Delta.T @ A_prev / N</code> needs none of them.",
  },
};

export const HEADS = {
  error: "✗ NumPy stops",
  shape: "✗ no error, another shape",
  values: "✗ the shape is right, the numbers are not",
  luck: "✗ right here, by luck",
  right: "✓ right",
};

/** Pixels of the longest texts, more of them for the line with a mean. */
export function panelHeight({ product }, wide) {
  const isLong = product === "stack_outer";
  if (wide) return isLong ? 340 : 284;
  return isLong ? 284 : 264;
}

/** The line with its operands in their colours. */
export function codeHtml({ form, parts }) {
  let html = escape(form.code);
  for (const { name, view, kind } of parts)
    html = html.replace(name + view, `<span class="nn-${kind}">${name + view}</span>`);
  return html;
}

/** The shapes from the operands to the result, "(4, 2) @ (2, 3)" and "(4, 3)". */
export function shapeSteps({ form, parts, product, result }) {
  const steps = [parts.map(({ array }) => tuple(array.shape)).join(` ${form.sign} `)];
  if (result && form.axis !== null && form.sign === "@") steps.push(tuple(product.array.shape));
  return [...steps, result ? tuple(result.array.shape) : "no result"];
}

/** The same as markup. */
export const shapesHtml = (found) =>
  shapeSteps(found)
    .map((step) => `<span class="nn-part">${step}</span>`)
    .join(" → ");

/** The verdict as markup: a head, NumPy's text where it stops, and the reason. */
export function verdictHtml(state, found) {
  const { verdict, error } = found;
  const text = error ? `<p class="nn-numpy"><code>ValueError: ${escape(error)}</code></p>` : "";
  return `<p class="nn-verdict">${HEADS[verdict]}</p>${text}<p>${reason(state, found)}</p>`;
}

/** Why the verdict is what it is, and what follows, as markup. */
export function reason(state, found) {
  const after = found.verdict === "right" ? ` ${RESULTS[state.product].next}` : "";
  return why(state, found) + after;
}

function why(state, found) {
  const { form } = found;
  const words = { "@": meeting, "+": stretching, mean: averaging }[form.sign](found, state);
  if (form.axis === null || form.sign === "mean" || !found.product)
    return words + turnedWords(found);
  return `${words} ${meanWords(found.product, form)}${turnedWords(found)}`;
}

/** Which letters meet in a matrix product. */
function meeting(found) {
  const {
    parts: [first, second],
    verdict,
  } = found;
  const [size, inner] = [first.array.shape.at(-1), second.array.shape.at(-2)];
  const [one, other] = [first.axes.at(-1), second.axes.at(-2)];
  const columns = `${count(size, "column")} of ${plainName(first)} (${letter(one)})`;
  const rows = `${count(inner, "row")} of ${plainName(second)} (${letter(other)})`;
  if (size !== inner) return `The inner sizes must be equal: ${columns} cannot meet ${rows}.`;
  if (one !== other)
    return `${letter(one)} meets ${letter(other)}. Both have size ${size}, so NumPy goes on, and adds up products that do not belong together.${verdict === "luck" ? " With size 1 that cannot be seen." : ""}`;
  const kept = [first.axes.at(-2), second.axes.at(-1)].filter((axis) => axis !== "1");
  const summed =
    one === "1"
      ? "1 meets 1, so nothing is summed."
      : `${letter(one)} meets ${letter(one)} and is summed: ${count(size, "product")} in each sum.`;
  const rest = kept.map(letter).join(" and ");
  const remain = kept.length ? ` ${rest} ${kept.length > 1 ? "remain" : "remains"}.` : "";
  const stack = first.axes.length + second.axes.length > 4;
  const isOther = verdict === "shape" && found.form.axis === null && !isTurned(found);
  const wrong = isOther ? " But this is not the product that is wanted." : "";
  return `${stack ? `For each ${letter("i")}: ` : ""}${summed}${remain}${wrong}`;
}

/** Along which axis the bias is repeated. */
function stretching({ parts: [first, second], result, verdict }) {
  const [shape, small] = [first.array.shape, second.array.shape];
  const lead = shape.length - small.length;
  if (!result) {
    const axis = small.findLastIndex((size, a) => size !== 1 && size !== shape[a + lead]);
    return (
      `NumPy compares sizes from the last axis on: ${letter(first.axes[axis + lead])} with ` +
      `${shape[axis + lead]} stands against ${letter(second.axes[axis])} with ${small[axis]}. ` +
      "They differ and neither is 1, so nothing can be stretched."
    );
  }
  const pairs = second.axes
    .map((own, axis) => [own, first.axes[axis + lead]])
    .filter(([own]) => own !== "1");
  const [own, under] = pairs[0];
  const repeated = stretchedAxes(small, shape);
  const along = repeated.length
    ? `b is repeated along ${repeated.map((axis) => `axis ${axis} (${letter(first.axes[axis])})`).join(" and ")}, ${repeated.map((axis) => shape[axis]).join(" × ")} times.`
    : "Nothing has to be repeated.";
  const belongs =
    own === under
      ? `${letter(own)} stands under ${letter(under)}.`
      : `${letter(own)} stands under ${letter(under)}: both have size ${shape[first.axes.indexOf(under)]}, but each ${singular(under)} gets a bias that belongs to a ${singular(own)}.${verdict === "luck" ? " With size 1 that cannot be seen." : ""}`;
  return `${along} ${belongs}`;
}

function averaging(found) {
  return meanWords(found.product, found.form);
}

function meanWords({ axes }, { axis }) {
  const gone = axes[axis];
  const what = `The mean over axis ${axis} takes ${letter(gone)} away`;
  return gone === "i"
    ? `${what}: the samples.`
    : `${what}; it should be ${letter("i")}, the samples.`;
}

function turnedWords(found) {
  return found.verdict !== "right" && found.verdict !== "luck" && isTurned(found)
    ? " The numbers are the right ones, but rows and columns have changed places."
    : "";
}

export const letter = (name) => (name === "1" ? "1" : `<i class="nn-letter">${name}</i>`);
const plainName = ({ name, view }) => `<code>${name}${view}</code>`;
export const count = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;
const singular = (axis) => ({ i: "sample", j: "unit", k: "unit of the layer before" })[axis];

/** The letters and what they count. */
export const LEGEND = Object.entries({
  i: "sample",
  j: "unit of this layer",
  k: "unit of the layer before",
})
  .map(([name, words]) => `${letter(name)} ${words}`)
  .join(", ");
