// GradientCheck: measured slopes against backprop's, over every eps, with a bug if you like.
// This view arranges; the mathematics is in shared/maths/gradcheck.js, the drawing beside it.
import { controlRow } from "./controls.js";
import { curveKeeper } from "./curves.js";
import { HEIGHT, LOOK, picture, scales } from "./picture.js";
import { complexPart, layerTable, reading } from "./readings.js";
import { PROPERTIES, reader, validate } from "./state.js";
import { curveWords, summary, verdictWords } from "./words.js";
import { drawSvg, setAttribute, svgPicture } from "../shared/drawing/dom.js";
import { dragAlong } from "../shared/drawing/plot.js";
import { frame } from "../shared/host/frame.js";

export { summary, validate };

/** @param {Room<GradientState>} room @returns {Built<GradientState>} */
function build({ body, state, wide, change }) {
  const height = HEIGHT[wide ? "wide" : "narrow"];
  const svg = svgPicture(LOOK);
  svg.style.height = `${height}px`;
  const toEps = (eps) => Math.min(1, Math.max(PROPERTIES.eps.minimum, Number(eps.toPrecision(2))));
  /** @type {ReturnType<typeof scales>} */
  let axes;
  dragAlong(
    svg,
    (px) => toEps(axes.x.invert(px)),
    (eps) => change({ eps }),
  );
  const controls = controlRow(state, change);
  const panel = reading();
  const table = layerTable(state);
  const complex = complexPart(change);
  body.append(svg, controls.element, panel.element, table.element, complex.element);
  const curvesOf = curveKeeper();
  const read = reader();
  let drawnAt = null;

  function draw(current, width) {
    if (width !== drawnAt) {
      drawnAt = width;
      axes = scales(width, height);
      setAttribute(svg, "viewBox", `0 0 ${width} ${height}`);
    }
    const now = read(current);
    const curves = curvesOf(current);
    setAttribute(svg, "aria-label", `${curveWords(curves)} ${verdictWords(current, now)}`);
    drawSvg(svg, picture(current, curves, now, axes));
    for (const part of [controls, panel, table, complex]) part.set(current, now);
  }

  return { draw, takeDown() {} };
}

/** @param {{ model: Model, el: HTMLElement }} place */
export function render({ model, el }) {
  return frame({
    model,
    el,
    name: "Gradient check",
    traits: Object.keys(PROPERTIES),
    validate,
    structure: ({ W }) => W.map((matrix) => [matrix.length, matrix[0].length]),
    build,
    summary,
  });
}
