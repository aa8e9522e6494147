// The layer as an equation: W a + b = z, and a after the squash, each between brackets.
import { forward } from "../shared/maths/dense.js";
import { h, paint } from "../shared/drawing/dom.js";
import { spokenIndexed, whole } from "../shared/drawing/format.js";
import { matrix } from "../shared/drawing/matrix.js";
import { numberBox } from "../shared/controls/number_box.js";
import { entryText, squash } from "./names.js";
import { PROPERTIES, lightsOf, sizesOf } from "./state.js";

const ROW = 32; // pixels of a row of a matrix

/**
 * The equation's arrays from left to right. `light` names what lights an entry (of lightsOf), and
 * `focus(j, k)` is the focus that it stands for; where it can be typed, `parameter(j, k)` is its
 * name and `put(value, j, k)` what changes.
 */
export function blocksOf(state) {
  const { W, b, x, layer: l } = state;
  const { z, a } = forward(state, x);
  const replaced = (matrix, j, k, value) => matrix.with(j, matrix[j].with(k, value));
  const column = (name, words, light, values) => ({
    name,
    words,
    kind: name === "x" ? "a" : name[0],
    light,
    layers: [light === "before" ? l - 1 : l, null],
    values: values.map((value) => [value]),
    focus: (j) => `${light === "before" ? "k" : "u"}${j + 1}`,
  });
  return [
    {
      name: `W${l}`,
      words: `W of layer ${l}`,
      kind: "w",
      light: "entry",
      layers: [l, l - 1],
      values: W[l - 1],
      focus: (j, k) => `w${j + 1}${k + 1}`,
      parameter: (j, k) => `w${l}_${j + 1}${k + 1}`,
      put: (value, j, k) => ({ W: W.with(l - 1, replaced(W[l - 1], j, k, value)) }),
    },
    l === 1
      ? {
          ...column("x", "inputs x", "before", x),
          parameter: (k) => `x_${k + 1}`,
          put: (value, k) => ({ x: x.with(k, value) }),
        }
      : column(`a${l - 1}`, `activations of layer ${l - 1}`, "before", a[l - 1]),
    {
      ...column(`b${l}`, `biases of layer ${l}`, "bias", b[l - 1]),
      parameter: (j) => `b${l}_${j + 1}`,
      put: (value, j) => ({ b: replaced(b, l - 1, j, value) }),
    },
    column(`z${l}`, `pre-activations of layer ${l}`, "after", z[l - 1]),
    column(`a${l}`, `activations of layer ${l}`, "after", a[l]),
  ];
}

/** `pick` and `point` as in picture.js. Returns { element, draw(state, focus) }. */
export function equation({ state, change, pick, point }) {
  const sizes = sizesOf(state);
  const entries = []; // { element, set(value), place, j, k }
  let blocks = blocksOf(state);

  /** An element that stands for a part of the layer: pointing at it lights that part. */
  function pointing(element, focus) {
    element.addEventListener("pointerenter", () => point(focus));
    element.addEventListener("pointerleave", () => point(null));
    element.addEventListener("click", () => pick({ focus }));
    return element;
  }

  function entry(place, j, k) {
    const { kind, parameter, ...block } = blocks[place];
    const focus = block.focus(j, k);
    const { element, set } = parameter
      ? numberBox({
          name: spokenIndexed(parameter(j, k)),
          className: `nn-number-box nn-${kind}`,
          limit: PROPERTIES.x.items.maximum,
          onInput: (value) => change(blocks[place].put(value, j, k)),
          onFocus: () => pick({ focus }),
        })
      : computed(kind);
    entries.push({ element, set, place, j, k });
    return pointing(element, focus);
  }

  const heads = (letter, count) =>
    Array.from({ length: count }, (_, place) => {
      const head = h("span.nn-head", { "aria-hidden": "true" }, String(place + 1));
      return pointing(head, `${letter}${place + 1}`);
    });
  const [W, before, ...rest] = blocks.map(({ name, words, layers, values }, place) => {
    const [rows, columns] = [values.length, values[0].length];
    return matrix({
      name: name === "x" ? `${whole("x")} = ${whole("a0")}` : whole(name),
      words: `${words}, ${rows} by ${columns}`,
      shape: shape(layers, [rows, columns]),
      rows,
      columns,
      cell: (j, k) => entry(place, j, k),
      ...(place === 0 && { rowHeads: heads("u", rows), columnHeads: heads("k", columns) }),
      headRoom: place === 1,
    });
  });
  const multiply = h("div.nn-equation-line", {}, W, before);
  const add = h(
    "div.nn-equation-line",
    {},
    ...rest.flatMap((element, place) => [
      sign(["+", "=", `<span>${squash(state.activations[state.layer - 1])}</span>→`][place]),
      element,
    ]),
  );
  // Room for the largest layer, so that nothing moves when another layer is chosen.
  multiply.style.minHeight = `${ROW * Math.max(...sizes) + LINES.multiply}px`;
  add.style.minHeight = `${ROW * Math.max(...sizes.slice(1)) + LINES.add}px`;

  return {
    element: h("div.nn-equation-lines", {}, multiply, add),
    draw(current, focus) {
      blocks = blocksOf(current);
      const lights = lightsOf(focus);
      for (const { element, set, place, j, k } of entries) {
        const { values, light } = blocks[place];
        set(values[j][k]);
        const name = lights[light](j, k);
        element.classList.toggle("nn-lit", name === "nn-lit");
        element.classList.toggle("nn-touched", name === "nn-touched");
      }
    },
  };
}

function computed(kind) {
  const element = h(`span.nn-cell-value.nn-${kind}`);
  return { element, set: (value) => paint(element, entryText(value)) };
}

const LINES = { multiply: 86, add: 68 }; // names, heads and shapes around the rows

/** Pixels of the whole equation, of any layer. */
export function equationHeight(sizes) {
  return ROW * (Math.max(...sizes) + Math.max(...sizes.slice(1))) + LINES.multiply + LINES.add + 6;
}

function sign(html) {
  return h("span.nn-sign", { html });
}

/**
 * "n_1 × n_0" over "3 × 2"; a column has 1 for its second size.
 * @param {(number | null)[]} layers @param {number[]} sizes
 */
function shape([rowLayer, columnLayer], [rows, columns]) {
  const size = (layer) => (layer === null ? "1" : `<i>n</i><sub>${layer}</sub>`);
  return `${size(rowLayer)} × ${size(columnLayer)}<br>${rows} × ${columns}`;
}
