// The figure as it stands still: its boxes, and below them the line of code and what NumPy says.
import { lineHeight } from "./controls.js";
import { HEIGHT, einsumWords } from "./einsum.js";
import { LOOK, boxes, pictureHeight } from "./picture.js";
import { isStack, tried } from "./products.js";
import { HEADS, panelHeight, reason, shapeSteps } from "./words.js";
import { readings, standing, wrapped } from "../shared/drawing/still.js";

/**
 * The height in pixels that the figure takes.
 * @param {BenchState} state @param {boolean} wide
 */
export function heightOf(state, wide) {
  const [line, panel] = [lineHeight(state.product, wide), panelHeight(state, wide)];
  const letters = state.tools.includes("einsum") ? HEIGHT[wide ? "wide" : "narrow"] + 6 : 0;
  const picture = pictureHeight(state);
  if (wide) return 185 + line + Math.max(picture - 6, panel) + letters;
  return (isStack(state.product) ? 215 : 251) + line + picture + panel + letters;
}

/**
 * The boxes, and below them the line of code and what NumPy says.
 * @param {BenchState} state @returns {Still}
 */
export function still(state) {
  const [width, top] = [460, pictureHeight(state)];
  const found = tried(state);
  const lines = [
    found.form.code,
    shapeSteps(found).join(" → "),
    HEADS[found.verdict],
    ...wrapped(found.error.trim(), 60),
  ];
  const said = readings(
    lines.map((line) => [line]),
    { top, columns: [16] },
  );
  return {
    width,
    height: top + said.height + 8,
    parts: [standing(boxes(state, found, width), { className: LOOK }), said.parts],
    notes: [reason(state, found), ...(state.tools.includes("einsum") ? [einsumWords(state)] : [])],
  };
}
