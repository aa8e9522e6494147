// The chain explorer's state: what it may be, and what it says.
import {
  checkActivation,
  checkDifferent,
  checkNumber,
  checkNumbers,
  shown,
} from "../shared/host/check.js";
import { number, signed, svgSymbol, symbol } from "../shared/drawing/format.js";
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

export const MODES = { forward: "Forward", nudge: "Nudge", backward: "Backward", step: "Step" };
export const TRAITS = [
  "w",
  "b",
  "x",
  "y",
  "activation",
  "mode",
  "modes",
  "parameter",
  "nudge",
  "learning_rate",
  "stage",
];
const LONGEST = 5;

/** null, or what is wrong with a state, naming the trait. */
export function validate(state) {
  const {
    w,
    b,
    x,
    y,
    activation,
    mode,
    modes,
    parameter,
    nudge,
    learning_rate: rate,
    stage,
  } = state;
  for (const [name, list] of Object.entries({ w, b })) {
    if (!Array.isArray(list) || list.length < 1 || list.length > LONGEST)
      return `${name} must be a list of 1 to ${LONGEST} numbers.`;
    const wrong = checkNumbers(name, list, list.length);
    if (wrong) return wrong;
  }
  if (w.length !== b.length)
    return `w has ${w.length} numbers and b has ${b.length}; each unit needs one of both.`;
  for (const [name, value] of Object.entries({ x, y, nudge, learning_rate: rate })) {
    const wrong = checkNumber(name, value);
    if (wrong) return wrong;
  }
  if (rate <= 0) return `learning_rate is ${rate}; it must be above 0.`;
  const unknown = checkActivation("activation", activation);
  if (unknown) return unknown;
  if (
    !Array.isArray(modes) ||
    !modes.length ||
    !modes.every((m) => typeof m === "string" && Object.hasOwn(MODES, m))
  )
    return `modes is ${shown(modes)}; it must list some of ${Object.keys(MODES).join(", ")}.`;
  const twice = checkDifferent("modes", modes);
  if (twice) return twice;
  if (!modes.includes(mode))
    return `mode is ${shown(mode)}; this figure offers ${modes.join(", ")}.`;
  if (!parameters(w.length).includes(parameter))
    return `parameter is ${shown(parameter)}; known are ${parameters(w.length).join(", ")}.`;
  if (stage !== null && !(Number.isInteger(stage) && stage >= 0))
    return `stage is ${shown(stage)}; it must be null or a whole number from 0.`;
  return null;
}

export function parameters(length) {
  const layers = Array.from({ length }, (_, l) => l + 1);
  return [...layers.flatMap((l) => [`w${l}`, `b${l}`]), "x"];
}

/** Number of stages of a mode, and the stage that is shown. */
export function stageOf({ mode, stage, w }) {
  const count = mode === "forward" ? 2 * w.length + 1 : 2 * w.length;
  return { count, stage: Math.min(count, stage ?? (mode === "forward" ? count : 0)) };
}

/** What the nudge and step modes move, as shared/drawing/promise_panel.js wants it, and its direction. */
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

function valueOf(state, parameter) {
  return parameter === "x" ? state.x : state[parameter[0]][Number(parameter.slice(1)) - 1];
}

/** The picture in a sentence. */
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
