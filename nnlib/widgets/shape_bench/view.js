// ShapeBench: the products of one layer as boxes with their sizes, and what NumPy makes of them.
// This view arranges; NumPy's rules are in shared/maths/shapes.js, the products in bench/products.js.
import { choiceRow, lineRow } from "./controls.js";
import { einsumPanel } from "./einsum.js";
import { boxPicture } from "./picture.js";
import { tried } from "./products.js";
import { TRAITS, offered, summary, validate } from "./state.js";
import { LEGEND, codeHtml, shapesHtml, verdictHtml } from "./words.js";
import { h, paint } from "../shared/drawing/dom.js";
import { frame } from "../shared/host/frame.js";
import { markup } from "../shared/drawing/markup.js";

export { validate };

// Pixels of the longest texts, wide and narrow; nnlib/widgets/shape_bench.py keeps the same free.
const PANEL = { wide: 284, narrow: 264 };
const EINSUM = { wide: 208, narrow: 316 };
const MORE_OF_STACKS = { wide: 56, narrow: 20 }; // for the line with a mean

/**
 * @param {Room<BenchState>} room
 * @returns {Built<BenchState>}
 */
function build({ body, state, wide, change }) {
  const choices = choiceRow(state, change);
  const line = lineRow(state, change, wide);
  const picture = boxPicture();
  const code = h("p.nn-shape-code");
  const shapes = h("p.nn-shape-shapes");
  const verdict = h("div.nn-shape-verdict");
  const room = wide ? "wide" : "narrow";
  const tall = PANEL[room] + (state.product === "stack_outer" ? MORE_OF_STACKS[room] : 0);
  const panel = h(
    "div.nn-line.nn-shape-panel",
    { style: `min-height:${tall}px` },
    code,
    shapes,
    verdict,
  );
  body.append(
    choices.element,
    line.element,
    h("div.nn-shape-beside", {}, picture.element, panel),
    h("p.nn-caption.nn-shape-legend", { html: LEGEND }),
  );
  const letters = state.tools.includes("einsum") ? einsumPanel(state, change) : null;
  if (letters) {
    letters.element.style.minHeight = `${EINSUM[room]}px`;
    body.append(letters.element);
  }

  return {
    draw(current, width) {
      const found = tried(current);
      choices.set(current);
      line.set(current);
      picture.draw(current, found, wide ? Math.min(420, width) : width);
      paint(code, markup(`<code>${codeHtml(found)}</code>`));
      paint(shapes, markup(`<code>${shapesHtml(found)}</code>`));
      paint(verdict, markup(verdictHtml(current, found)));
      letters?.draw(current);
    },
    takeDown() {},
  };
}

/** @param {{ model: Model, el: HTMLElement }} place */
export function render({ model, el }) {
  return frame({
    model,
    el,
    name: "Shape bench",
    traits: TRAITS,
    validate,
    structure: (state) => [state.product, state.layout, state.tools, offered(state)],
    build,
    summary,
  });
}
