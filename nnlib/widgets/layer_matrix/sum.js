// Below the matrices: what is chosen, written out with its numbers.
import { forward } from "../shared/maths/dense.js";
import { h, paint } from "../shared/drawing/dom.js";
import { factor, indexed, trimmed, whole } from "../shared/drawing/format.js";
import { markup } from "../shared/drawing/markup.js";
import { before, squash, unitName } from "./names.js";
import { parameterCounts, parseFocus, sizesOf } from "./state.js";

/** Returns { element, draw(state, focus) }; `wide` as in frame.js. */
export function sumPanel({ state, wide }) {
  const sizes = sizesOf(state);
  const element = h("div.nn-line.nn-sum", {
    style: `min-height:${sumHeight(state, sizes, wide)}px`,
  });
  return {
    element,
    draw(current, focus) {
      paint(element, markup(words(current, focus).join("")));
    },
  };
}

/** Pixels that the longest of the texts takes, with numbers of three or four digits. */
export function sumHeight({ activations }, sizes, wide) {
  const terms = Math.max(...sizes.slice(0, -1));
  if (wide) return terms < 3 ? 114 : 140;
  const long = activations.some((name) => squash(name).length > 4);
  const rowText = [160, 186, 212, 264][terms - 1] + (long ? 26 : 0);
  const columnText = 76 + 26 * Math.max(...sizes.slice(1));
  return Math.max(rowText, columnText);
}

/** Paragraphs of markup. */
export function words(state, focus) {
  const { j, k } = parseFocus(focus);
  if (j !== null && k !== null) return entryWords(state, j, k);
  if (j !== null) return rowWords(state, j);
  if (k !== null) return columnWords(state, k);
  return layerWords(state);
}

/** z_j = w_j1 a_1 + ... + b_j, in symbols, in numbers, and squashed. */
function rowWords(state, j) {
  const { W, b, activations, layer: l } = state;
  const { z, a } = forward(state, state.x);
  const [row, bias, sum] = [W[l - 1][j], b[l - 1][j], z[l - 1][j]];
  const symbols = row.map((_, k) => `${weight(l, j, k)} ${into(l, k)}`);
  const numbers = row.map((w, k) => `${value("w", w)} × ${value("a", a[l - 1][k])}`);
  const act = squash(activations[l - 1]);
  const [zName, aName] = [indexed(`z${l}_${j + 1}`), indexed(`a${l}_${j + 1}`)];
  return [
    caption(
      `Row ${j + 1} of ${whole(`W${l}`)}: the weights on all wires into ${unitName(l, j + 1)}.`,
    ),
    line(`${zName} =`, ...joined([...symbols, indexed(`b${l}_${j + 1}`)])),
    line("=", ...joined([...numbers, value("b", bias)]), `= <b>${value("z", sum, false)}</b>`),
    line(
      `${aName} = ${act}(${zName}) =`,
      `${act}(${value("z", sum, false)}) =`,
      `<b>${value("a", a[l][j], false)}</b>`,
    ),
  ];
}

/** What unit k of the layer before adds to every sum. */
function columnWords(state, k) {
  const { W, layer: l } = state;
  const from = forward(state, state.x).a[l - 1][k];
  const shares = W[l - 1].map((row, j) =>
    line(
      `to ${indexed(`z${l}_${j + 1}`)}:`,
      `${value("w", row[k])} × ${value("a", from)} = <b>${trimmed(row[k] * from)}</b>`,
    ),
  );
  return [
    caption(
      `Column ${k + 1} of ${whole(`W${l}`)}: the weights on all wires out of ${unitName(l - 1, k + 1)}. ` +
        `On the way back, ${whole(`W${l}`)} transposed gathers along this column.`,
    ),
    `<div class="nn-sum-shares">${shares.join("")}</div>`,
  ];
}

/** One weight: where it stands, what it joins and what it adds. */
function entryWords(state, j, k) {
  const { W, layer: l } = state;
  const { z, a } = forward(state, state.x);
  const [w, from] = [W[l - 1][j][k], a[l - 1][k]];
  return [
    caption(
      `Row ${j + 1}, column ${k + 1} of ${whole(`W${l}`)}: into ${unitName(l, j + 1)}, ` +
        `from ${unitName(l - 1, k + 1)}. In code, which counts from 0: <code>network[${l - 1}].W[${j}, ${k}]</code>.`,
    ),
    line(
      `${weight(l, j, k)} ${into(l, k)} =`,
      `${value("w", w)} × ${value("a", from)} =`,
      `<b>${trimmed(w * from)}</b>,`,
    ),
    line(`one term of ${indexed(`z${l}_${j + 1}`)} =`, value("z", z[l - 1][j], false)),
  ];
}

/** Nothing chosen: the layer's equation and its shapes. */
function layerWords(state) {
  const { W, layer: l, activations } = state;
  const [rows, columns] = [W[l - 1].length, W[l - 1][0].length];
  const from = whole(l === 1 ? "x" : `a${l - 1}`);
  return [
    caption("Point at a unit, at a line or at a number, or go there with Tab."),
    line(
      `${whole(`z${l}`)} =`,
      `${whole(`W${l}`)} ${from} + ${whole(`b${l}`)},`,
      `${whole(`a${l}`)} = ${squash(activations[l - 1])}(${whole(`z${l}`)})`,
    ),
    line(
      `Shapes: (${rows} × ${columns})(${columns} × 1) + (${rows} × 1)`,
      `gives ${rows} × 1;`,
      columns === 1
        ? "the inner sizes are both 1."
        : `the inner sizes, ${columns} and ${columns}, agree.`,
    ),
  ];
}

/** Weights and biases of each layer, counted. */
export function parameterPanel({ state }) {
  const { W, layer } = state;
  const counts = parameterCounts(state);
  const items = W.map((matrix, l) => {
    const sum = `${matrix.length} × ${matrix[0].length} + ${matrix.length} = <b>${counts[l]}</b>`;
    const own = l + 1 === layer ? ".nn-on" : "";
    return h(`div.nn-count${own}`, {}, h("span.nn-caption", {}, `layer ${l + 1}:`), span(sum));
  });
  const total = counts.reduce((sum, count) => sum + count);
  const size = (index) => `<i>n</i><sub>${index}</sub>`;
  const rule = `${size("<i>l</i>")} × ${size("<i>l</i>−1")} + ${size("<i>l</i>")} in a layer`;
  return h(
    "div",
    { role: "group", "aria-label": "Parameters" },
    h("p.nn-counts-title", { html: `Parameters: ${rule}, <b>${total}</b> in all` }),
    h("div.nn-counts", {}, ...items),
  );
}

// -- pieces -----------------------------------------------------------------------------------

const caption = (html) => `<p class="nn-caption">${html}</p>`;
const span = (html) => h("span", { html });

/** Parts that do not break inside. */
const line = (...parts) =>
  `<p>${parts.map((part) => `<span class="nn-part">${part}</span>`).join(" ")}</p>`;

/** Terms with a plus sign after all but the last. */
const joined = (terms) =>
  terms.map((term, place) => (place < terms.length - 1 ? `${term} +` : term));

const weight = (l, j, k) => indexed(`w${l}_${j + 1}${k + 1}`);
const into = (l, k) => indexed(before(l, k + 1));

/** A number in its quantity's colour; in brackets where it is negative and stands in a product. */
function value(kind, number, inside = true) {
  const text = inside ? factor(number, 4, trimmed) : trimmed(number);
  return `<span class="nn-${kind}">${text}</span>`;
}
