// ActivationExplorer: a network with one hidden layer on a line, its output a visible sum of curves.
// This view arranges; the mathematics is in shared/maths/shallow.js, the drawing in the shared parts.
import { choices, inputKnob, unitControls } from "./controls.js";
import { inputScale, picture } from "./picture.js";
import { reachWords, readingRows, readingTable, saturationWords, verdicts } from "./readings.js";
import { PROPERTIES, summary, validate } from "./state.js";
import { drawSvg, h, setAttribute, svgPicture } from "../shared/drawing/dom.js";
import { readings, standing } from "../shared/drawing/still.js";
import { NARROWEST, frame } from "../shared/host/frame.js";
import { dragAlong } from "../shared/drawing/plot.js";

export { summary, validate };

const LOOK = "nn-plot nn-act-curves";
const PICTURE = { wide: 400, narrow: 360 }; // pixels

function build({ body, tools, state: { w, targets }, wide, change }) {
  const height = PICTURE[wide ? "wide" : "narrow"];
  const svg = svgPicture(LOOK);
  svg.style.height = `${height}px`;
  let latest;
  let measured = null; // { figureWidth, width }: reading a width after a write forces a layout
  dragAlong(
    svg,
    (px) => inputScale(latest, svg.clientWidth).clamp(true).invert(px),
    (x) => change({ x: Math.round(100 * x) / 100 }),
  );
  const setChoices = choices(tools, change);
  const knob = inputKnob(change);
  const table = readingTable(w.length);
  const units = unitControls(w.length, wide, change);
  const verdict = verdicts(w.length, targets.length > 0);
  if (wide) {
    const reading = h("div.nn-act-reading", {}, knob.element, table.element, verdict.unit);
    body.append(h("div.nn-act-beside", {}, svg, reading), units.element, verdict.element);
  } else {
    body.append(svg, knob.element, units.element, table.element, verdict.unit, verdict.element);
  }

  function draw(state, figureWidth) {
    latest = state;
    if (measured?.figureWidth !== figureWidth)
      measured = { figureWidth, width: Math.max(NARROWEST, svg.clientWidth) };
    const { width } = measured;
    setAttribute(svg, "viewBox", `0 0 ${width} ${height}`);
    setAttribute(svg, "aria-label", summary(state));
    drawSvg(svg, picture(state, { width, height }));
    setChoices(state);
    knob.set(state.x);
    table.set(state);
    units.set(state);
    verdict.set(state);
  }

  return { draw };
}

export function render({ model, el }) {
  return frame({
    model,
    el,
    name: "Activation explorer",
    traits: Object.keys(PROPERTIES),
    validate,
    structure: (state) => [state.w.length, state.targets.length > 0],
    build,
    summary,
  });
}

/** The height in pixels that the figure takes. */
export function heightOf({ w, targets }, wide) {
  const targeted = targets.length > 0;
  if (wide) return PICTURE.wide + 224 + 34 * w.length + (targeted ? 54 : 0);
  return PICTURE.narrow + [685, 709, 734, 815][w.length - 1] + (targeted ? 117 : 0);
}

/** The curves, and the numbers at x below them. */
export function still(state) {
  const [width, height] = [460, PICTURE.narrow];
  const curves = standing(picture(state, { width, height }), { className: LOOK, width, height });
  const table = readings(readingRows(state), { top: height, columns: [16, 215, 290, 365, 440] });
  return {
    width,
    height: height + table.height + 8,
    parts: [curves, table.parts],
    notes: [saturationWords(state), ...(state.targets.length ? [reachWords(state)] : [])],
  };
}
