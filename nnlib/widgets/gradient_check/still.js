// The figure as it stands still: the error over all eps, and below it what is read at one of them.
import { curveKeeper } from "./curves.js";
import { HEIGHT, LOOK, picture, scales } from "./picture.js";
import { reader } from "./state.js";
import {
  LAYER_HEADS,
  cellTexts,
  complexWords,
  curveWords,
  layerTexts,
  lineNote,
  lineOf,
  reasons,
} from "./words.js";
import { scientific, svgIndexed } from "../shared/drawing/format.js";
import { readings, standingPlot } from "../shared/drawing/still.js";

/**
 * The height in pixels that the figure takes.
 * @param {GradientState} state @param {boolean} wide
 */
export function heightOf({ W, show_complex: complex }, wide) {
  const rows = 26 * W.length;
  if (wide) return HEIGHT.wide + 451 + rows + (complex ? 124 : 0);
  return HEIGHT.narrow + 711 + rows + (complex ? 187 : 0);
}

/**
 * The curves, and below them the numbers of the chosen slope and of every layer.
 * @param {GradientState} state @returns {Still}
 */
export function still(state) {
  const [width, height] = [460, HEIGHT.narrow];
  const curves = curveKeeper()(state);
  const now = reader()(state);
  const plot = standingPlot(picture(state, curves, now, scales(width, height)), {
    className: LOOK,
    width,
    height,
  });
  const cells = readings(
    [[`at ε = ${scientific(state.eps)}`, ""], ...cellTexts(state, now, svgIndexed)],
    { top: height + 4, columns: [16, width - 16] },
  );
  const layers = readings([LAYER_HEADS, ...layerTexts(now)], {
    top: height + cells.height + 12,
    columns: [16, width / 2, width - 16],
  });
  return {
    width,
    height: height + cells.height + layers.height + 16,
    parts: [plot, cells.parts, layers.parts],
    notes: [
      curveWords(curves),
      `${lineOf(state, now.place, state.bug)}: ${lineNote(state, now.place, now.changesNothing)}`,
      reasons(state, now),
      ...(now.complex ? [complexWords(state, now.complex)] : []),
    ],
  };
}
