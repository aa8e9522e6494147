// The figure as it stands still: its curves, and the numbers at x below them.
import { HEIGHT, LOOK, picture } from "./picture.js";
import { numbersAt, outputWords, reachWords, saturationWords } from "./readings.js";
import { number, svgSymbol } from "../shared/drawing/format.js";
import { markup } from "../shared/drawing/markup.js";
import { readings, standingPlot } from "../shared/drawing/still.js";

/**
 * The height in pixels that the figure takes.
 * @param {ActivationState} state @param {boolean} wide
 */
export function heightOf({ w, targets }, wide) {
  const targeted = targets.length > 0;
  if (wide) return HEIGHT.wide + 224 + 34 * w.length + (targeted ? 54 : 0);
  return HEIGHT.narrow + [685, 709, 734, 815][w.length - 1] + (targeted ? 117 : 0);
}

/**
 * The curves, and the numbers at x below them.
 * @param {ActivationState} state @returns {Still}
 */
export function still(state) {
  const [width, height] = [460, HEIGHT.narrow];
  const curves = standingPlot(picture(state, { width, height }), {
    className: LOOK,
    width,
    height,
  });
  const table = readings(readingRows(state), { top: height, columns: [16, 215, 290, 365, 440] });
  return {
    width,
    height: height + table.height + 8,
    parts: [curves, table.parts],
    notes: [saturationWords(state), ...(state.targets.length ? [reachWords(state)] : [])],
  };
}

/**
 * The numbers of the table at x, in rows.
 * @param {ActivationState} state
 */
function readingRows(state) {
  const { units, totals } = numbersAt(state);
  /** @param {number} j */
  const kind = (j) => (state.straight[j] ? " (straight)" : "");
  const [z, a, c, v] = [..."zacv"].map(svgSymbol);
  return [
    [`at x = ${number(state.x)}`, markup(z), markup(a), "σ′(z)", markup(`${v} ${a}`)],
    ...units.map((texts, j) => [`unit ${j + 1}${kind(j)}`, ...texts]),
    ...[`output bias ${c}`, `sum ${z}`, outputWords(state, svgSymbol)].map((head, k) => [
      markup(head),
      "",
      "",
      "",
      totals[k],
    ]),
  ];
}
