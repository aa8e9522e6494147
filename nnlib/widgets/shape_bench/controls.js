// What the reader chooses: the product, how samples lie, the sizes, and how the line is written.
import { h, setAttribute } from "../shared/drawing/dom.js";
import { select } from "../shared/controls/select.js";
import { stepper } from "../shared/controls/stepper.js";
import { PROPERTIES, axesOf, formOf, forms, isStack, operandNames, viewsOf } from "./products.js";
import { offered } from "./state.js";

const NAMES = {
  forward: "forward: Z",
  bias: "forward: + b",
  bp2: "BP2: back to the layer before",
  bp3: "BP3: db",
  bp4: "BP4: dW",
  stack_forward: "stack, forward",
  stack_bp2: "stack, BP2",
  stack_outer: "stack of outer products: dW",
};
const SIZES = {
  N: { letter: "i", words: "sample", html: "<i>N</i>" },
  n: { letter: "j", words: "unit of this layer", html: "<i>n</i><sub><i>l</i></sub>" },
  n_prev: { letter: "k", words: "unit of the layer before", html: "<i>n</i><sub><i>l</i>−1</sub>" },
};

/** The product, the layout and the sizes. Returns { element, set(state) }. */
export function choiceRow(state, change) {
  const product = select(
    "Product",
    offered(state).map((name) => [name, NAMES[name]]),
    (name) => change({ product: name, code: "", einsum: "" }),
  );
  const layout = segments("Samples", [
    ["rows", "samples as rows"],
    ["columns", "as columns"],
  ]);
  layout.onChoice = (value) => change({ layout: value, code: "", einsum: "" });
  const steppers = Object.entries(SIZES).map(([name, { words, letter, html }]) => {
    const one = stepper({
      fewer: `one ${words} fewer`,
      more: `one ${words} more`,
      min: PROPERTIES[name].minimum,
      max: PROPERTIES[name].maximum,
      onStep: (value) => change({ [name]: value }),
    });
    return { ...one, name, html: (value) => `<i>${letter}</i>: ${html} = ${value}` };
  });
  const square = h(
    "button.nn-button",
    { type: "button", onclick: () => change(squareOf(latest)) },
    "Make it square",
  );
  let latest = state;
  layout.element.hidden = isStack(state.product);
  return {
    element: h(
      "div.nn-shape-controls",
      {},
      h("div.nn-shape-row", {}, product.element, layout.element),
      h("div.nn-shape-row", {}, ...steppers.map(({ element }) => element), square),
    ),
    set(current) {
      latest = current;
      product.set(current.product);
      layout.set(current.layout);
      for (const { set, name, html } of steppers) set(current[name], html(current[name]));
      const isSquare = current.N === current.n && current.n === current.n_prev;
      setAttribute(square, "aria-disabled", String(isSquare && current.n > 1));
    },
  };
}

/** All three sizes alike, and above 1: with 1 there is nothing to confuse. */
function squareOf({ n }) {
  const size = Math.max(2, n);
  return { N: size, n: size, n_prev: size };
}

const LINE = 36; // pixels of a line of controls
const NARROW_LINES = { bias: 2, forward: 2, bp2: 2, bp3: 1, stack_outer: 4 }; // else 3

/** Pixels of the controls by which a product's line is written. */
export const lineHeight = (product, wide) =>
  LINE * (wide ? (product === "stack_outer" ? 2 : 1) : (NARROW_LINES[product] ?? 3)) - 6;

/** How the line is written. Returns { element, set(state) }. */
export function lineRow(state, change, wide) {
  let latest = state;
  const names = operandNames(state);
  const choose = (wanted) => {
    const code = forms(latest).find((form) => wanted(form, formOf(latest)))?.code;
    if (code !== undefined) change({ code });
  };
  const groups = [];
  const add = (words, options, read, wanted) => {
    if (options.length < 2) return;
    const group = segments(words, options);
    group.onChoice = (value) => choose((form, now) => wanted(form, now, value));
    groups.push({ ...group, read });
  };
  for (const name of names)
    add(
      `${name} as`,
      viewsOf(state.product, name).map((view) => [view, name + view]),
      (form) => viewOf(form, name),
      (form, now, view) =>
        viewOf(form, name) === view &&
        sameOrder(form, now) &&
        form.axis === now.axis &&
        names.every((other) => other === name || viewOf(form, other) === viewOf(now, other)),
    );
  const sameViews = (form, now) => names.every((name) => viewOf(form, name) === viewOf(now, name));
  if (names.length === 2 && state.product !== "bias")
    add(
      "Order",
      names.map((name) => [name, `${name} first`]),
      (form) => form.operands[0].name,
      (form, now, first) =>
        form.operands[0].name === first && form.axis === now.axis && sameViews(form, now),
    );
  add(
    "Axis of the mean",
    axesOf(state.product).map((axis) => [axis, `axis ${axis}`]),
    (form) => form.axis,
    (form, now, axis) => form.axis === axis && sameOrder(form, now) && sameViews(form, now),
  );
  const mend = h(
    "button.nn-button",
    { type: "button", onclick: () => change({ code: "" }) },
    "Show the right line",
  );
  return {
    element: h(
      "div.nn-shape-row",
      { style: `min-height:${lineHeight(state.product, wide)}px` },
      ...groups.map(({ element }) => element),
      mend,
    ),
    set(current) {
      latest = current;
      const form = formOf(current);
      for (const { set, read } of groups) set(read(form));
    },
  };
}

const viewOf = (form, name) => form.operands.find((operand) => operand.name === name).view;
const sameOrder = (form, now) => form.operands[0].name === now.operands[0].name;

/** A few words to choose one from, all in sight. Returns { element, set(value) }; set onChoice. */
function segments(words, options) {
  const group = { onChoice: (/** @type {string} */ _value) => {} };
  const buttons = options.map(([value, text]) =>
    h(
      "button.nn-tab",
      { type: "button", "aria-pressed": "false", onclick: () => group.onChoice(value) },
      text,
    ),
  );
  return Object.assign(group, {
    element: h("div.nn-segments", { role: "group", "aria-label": words }, ...buttons),
    set(value) {
      buttons.forEach((button, place) =>
        setAttribute(button, "aria-pressed", String(options[place][0] === value)),
      );
    },
  });
}
