// The chain explorer's state: what it may be, and what it says.
import STATE from "./state.json" with { type: "json" };
import { number, signed, svgSymbol, symbol } from "../shared/drawing/format.js";
import { checkState, propertiesOf, shown } from "../shared/host/schema.js";
import {
  backward,
  cost,
  descentDirection,
  forward,
  moved,
  tangent,
  unitDirection,
} from "../shared/maths/network.js";
import { costChange } from "../shared/maths/slope_test.js";

export const PROPERTIES = propertiesOf(STATE);

/**
 * null, or what is wrong with a state, naming the trait.
 * @param {ChainState} state
 */
export function validate(state) {
  const { w, b, mode, modes, parameter } = state;
  const wrong = checkState(PROPERTIES, state);
  if (wrong) return wrong;
  if (w.length !== b.length)
    return `w has ${w.length} numbers and b has ${b.length}; each unit needs one of both.`;
  if (!modes.includes(mode)) return `mode is ${mode}; this figure offers ${modes.join(", ")}.`;
  if (!parameters(w.length).includes(parameter))
    return `parameter is ${shown(parameter)}; known are ${parameters(w.length).join(", ")}.`;
  return null;
}

/** @param {number} length */
export function parameters(length) {
  const layers = Array.from({ length }, (_, l) => l + 1);
  return [...layers.flatMap((l) => [`w${l}`, `b${l}`]), "x"];
}

/**
 * Number of stages of a mode, and the stage that is shown.
 * @param {Pick<ChainState, "mode" | "stage" | "w">} state
 */
export function stageOf({ mode, stage, w }) {
  const count = mode === "forward" ? 2 * w.length + 1 : 2 * w.length;
  return { count, stage: Math.min(count, stage ?? (mode === "forward" ? count : 0)) };
}

/**
 * What the nudge and step modes move, as shared/drawing/promise_panel.js wants it, and its direction.
 * @param {ChainState} state @returns {Move & { direction: Direction }}
 */
export function moveOf(state) {
  const isStep = state.mode === "step";
  const direction = isStep
    ? descentDirection(state)
    : unitDirection(state.w.length, state.parameter);
  return {
    direction,
    isStep,
    costAt: (size) => cost(moved(state, direction, size)),
    rate: tangent(state, direction).dC,
    size: isStep ? state.learning_rate : state.nudge,
    origin: isStep ? 0 : valueOf(state, state.parameter),
    name: isStep ? "learning rate" : state.parameter,
    html: symbol(state.parameter),
    svg: svgSymbol(state.parameter),
  };
}

/** @param {ChainState} state @param {string} parameter @returns {number} */
function valueOf(state, parameter) {
  const [kind, place] = [parameter[0], Number(parameter.slice(1)) - 1];
  return kind === "x" ? state.x : kind === "w" ? state.w[place] : state.b[place];
}

/**
 * The picture in a sentence.
 * @param {ChainState} state
 */
export function summary(state) {
  const start = `Cost ${number(cost(state))}.`;
  if (state.mode === "forward")
    return `${start} Output ${number(forward(state).a.at(-1))}, target ${number(state.y)}.`;
  if (state.mode === "backward") {
    const { stage, count } = stageOf(state);
    const reached =
      stage < 2
        ? ""
        : ` delta ${state.w.length - Math.floor((stage - 2) / 2)} is ${signed(backward(state).delta[state.w.length - 1 - Math.floor((stage - 2) / 2)])}.`;
    return `${start} Step ${stage} of ${count}.${reached}`;
  }
  const move = moveOf(state);
  const { actual, promised } = costChange(move, move.size);
  return `${start} Actual change ${signed(actual)}, promised ${signed(promised)}.`;
}
