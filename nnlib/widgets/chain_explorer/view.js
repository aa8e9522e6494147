// ChainExplorer: a chain of single units drawn as tracks, one row a variable, x at the top, C below.
// This view arranges; the mathematics is in shared/maths/network.js, the drawing in the shared parts.
import { controlsFor, parameterKnobs } from "./controls.js";
import { backwardPanel } from "./equations.js";
import { forwardPanel } from "./sum.js";
import { PROPERTIES, moveOf, summary, validate } from "./state.js";
import { LOOK, geometryOf, tracks } from "./tracks.js";
import { drawSvg, h, setAttribute, svgPicture } from "../shared/drawing/dom.js";
import { frame } from "../shared/host/frame.js";
import { promisePanel } from "../shared/drawing/promise_panel.js";

export { summary, validate };

const PANELS = {
  forward: forwardPanel,
  nudge: promisePanel,
  backward: backwardPanel,
  step: promisePanel,
};

/** @param {Room<ChainState>} room @returns {Built<ChainState>} */
function build({ body, state: { mode, w }, wide, change }) {
  const geometry = geometryOf(w.length, mode, wide ? "wide" : "narrow");
  const controls = controlsFor(mode, w.length, change);
  const room = h("div.nn-tracks", { style: `height:${geometry.height}px` });
  const picture = svgPicture(LOOK);
  room.append(picture);
  const knobs = parameterKnobs({ tracks: room, geometry, wide, mode, length: w.length, change });
  const panel = PANELS[mode]({ wide, moveOf });
  body.append(room, controls.element, panel.element);

  /** @type {Built<ChainState>["draw"]} */
  function draw(state, width) {
    setAttribute(picture, "viewBox", `0 0 ${width} ${geometry.height}`);
    setAttribute(picture, "aria-label", summary(state));
    drawSvg(picture, tracks(state, geometry, width));
    controls.set(state);
    knobs.set(state);
    panel.set(state, width);
  }

  return { draw, takeDown: controls.stop };
}

/** @param {{ model: Model, el: HTMLElement }} place */
export function render({ model, el }) {
  return frame({
    model,
    el,
    name: "Chain explorer",
    traits: Object.keys(PROPERTIES),
    validate,
    structure: (state) => state.w.length,
    build,
    summary,
  });
}
