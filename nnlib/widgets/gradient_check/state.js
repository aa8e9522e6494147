// The gradient check's state: what it may be, and what is read from it. No DOM.
import STATE from "./state.json" with { type: "json" };
import { checkState, propertiesOf, shown } from "../shared/host/schema.js";
import { backward, cost, misfit } from "../shared/maths/dense.js";
import {
  compare,
  complexStep,
  differences,
  flatten,
  noiseOf,
  relativeError,
  slopeNames,
} from "../shared/maths/gradcheck.js";
import { keeper, pick } from "../shared/maths/keeper.js";
import { backwardWithBug, placeOf } from "./bugs.js";
import { diagnose, layerErrors } from "./diagnosis.js";

export const PROPERTIES = propertiesOf(STATE);
export const TOLERANCE = 1e-7;
const SOUND_EPS = 1e-5; // where central differences see most

/**
 * null, or what is wrong with a state, naming the trait.
 * @param {GradientState} state
 */
export function validate(state) {
  const { W, bug_layer: layer, parameter } = state;
  const wrong = checkState(PROPERTIES, state) ?? misfit(state);
  if (wrong) return wrong;
  if (layer > W.length)
    return `bug_layer is ${layer}; the layers are counted from 1 to ${W.length}.`;
  if (!slopeNames(state).includes(parameter))
    return `parameter is ${shown(parameter)}; it must be like w1_21 or b1_2, inside the network.`;
  return null;
}

/**
 * A function that gives everything that the figure says for a state, but for the curves. What does
 * not depend on eps is kept.
 */
export function reader() {
  const own = ["W", "b", "activations", "x", "y", "bug", "bug_layer"];
  const judged = keeper(judge);
  const stepped = keeper(complexReading);
  return (state) => {
    const { x, y, eps, parameter } = state;
    const { derived, costNow, ...judgement } = judged(pick(state, own));
    const names = slopeNames(state);
    const chosen = names.indexOf(parameter);
    const measured = differences(state, x, y, eps);
    const noise = noiseOf(costNow, eps);
    const report = compare(derived, measured, noise, TOLERANCE);
    return {
      ...judgement,
      report,
      names,
      measured: measured[chosen],
      derived: derived[chosen],
      worst: {
        name: names[report.worst],
        derived: derived[report.worst],
        measured: measured[report.worst],
      },
      layers: layerErrors(state, derived, measured, noise, TOLERANCE),
      complex: state.show_complex
        ? stepped(pick(state, [...own, "parameter", "complex_eps"]))
        : null,
    };
  };
}

/** The gradient as it is written, where its bug is, and whether it is wrong whatever eps is. */
function judge(state) {
  const { x, y, bug, bug_layer: layer } = state;
  const derived = flatten(backwardWithBug(state, x, y, bug, layer));
  const costNow = cost(state, x, y);
  const sound = differences(state, x, y, SOUND_EPS);
  const noise = noiseOf(costNow, SOUND_EPS);
  const isWrong = compare(derived, sound, noise, TOLERANCE).verdict === "failed";
  return {
    derived,
    costNow,
    place: placeOf(state, bug, layer),
    isWrong,
    changesNothing: relativeError(derived, flatten(backward(state, x, y))) <= 1e-12,
    diagnosis: isWrong ? diagnose(state, x, y, derived, sound, noise, TOLERANCE) : null,
  };
}

/** What the complex step says of the gradient as it is written. */
function complexReading(state) {
  const { x, y, bug, bug_layer: layer, parameter, complex_eps: step } = state;
  const slopes = complexStep(state, x, y, step);
  const derived = flatten(backwardWithBug(state, x, y, bug, layer));
  return {
    slope: slopes[slopeNames(state).indexOf(parameter)],
    ...compare(derived, slopes, 0, TOLERANCE),
  };
}
