// ShapeBench: the products of one layer as boxes with their sizes, and what NumPy makes of them.
// This view arranges; NumPy's rules are in shared/maths/shapes.js, the products in products.js.
import { choiceRow, lineRow } from "./controls.js";
import { einsumPanel } from "./einsum.js";
import { boxPicture } from "./picture.js";
import { PROPERTIES, tried } from "./products.js";
import { offered, summary, validate } from "./state.js";
import { LEGEND, codeHtml, panelHeight, shapesHtml, verdictHtml } from "./words.js";
import { h, paint } from "../shared/drawing/dom.js";
import { frame } from "../shared/host/frame.js";
import { markup } from "../shared/drawing/markup.js";

export { summary, validate };

/** @param {Room<BenchState>} room @returns {Built<BenchState>} */
function build({ body, state, wide, change }) {
  const choices = choiceRow(state, change);
  const line = lineRow(state, change, wide);
  const picture = boxPicture();
  const code = h("p.nn-shape-code");
  const shapes = h("p.nn-shape-shapes");
  const verdict = h("div.nn-shape-verdict");
  const panel = h(
    "div.nn-line.nn-shape-panel",
    { style: `min-height:${panelHeight(state, wide)}px` },
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
  const letters = state.tools.includes("einsum") ? einsumPanel(state, change, wide) : null;
  if (letters) body.append(letters.element);

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
    traits: Object.keys(PROPERTIES),
    validate,
    structure: (state) => [state.product, state.layout, state.tools, offered(state)],
    build,
    summary,
  });
}
