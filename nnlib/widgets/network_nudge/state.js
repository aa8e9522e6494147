// The network nudge's state: what it may be, what it moves, and what it says.
import STATE from "./state.json" with { type: "json" };
import { indexed, number, signed, spokenIndexed, svgIndexed } from "../shared/drawing/format.js";
import { checkState, propertiesOf, shown } from "../shared/host/schema.js";
import {
  cost,
  misfit,
  moved,
  parameterNames,
  parameterValue,
  slopeOf,
  ways,
} from "../shared/maths/dense.js";
import { costChange } from "../shared/maths/slope_test.js";

export const PROPERTIES = propertiesOf(STATE);

/**
 * null, or what is wrong with a state, naming the trait.
 * @param {NudgeState} state
 */
export function validate(state) {
  const { W, x, y, parameter, crossed } = state;
  const wrong = checkState(PROPERTIES, state) ?? misfit(state);
  if (wrong) return wrong;
  if (!parameterNames({ W }).includes(parameter))
    return `parameter is ${shown(parameter)}; it must be like w1_21, b1_2 or x_1, inside the network.`;
  const known = ways(state, x, y, parameter).flatMap(({ m }) => (m === null ? [] : [m + 1]));
  const stranger = crossed.find((m) => !known.includes(m));
  if (stranger === undefined) return null;
  return `crossed names unit ${stranger}; from ${parameter} there are ${known.length ? `paths through ${known.join(", ")}` : "no paths to cross out"}.`;
}

/**
 * What is moved, as the promise panel wants it; crossed ways are left out of the promise.
 * @param {NudgeState} state @returns {Move}
 */
export function moveOf(state) {
  const { x, y, parameter, nudge, crossed } = state;
  const lost = ways(state, x, y, parameter)
    .filter(({ m }) => m !== null && crossed.includes(m + 1))
    .reduce((sum, { share }) => sum + share, 0);
  return {
    costAt(size) {
      const after = moved(state, x, parameter, size);
      return cost(after.network, after.x, y);
    },
    rate: slopeOf(state, x, y, parameter) - lost,
    size: nudge,
    origin: parameterValue(state, x, parameter),
    isStep: false,
    name: spokenIndexed(parameter),
    html: indexed(parameter),
    svg: svgIndexed(parameter),
  };
}

/**
 * The picture in a sentence.
 * @param {NudgeState} state
 */
export function summary(state) {
  const move = moveOf(state);
  const { actual, promised } = costChange(move, move.size);
  const paths = state.crossed.length > 1 ? "paths" : "path";
  const lost = state.crossed.length
    ? ` without the ${paths} through ${state.crossed.join(", ")}`
    : "";
  return `Cost ${number(cost(state, state.x, state.y))}. Nudge of ${number(state.nudge)} in ${spokenIndexed(state.parameter)}: actual change ${signed(actual)}, promised${lost} ${signed(promised)}.`;
}
