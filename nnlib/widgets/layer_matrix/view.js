// LayerMatrix: a small dense network beside the matrices of one of its layers.
// This view arranges; the mathematics is in shared/maths/dense.js, the drawing in the rooms beside it.
import { equation, equationHeight } from "./equation.js";
import { networkPicture, pictureHeight } from "./picture.js";
import { PROPERTIES, sizesOf, summary, validate } from "./state.js";
import { parameterPanel, sumPanel } from "./sum.js";
import { h } from "../shared/drawing/dom.js";
import { frame } from "../shared/host/frame.js";

export { summary, validate };

/** @param {Room<LayerState>} room @returns {Built<LayerState>} */
function build({ body, tools, state, wide, change, redraw }) {
  const sizes = sizesOf(state);
  let latest = state;
  let pointed = null; // what the pointer rests on; what is chosen is the trait `focus`

  function pick(values) {
    pointed = null;
    const news = Object.entries(values).filter(([name, value]) => latest[name] !== value);
    if (news.length) change(Object.fromEntries(news));
  }

  function point(focus) {
    if (focus === pointed) return;
    pointed = focus;
    redraw();
  }

  const height = wide ? equationHeight(sizes) : pictureHeight(sizes);
  const parts = [
    networkPicture({ state, height, wide, change, pick, point }),
    equation({ state, change, pick, point }),
    sumPanel({ state, wide }),
  ];
  const [picture, matrices, sum] = parts.map(({ element }) => element);
  const beside = h("div.nn-beside", { onkeydown: letGo }, picture, matrices);
  body.append(beside, sum, parameterPanel({ state }));
  tools.append(h("span.nn-caption", {}, `sizes [${sizes.join(", ")}]`));

  function draw(current, width) {
    latest = current;
    for (const part of parts) part.draw(current, pointed ?? current.focus, width);
  }

  function letGo(event) {
    if (event.key === "Escape") pick({ focus: "" });
  }

  return { draw, takeDown() {} };
}

/** @param {{ model: Model, el: HTMLElement }} place */
export function render({ model, el }) {
  return frame({
    model,
    el,
    name: "Layer matrix",
    traits: Object.keys(PROPERTIES),
    validate,
    structure: (state) => [state.layer, sizesOf(state), state.activations],
    build,
    summary,
  });
}
