// The figure as it stands still: the network, and below it its layer's equation with every number.
import { blocksOf, equationHeight } from "./equation.js";
import { entryText, squash } from "./names.js";
import { LOOK, networkParts, pictureHeight } from "./picture.js";
import { lightsOf, sizesOf } from "./state.js";
import { sumHeight, words } from "./sum.js";
import { layoutDiagram } from "../shared/drawing/diagram.js";
import { label, tag } from "../shared/drawing/dom.js";
import { number } from "../shared/drawing/format.js";
import { markup } from "../shared/drawing/markup.js";
import { standing } from "../shared/drawing/still.js";

const [WIDTH, CELL, ROW, GAP] = [460, 43, 24, 14]; // pixels; GAP lies between two matrices
const CENTRED = { "text-anchor": "middle" };

/** The height in pixels that the figure takes. */
export function heightOf(state, wide) {
  const sizes = sizesOf(state);
  const height = equationHeight(sizes) + sumHeight(state, sizes, wide);
  const counts = 24 * Math.ceil(state.W.length / 2);
  return height + (wide ? 135 : 117 + pictureHeight(sizes) + counts);
}

/** The network, and W a + b = z of its layer. */
export function still(state) {
  const layout = layoutDiagram(state.W, WIDTH, { withCost: false });
  const blocks = blocksOf(state);
  const rows = Math.max(...blocks.map(({ values }) => values.length));
  const middle = layout.height + 40 + (ROW * rows) / 2;
  const widths = blocks.map(({ values }) => CELL * values[0].length + 10);
  let left = (WIDTH - widths.reduce((sum, width) => sum + width) - 4 * GAP) / 2;
  const equation = blocks.map((block, place) => {
    const before = left - GAP / 2;
    const width = widths[place];
    const array = bracketed(block, lightsOf(state.focus), left, width, middle);
    left += width + GAP;
    return [label(before, middle, ["", "", "+", "=", "→"][place], CENTRED), array];
  });
  const listed = ({ values }) => values.map(([value]) => number(value)).join(", ");
  const [z, a] = blocks.slice(-2).map(listed);
  const act = squash(state.activations[state.layer - 1]);
  return {
    width: WIDTH,
    height: layout.height + 66 + ROW * rows,
    parts: [standing(networkParts(state, state.focus, layout), { className: LOOK }), equation],
    notes: [
      `z = W a + b is (${z}), and a = ${act}(z) is (${a}).`,
      ...(state.focus ? words(state, state.focus) : []),
    ],
  };
}

/** An array of blocksOf between brackets, its name above and its shape below. */
function bracketed({ name, kind, light, values }, lights, left, width, middle) {
  const [rows, columns] = [values.length, values[0].length];
  const [centre, top, height] = [left + width / 2, middle - (ROW * rows) / 2, ROW * rows];
  const bracket = (x, inward) =>
    tag("path", {
      d: `M${x + inward},${top}h${-inward}v${height}h${inward}`,
      fill: "none",
      stroke: "currentColor",
    });
  const cell = (value, j, k) =>
    label(left + 5 + CELL * (k + 0.5), top + ROW * (j + 0.5), entryText(value), {
      ...CENTRED,
      "font-size": 11,
      "font-weight": lights[light](j, k) === "nn-lit" && 700,
    });
  const above = `<tspan class="nn-sup" dy="-0.65em">${name.slice(1)}</tspan>`;
  const title = `<tspan class="nn-italic" font-weight="700">${name[0]}</tspan>${above}`;
  return [
    tag("g", { class: `nn-${kind}` }, [
      label(centre, top - 14, markup(title), CENTRED),
      ...values.flatMap((row, j) => row.map((value, k) => cell(value, j, k))),
    ]),
    bracket(left, 5),
    bracket(left + width, -5),
    label(centre, top + height + 12, `${rows} × ${columns}`, {
      ...CENTRED,
      class: "nn-axis-label",
    }),
  ];
}
