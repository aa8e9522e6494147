// ActivationExplorer: a network with one hidden layer on a line, its output a visible sum of curves.
// This view arranges; the mathematics is in shared/maths/shallow.js, the drawing in the shared parts.
import { choices, inputKnob, unitControls } from "./controls.js";
import { HEIGHT, LOOK, inputScale, picture } from "./picture.js";
import { readingTable, verdicts } from "./readings.js";
import { PROPERTIES, summary, validate } from "./state.js";
import { drawSvg, h, setAttribute, svgPicture } from "../shared/drawing/dom.js";
import { NARROWEST, frame } from "../shared/host/frame.js";
import { dragAlong } from "../shared/drawing/plot.js";

export { summary, validate };

/** @param {Room<ActivationState>} room @returns {Built<ActivationState>} */
function build({ body, tools, state: { w, targets }, wide, change }) {
  const height = HEIGHT[wide ? "wide" : "narrow"];
  const svg = svgPicture(LOOK);
  svg.style.height = `${height}px`;
  /** @type {ActivationState} */
  let latest;
  let measured = { figureWidth: 0, width: 0 }; // reading a width after a write forces a layout
  dragAlong(
    svg,
    (px) => inputScale(latest, svg.clientWidth).clamp(true).invert(px),
    (x) => change({ x: Math.round(100 * x) / 100 }),
  );
  const setChoices = choices(tools, change);
  const knob = inputKnob(change);
  const table = readingTable(w.length);
  const rows = h("div.nn-act-rows", {}, table.element);
  const units = unitControls(w.length, wide, change);
  const verdict = verdicts(w.length, targets.length > 0);
  if (wide) {
    const reading = h("div.nn-act-reading", {}, knob.element, rows, verdict.unit);
    body.append(h("div.nn-act-beside", {}, svg, reading), units.element, verdict.element);
  } else {
    body.append(svg, knob.element, units.element, rows, verdict.unit, verdict.element);
  }

  /** @type {Built<ActivationState>["draw"]} */
  function draw(state, figureWidth) {
    latest = state;
    if (measured.figureWidth !== figureWidth)
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

/** @param {{ model: Model, el: HTMLElement }} place */
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
