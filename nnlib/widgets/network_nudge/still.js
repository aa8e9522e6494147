// The figure as it stands still: the network, and below it what the nudge promises.
import { LOOK, diagram } from "./picture.js";
import { moveOf } from "./state.js";
import { wayTexts } from "./ways.js";
import { layoutDiagram } from "../shared/drawing/diagram.js";
import { tag } from "../shared/drawing/dom.js";
import { promiseStill } from "../shared/drawing/promise_still.js";
import { standing } from "../shared/drawing/still.js";

const WIDTH = 460; // pixels

/**
 * The height in pixels that the figure takes.
 * @param {NudgeState} state @param {boolean} wide
 */
export function heightOf({ W }, wide) {
  const { height } = layoutDiagram(W, WIDTH);
  const paths = Math.max(1, ...W.slice(1).map((matrix) => matrix.length));
  return height + (wide ? 542 + 29 * paths : 900 + 44 * paths);
}

/**
 * The network, and below it the numbers and the plots of the promise.
 * @param {NudgeState} state @returns {Still}
 */
export function still(state) {
  const layout = layoutDiagram(state.W, WIDTH, { radius: 16 });
  const network = standing(diagram(state, layout), { className: LOOK });
  const panel = promiseStill(moveOf(state), { top: layout.height, width: WIDTH });
  const { title, lines, terms, total } = wayTexts(state);
  return {
    width: WIDTH,
    height: layout.height + panel.height,
    parts: [tag("g", { class: layout.isTight && "nn-tight" }, [network]), ...panel.parts],
    notes: [
      title,
      ...lines.map(
        ({ name, product, share, isCrossed }) =>
          `${name}${product}${share}${isCrossed ? " (crossed out)" : ""}.`,
      ),
      `${terms}${total}.`,
    ],
  };
}
