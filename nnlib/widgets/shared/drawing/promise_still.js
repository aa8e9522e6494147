// The promise panel as it stands still.
import { signed } from "./format.js";
import { LOOKS, PLOT_HEIGHT, captionsOf, plotsOf } from "./promise_panel.js";
import { readings, standingPlot } from "./still.js";
import { costChange } from "../maths/slope_test.js";

/**
 * { height, parts } of the numbers and of both plots for a still, `top` pixels down.
 * @param {Move} move @param {{ top: number, width: number }} options
 */
export function promiseStill(move, { top, width }) {
  const { actual, promised } = costChange(move, move.size);
  const words = captionsOf(move, move.svg, "tspan");
  const rows = [
    [words.actual, signed(actual)],
    [words.promised, signed(promised)],
    [words.gap, signed(actual - promised)],
  ];
  const table = readings([["", ""], ...rows], { top: top - 10, columns: [16, width - 16] });
  const plots = plotsOf(move, width).map(({ parts }, place) =>
    standingPlot(parts, {
      className: LOOKS[place],
      top: top + table.height + place * (PLOT_HEIGHT + 8),
      width,
      height: PLOT_HEIGHT,
    }),
  );
  return {
    height: table.height + 2 * (PLOT_HEIGHT + 8),
    parts: [table.parts, ...plots],
  };
}
