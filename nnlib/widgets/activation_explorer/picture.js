// The picture: each unit's curve over x, tip to tail at the chosen input, their sum, the output.
import { steadyDomain } from "../shared/drawing/bounds.js";
import { label, tag } from "../shared/drawing/dom.js";
import { number, svgSymbol } from "../shared/drawing/format.js";
import { markup } from "../shared/drawing/markup.js";
import { ACTIVATIONS } from "../shared/maths/network.js";
import {
  MARGIN,
  axisBand,
  curve,
  linearTicks,
  plotFrame,
  spread,
  upright,
} from "../shared/drawing/plot.js";
import { scaleLinear } from "../shared/vendor/d3.js";
import {
  collapse,
  forward,
  partialSums,
  permitted,
  sampleInputs,
  saturatedInputs,
} from "../shared/maths/shallow.js";
import { isCollapsed, isSquashed, words } from "./state.js";

export const LOOK = "nn-plot nn-act-curves"; // classes of its svg
export const HEIGHT = { wide: 400, narrow: 360 }; // pixels
const ENDS = 46; // room for the curves' names on the right
const STEP = 5; // pixels between the points of a curve
const CLOSE_STEPS = [1, 1.5, 2, 3, 4, 5, 6, 8, 10];

/**
 * The scale of the inputs for a picture of this width.
 * @param {ActivationState} state @param {number} width
 */
export function inputScale({ x, targets }, width) {
  const domain = steadyDomain([-5, 5], [x, ...targets.map(([place]) => place)]);
  return scaleLinear(domain, [MARGIN.left - 12, width - ENDS]);
}

/**
 * @param {ActivationState} state @param {{ width: number, height: number }} size @returns {Tags}
 */
export function picture(state, { width, height }) {
  const x = inputScale(state, width);
  const inputs = sampleInputs(state, domainOf(x), Math.ceil(width / STEP));
  const values = inputs.map((input) => forward(state, input));
  const here = forward(state, state.x);
  const squashed = isSquashed(state);
  const middle = Math.round(0.53 * height);
  /** @type {Pair} */
  const sumRange = [squashed ? middle : height - MARGIN.bottom, MARGIN.top];
  const y = scaleLinear(sumDomain(state, values), sumRange);
  /** @type {Tags} */
  const parts = [sumPlot(state, { x, y, inputs, values, here, squashed })];
  let aim = y;
  if (squashed) {
    aim = scaleLinear(outputDomain(state), [height - MARGIN.bottom, middle + 36]);
    parts.push(outputPlot(state, { x, y: aim, inputs, values }));
  }
  parts.push(
    tag("path", {
      class: "nn-act-read-line",
      d: [...new Set([y, aim])].map((scale) => upDown(x(state.x), scale.range())).join(""),
    }),
    ...marks(state, x, aim),
    staircase(state, { x, y, here }),
    ...(squashed ? [dotAt(x(state.x), y(here.sum), "z")] : []),
    dotAt(x(state.x), aim(here.output), "a"),
  );
  return parts;
}

/** @type {(scale: Scale) => Pair} */
const domainOf = (scale) => [scale.domain()[0], scale.domain()[1]];

/** @type {(px: number, ends: number[]) => string} */
const upDown = (px, [bottom, top]) => `M${px},${bottom}V${top}`;

/**
 * @typedef {{ x: Scale, y: Scale, inputs: number[], values: Reading[] }} Plotted
 * @typedef {ReturnType<typeof forward>} Reading
 */

/**
 * Contributions, their sum, and where the chosen unit is saturated.
 * @param {ActivationState} state @param {Plotted & { here: Reading, squashed: boolean }} plotted
 * @returns {Tags}
 */
function sumPlot(state, { x, y, inputs, values, here, squashed }) {
  const last = values.at(-1);
  const ends = [...last.parts, last.sum];
  const places = spread(ends.map(y), 15, [y.range()[1] + 4, y.range()[0] - 4]);
  /** @param {number} j */
  const name = (j) => markup(svgSymbol(`v${j + 1}`) + svgSymbol(`a${j + 1}`));
  /** @type {(value: (reading: Reading) => number) => Pair[]} */
  const through = (value) => inputs.map((input, i) => [input, value(values[i])]);
  return [
    plotFrame({
      x,
      y,
      xTicks: squashed ? [] : linearTicks(x, 6),
      yTicks: linearTicks(y, squashed ? 5 : 7),
      title: isCollapsed(state)
        ? "every unit straight: the sum is one line"
        : `each unit’s part, and ${squashed ? "the sum z" : "their sum"}`,
      xLabel: squashed ? undefined : markup(svgSymbol("x")),
    }),
    ...saturatedInputs(state, state.unit - 1, domainOf(x)).map(([from, to]) =>
      axisBand({ x, y, from, to, kind: "z" }),
    ),
    tag("line", {
      class: "nn-zero",
      x1: x.range()[0],
      x2: x.range()[1],
      y1: y(0),
      y2: y(0),
    }),
    ...here.parts.map((_, j) =>
      curve(
        x,
        y,
        through(({ parts }) => parts[j]),
        `nn-act-part nn-dash-${j + 1} ${state.unit === j + 1 ? "nn-act-chosen" : ""}`,
      ),
    ),
    curve(
      x,
      y,
      through(({ sum }) => sum),
      `nn-act-total nn-${squashed ? "z" : "a"}`,
    ),
    ...here.parts.map((_, j) =>
      label(x.range()[1] + 6, places[j], name(j), {
        class: `nn-act-curve-label ${state.unit === j + 1 ? "nn-act-chosen" : ""}`,
      }),
    ),
    label(
      x.range()[1] + 6,
      places.at(-1),
      squashed ? markup(`<tspan class="nn-italic">z</tspan>`) : "sum",
      {
        class: `nn-act-curve-label nn-act-total-label nn-${squashed ? "z" : "a"}`,
      },
    ),
  ];
}

