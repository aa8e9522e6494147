// NetworkNudge: any small dense network; move one number and follow every path to the cost.
// This view arranges; the mathematics is in shared/maths/dense.js, the drawing in the shared parts.
import { handles } from "./handles.js";
import { LOOK, diagram } from "./picture.js";
import { PROPERTIES, moveOf, summary, validate } from "./state.js";
import { waysTable } from "./ways.js";
import { nudgeControl } from "../shared/controls/nudge.js";
import { select } from "../shared/controls/select.js";
import { slider } from "../shared/controls/slider.js";
import { layoutDiagram } from "../shared/drawing/diagram.js";
import { drawSvg, h, setAttribute, svgPicture } from "../shared/drawing/dom.js";
import { promisePanel } from "../shared/drawing/promise_panel.js";
import { frame } from "../shared/host/frame.js";
import { moved, parameterNames, parameterValue, parseParameter } from "../shared/maths/dense.js";

export { summary, validate };

/** @param {Room<NudgeState>} room @returns {Built<NudgeState>} */
function build({ body, state, wide, change }) {
  const names = parameterNames(state);
  const picture = svgPicture(LOOK);
  const stage = h("div.nn-tracks", {}, picture);
  const knobs = handles({ parent: stage, names, change });
  const controls = controlRow(names, change);
  const table = waysTable(change);
  const panel = promisePanel({ wide, moveOf });
  body.append(stage, controls.element, table.element, panel.element);
  /** @type {ReturnType<typeof layoutDiagram>} */
  let layout;

  function draw(current, width) {
    if (layout?.width !== width) {
      layout = layoutDiagram(state.W, width, { radius: wide ? 18 : 16 });
      stage.style.height = `${layout.height}px`;
      stage.classList.toggle("nn-tight", layout.isTight);
      setAttribute(picture, "viewBox", `0 0 ${width} ${layout.height}`);
      knobs.place(layout);
    }
    setAttribute(picture, "aria-label", summary(current));
    drawSvg(picture, diagram(current, layout));
    for (const part of [knobs, controls, table, panel]) part.set(current, width);
  }

  return { draw, takeDown() {} };
}

function controlRow(names, change) {
  let latest;
  const which = select(
    "Nudge",
    names.map((name) => [name, plainName(name)]),
    (parameter) => change({ parameter, crossed: [] }),
    "Parameter to nudge",
  );
  const value = slider({
    name: "its value",
    html: "now",
    kind: "h",
    min: -4,
    max: 4,
    step: 0.01,
    limit: PROPERTIES.nudge.maximum,
    onInput: (v) => {
      const after = moved(
        latest,
        latest.x,
        latest.parameter,
        v - parameterValue(latest, latest.x, latest.parameter),
      );
      change({ W: after.network.W, b: after.network.b, x: after.x });
    },
  });
  const size = nudgeControl((nudge) => change({ nudge }));
  return {
    element: h(
      "div.nn-controls",
      {},
      which.element,
      h("div.nn-grow", {}, value.element),
      size.slider,
      ...size.buttons,
    ),
    set(state) {
      latest = state;
      which.set(state.parameter);
      value.set(parameterValue(state, state.x, state.parameter));
      size.set(state.nudge);
    },
  };
}

function plainName(name) {
  const { kind, l, j, k } = parseParameter(name);
  if (kind === "x") return `x ${j + 1}`;
  return kind === "w"
    ? `w, layer ${l + 1}: ${k + 1} → ${j + 1}`
    : `b, layer ${l + 1}: unit ${j + 1}`;
}

/** @param {{ model: Model, el: HTMLElement }} place */
export function render({ model, el }) {
  return frame({
    model,
    el,
    name: "Network nudge",
    traits: Object.keys(PROPERTIES),
    validate,
    structure: ({ W }) => W.map((matrix) => [matrix.length, matrix[0].length]),
    build,
    summary,
  });
}
