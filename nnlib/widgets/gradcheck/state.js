// The gradient check's state: what it may be, and what is read from it. No DOM.
import { checkNetwork, checkNumbers } from "../shared/check.js";
import { backward } from "../shared/dense.js";
import { cost } from "../shared/dense.js";
import {
  compare,
  complexStep,
  differences,
  flatten,
  noiseOf,
  slopeNames,
} from "../shared/gradcheck.js";
import { BUGS, backwardWithBug, placeOf } from "./bugs.js";
import { diagnose, layerErrors } from "./diagnosis.js";

export const TRAITS = [
  "W",
  "b",
  "activations",
  "x",
  "y",
  "eps",
  "bug",
  "bug_layer",
  "parameter",
  "show_one_sided",
  "show_complex",
  "complex_eps",
];
export const TOLERANCE = 1e-7;
export const SMALLEST_EPS = 1e-15;
export const SMALLEST_STEP = 1e-200;
const SOUND_EPS = 1e-5; // where central differences see most

/** null, or what is wrong with a state, naming the trait. */
export function validate(state) {
  const { W, y, eps, bug, bug_layer: layer, parameter, complex_eps: step } = state;
  const wrong = checkNetwork(state) ?? checkNumbers("y", y, W.at(-1).length);
  if (wrong) return wrong;
  for (const [name, value, smallest] of [
    ["eps", eps, SMALLEST_EPS],
    ["complex_eps", step, SMALLEST_STEP],
  ]) {
    if (!(typeof value === "number" && value >= smallest && value <= 1))
      return `${name} is ${value}; it must be a number from ${smallest} to 1.`;
  }
  if (!Object.hasOwn(BUGS, bug)) return `bug is ${bug}; known are ${Object.keys(BUGS).join(", ")}.`;
  if (!(Number.isInteger(layer) && layer >= 1 && layer <= W.length))
    return `bug_layer is ${layer}; the layers are counted from 1 to ${W.length}.`;
  if (!slopeNames(state).includes(parameter))
    return `parameter is ${parameter}; it must be like w1_21 or b1_2, inside the network.`;
  for (const name of ["show_one_sided", "show_complex"]) {
    if (typeof state[name] !== "boolean")
      return `${name} is ${state[name]}; it must be true or false.`;
  }
  return null;
}

/** Everything that the figure says for a state, but for the curves. */
export function read(state) {
  const { x, y, eps, bug, bug_layer: layer, parameter, complex_eps: step } = state;
  const names = slopeNames(state);
  const costNow = cost(state, x, y);
  const derived = flatten(backwardWithBug(state, x, y, bug, layer));
  const measured = differences(state, x, y, eps);
  const noise = noiseOf(costNow, eps);
  const report = compare(derived, measured, noise, TOLERANCE);
  const chosen = names.indexOf(parameter);
  const place = placeOf(state, bug, layer);
  return {
    report,
    names,
    place,
    measured: measured[chosen],
    derived: derived[chosen],
    worst: {
      name: names[report.worst],
      derived: derived[report.worst],
      measured: measured[report.worst],
    },
    layers: layerErrors(state, derived, measured, noise, TOLERANCE),
    ...judge(state, derived, costNow),
    complex: state.show_complex ? complexReading(state, derived, step, chosen) : null,
  };
}

/** Whether the gradient is wrong whatever eps is, and if so, where. */
function judge(state, derived, costNow) {
  const { x, y } = state;
  const sound = differences(state, x, y, SOUND_EPS);
  const noise = noiseOf(costNow, SOUND_EPS);
  const isWrong = compare(derived, sound, noise, TOLERANCE).verdict === "failed";
  const changesNothing = compare(derived, flatten(backward(state, x, y)), 0, 1e-12).error <= 1e-12;
  return {
    isWrong,
    changesNothing,
    diagnosis: isWrong ? diagnose(state, x, y, derived, sound, noise, TOLERANCE) : null,
  };
}

function complexReading(state, derived, step, chosen) {
  const slopes = complexStep(state, state.x, state.y, step);
  return { slope: slopes[chosen], ...compare(derived, slopes, 0, TOLERANCE) };
}