/**
 * The sum after the last squash, between the ends that it cannot pass.
 * @param {ActivationState} state @param {Plotted} plotted @returns {Tags}
 */
function outputPlot(state, { x, y, inputs, values }) {
  const ends = ACTIVATIONS[state.output_activation].range;
  const [low, high] = y.domain();
  const [left, right] = x.range();
  const beyond = [
    [ends[1], high],
    [low, ends[0]],
  ];
  const end = y(values.at(-1).output);
  return [
    ...beyond.map(([from, to]) =>
      tag("rect", {
        class: "nn-zone",
        x: left,
        y: y(to),
        width: right - left,
        height: y(from) - y(to),
      }),
    ),
    plotFrame({
      x,
      y,
      xTicks: linearTicks(x, 6),
      yTicks: outputTicks(y, ends),
      title: outputTitle(state),
      xLabel: markup(svgSymbol("x")),
    }),
    ...ends.map((value) =>
      tag("line", { class: "nn-act-bound", x1: left, x2: right, y1: y(value), y2: y(value) }),
    ),
    curve(
      x,
      y,
      inputs.map((input, i) => [input, values[i].output]),
      "nn-act-total nn-a",
    ),
    label(right + 6, end, markup(`<tspan class="nn-italic">a</tspan>`), {
      class: "nn-act-curve-label nn-act-total-label nn-a",
    }),
  ];
}

/**
 * A line and then a sigmoid is logistic regression: one boundary, where the line is 0.
 * @param {ActivationState} state
 */
function outputTitle(state) {
  const name = words(state.output_activation);
  const { slope, intercept } = collapse(state);
  if (!isCollapsed(state)) return `the output: ${name} of the sum`;
  if (name !== "sigmoid" || slope === 0) return `the output: ${name} of that line`;
  return markup(`logistic regression: 0.5 at ${svgSymbol("x")} = ${number(-intercept / slope)}`);
}

/**
 * Targets: dots; those that the output cannot reach: crosses, tied to the nearest value it can.
 * @param {ActivationState} state @param {Scale} x @param {Scale} y
 */
function marks({ targets, output_activation: last }, x, y) {
  const [low, high] = ACTIVATIONS[last].range;
  const outside = new Set(permitted(last, targets).outside);
  return targets.map(([px, py], i) => {
    if (!outside.has(i))
      return tag("circle", { class: "nn-act-target", cx: x(px), cy: y(py), r: 3 });
    const nearest = Math.min(high, Math.max(low, py));
    return [
      tag("line", { class: "nn-act-shortfall", x1: x(px), x2: x(px), y1: y(py), y2: y(nearest) }),
      tag("path", { class: "nn-act-missed", d: `M${x(px) - 3.5},${y(py) - 3.5}l7,7m0,-7l-7,7` }),
    ];
  });
}

/**
 * At the chosen input: the bias and every part as arrows, tip to tail, up to the sum.
 * @param {ActivationState} state @param {{ x: Scale, y: Scale, here: Reading }} plotted
 */
function staircase(state, { x, y, here }) {
  const sums = partialSums(state.c, here.parts);
  const apart = 11;
  const start = x(state.x);
  const side = start + apart * (sums.length + 1) > x.range()[1] ? -1 : 1;
  /** @param {number} step */
  const at = (step) => start + side * (6 + apart * step);
  const steps = sums.map((to, step) => ({ from: step ? sums[step - 1] : 0, to, step }));
  return [
    ...steps
      .filter(({ from, to }) => Math.abs(y(from) - y(to)) > 0.5)
      .map(({ from, to, step }) =>
        upright({ y, px: at(step), from, to, className: step ? "nn-a" : "nn-b" }),
      ),
    ...steps
      .filter(({ from, to, step }) => step && Math.abs(y(from) - y(to)) > 22)
      .map(({ from, to, step }) =>
        label(at(step) + 3, (y(from) + y(to)) / 2, String(step), { class: "nn-act-step-label" }),
      ),
    tag("line", {
      class: "nn-act-tie",
      x1: start,
      x2: at(sums.length - 1),
      y1: y(here.sum),
      y2: y(here.sum),
    }),
  ];
}

/** @param {number} cx @param {number} cy @param {string} kind */
function dotAt(cx, cy, kind) {
  return tag("circle", { class: `nn-dot nn-${kind}`, cx, cy, r: 5.5 });
}

/** @param {ActivationState} state @param {Reading[]} values */
function sumDomain(state, values) {
  const seen = isSquashed(state) ? [] : state.targets.map(([, y]) => y);
  for (const { parts } of values) seen.push(...parts, ...partialSums(state.c, parts));
  return steadyDomain([-1, 1], [1.05 * Math.min(...seen), 1.05 * Math.max(...seen)], CLOSE_STEPS);
}

/**
 * A little more than the range, and all targets.
 * @param {ActivationState} state @returns {Pair}
 */
function outputDomain({ output_activation: last, targets }) {
  const ends = ACTIVATIONS[last].range;
  const [low, high] = steadyDomain(
    ends,
    targets.map(([, y]) => y),
  );
  const more = 0.08 * (high - low);
  return [low - more, high + more];
}

/** @param {Scale} y @param {Pair} ends */
function outputTicks(y, ends) {
  const [low, high] = y.domain().map((value) => Math.trunc(value));
  const values = [...new Set([...ends, low, high, 0])];
  return values.map((value) => ({ value, text: String(value).replace("-", "−") }));
}
