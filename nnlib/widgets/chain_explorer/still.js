// The figure as it stands still: its tracks, and below them what a nudge or a step promises.
import { productLine } from "./equations.js";
import { moveOf } from "./state.js";
import { forwardLine } from "./sum.js";
import { LOOK, geometryOf, tracks } from "./tracks.js";
import { promiseStill } from "../shared/drawing/promise_still.js";
import { standing } from "../shared/drawing/still.js";

const BELOW = {
  forward: [172, 206],
  nudge: [402, 740],
  backward: [400, 660],
  step: [430, 766],
}; // pixels of toolbar, controls and panel: wide, narrow

/**
 * The height in pixels that the figure takes.
 * @param {ChainState} state @param {boolean} wide
 */
export function heightOf({ w, mode, modes }, wide) {
  const { height } = geometryOf(w.length, mode, wide ? "wide" : "narrow");
  const tabs = !wide && modes.length > 1 ? 38 : 0;
  return height + BELOW[mode][wide ? 0 : 1] + tabs;
}

/**
 * The tracks, and below them what a nudge or a step promises.
 * @param {ChainState} state @returns {Still}
 */
export function still(state) {
  const [width, { mode }] = [460, state];
  const geometry = geometryOf(state.w.length, mode, "still");
  const { height } = geometry;
  const rows = standing(tracks(state, geometry, width), { className: LOOK });
  if (mode === "forward" || mode === "backward") {
    const notes = [mode === "forward" ? forwardLine(state) : productLine(state)];
    return { width, height, parts: [rows], notes };
  }
  const panel = promiseStill(moveOf(state), { top: height, width });
  return { width, height: height + panel.height, parts: [rows, ...panel.parts] };
}
