// The layer as an equation: W a + b = z, and a after the squash, each between brackets.
import { LARGEST } from "../shared/host/check.js";
import { forward } from "../shared/maths/dense.js";
import { h } from "../shared/drawing/dom.js";
import { compact, spokenIndexed, whole } from "../shared/drawing/format.js";
import { matrix } from "../shared/drawing/matrix.js";
import { numberBox } from "../shared/controls/number_box.js";
import { squash } from "./names.js";
import { lightsOf, sizesOf } from "./state.js";

const ROW = 32; // pixels of a row of a matrix

/** `pick` and `point` as in picture.js. Returns { element, draw(state, focus) }. */
export function equation({ state, change, pick, point }) {
  const { layer: l } = state;
  const sizes = sizesOf(state);
  const [rows, columns] = [sizes[l], sizes[l - 1]];
  const cells = []; // { element, show(state, results), light(lights) }
  let latest;

  /** An element that stands for a part of the layer: pointing at it lights that part. */
  function pointing(element, focus, light) {
    element.addEventListener("pointerenter", () => point(focus));
    element.addEventListener("pointerleave", () => point(null));
    element.addEventListener("click", () => pick({ focus }));
    if (light) cells.push({ element, light });
    return element;
  }

  function typed(name, kind, focus, get, put, light) {
    const box = numberBox({
      name: spokenIndexed(name),
      className: `nn-number-box nn-${kind}`,
      limit: LARGEST,
      onInput: (value) => change(put(latest, value)),
      onFocus: () => pick({ focus }),
    });
    cells.push({ show: (current) => box.set(get(current)) });
    return pointing(box.element, focus, light);
  }

  function computed(kind, focus, get, light) {
    const element = h(`span.nn-cell-value.nn-${kind}`);
    const show = (_, results) => {
      const text = compact(get(results)).replace("-", "−");
      if (element.textContent !== text) element.textContent = text;
    };
    cells.push({ show });
    return pointing(element, focus, light);
  }

  const weight = (j, k) =>
    typed(
      `w${l}_${j + 1}${k + 1}`,
      "w",
      `w${j + 1}${k + 1}`,
      ({ W }) => W[l - 1][j][k],
      ({ W }, v) => ({ W: W.with(l - 1, W[l - 1].with(j, W[l - 1][j].with(k, v))) }),
      (lights) => lights.entry(j, k),
    );
  const bias = (j) =>
    typed(
      `b${l}_${j + 1}`,
      "b",
      `u${j + 1}`,
      ({ b }) => b[l - 1][j],
      ({ b }, v) => ({ b: b.with(l - 1, b[l - 1].with(j, v)) }),
      (lights) => lights.bias(j),
    );
  const into = (k) =>
    l === 1
      ? typed(
          `x_${k + 1}`,
          "a",
          `k${k + 1}`,
          ({ x }) => x[k],
          ({ x }, v) => ({ x: x.with(k, v) }),
          (lights) => lights.before(k),
        )
      : computed(
          "a",
          `k${k + 1}`,
          ({ a }) => a[l - 1][k],
          (lights) => lights.before(k),
        );
  const out = (kind) => (j) =>
    computed(
      kind,
      `u${j + 1}`,
      ({ z, a }) => (kind === "z" ? z[l - 1][j] : a[l][j]),
      (lights) => lights.after(j),
    );
  const head = (letter, place) =>
    pointing(h("span.nn-head", { "aria-hidden": "true" }, String(place + 1)), letter + (place + 1));
  const heads = (letter, count) => Array.from({ length: count }, (_, place) => head(letter, place));
  const column = (name, words, count, layer, cell, more = {}) =>
    matrix({
      name,
      words: `${words}, ${count} by 1`,
      shape: shape([layer, null], [count, 1]),
      rows: count,
      columns: 1,
      cell,
      ...more,
    });

  const multiply = h(
    "div.nn-equation-line",
    {},
    matrix({
      name: whole(`W${l}`),
      words: `W of layer ${l}, ${rows} by ${columns}`,
      shape: shape([l, l - 1], [rows, columns]),
      rows,
      columns,
      cell: weight,
      rowHeads: heads("u", rows),
      columnHeads: heads("k", columns),
    }),
    column(
      l === 1 ? `${whole("x")} = ${whole("a0")}` : whole(`a${l - 1}`),
      l === 1 ? "inputs x" : `activations of layer ${l - 1}`,
      columns,
      l - 1,
      into,
      { headRoom: true },
    ),
  );
  const add = h(
    "div.nn-equation-line",
    {},
    sign("+"),
    column(whole(`b${l}`), `biases of layer ${l}`, rows, l, bias),
    sign("="),
    column(whole(`z${l}`), `pre-activations of layer ${l}`, rows, l, out("z")),
    sign(`<span>${squash(state.activations[l - 1])}</span>→`),
    column(whole(`a${l}`), `activations of layer ${l}`, rows, l, out("a")),
  );
  // Room for the largest layer, so that nothing moves when another layer is chosen.
  multiply.style.minHeight = `${ROW * Math.max(...sizes) + LINES.multiply}px`;
  add.style.minHeight = `${ROW * Math.max(...sizes.slice(1)) + LINES.add}px`;

  return {
    element: h("div.nn-equation-lines", {}, multiply, add),
    draw(current, focus) {
      latest = current;
      const results = forward(current, current.x);
      const lights = lightsOf(focus);
      for (const { element, show, light } of cells) {
        show?.(current, results);
        if (!light) continue;
        const name = light(lights);
        element.classList.toggle("nn-lit", name === "nn-lit");
        element.classList.toggle("nn-touched", name === "nn-touched");
      }
    },
  };
}

const LINES = { multiply: 86, add: 68 }; // names, heads and shapes around the rows

/** Pixels of the whole equation, of any layer. */
export function equationHeight(sizes) {
  return ROW * (Math.max(...sizes) + Math.max(...sizes.slice(1))) + LINES.multiply + LINES.add + 6;
}

function sign(html) {
  return h("span.nn-sign", { html });
}

/** "n_1 × n_0" over "3 × 2"; a column has 1 for its second size. */
function shape([rowLayer, columnLayer], [rows, columns]) {
  const size = (layer) => (layer === null ? "1" : `<i>n</i><sub>${layer}</sub>`);
  return `${size(rowLayer)} × ${size(columnLayer)}<br>${rows} × ${columns}`;
}
