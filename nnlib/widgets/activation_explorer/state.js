// The activation explorer's state: what it may be, and what it says.
import { LARGEST, checkNumber, checkNumbers, shown } from "../shared/host/check.js";
import { number } from "../shared/drawing/format.js";
import { collapse, forward } from "../shared/maths/shallow.js";

export const ACTIVATIONS = ["sigmoid", "tanh", "relu", "leaky_relu", "softplus"];
export const OUTPUT_ACTIVATIONS = ["identity", "sigmoid", "tanh"];
export const TRAITS = [
  "w",
  "b",
  "v",
  "straight",
  "c",
  "activation",
  "output_activation",
  "x",
  "unit",
  "targets",
];
const WIDEST = 4;
const MOST_TARGETS = 100;

/** null, or what is wrong with a state, naming the trait. */
export function validate(state) {
  const { w, b, v, straight, c, x, unit, targets } = state;
  for (const [name, list] of Object.entries({ w, b, v, straight })) {
    if (!Array.isArray(list) || list.length < 1 || list.length > WIDEST)
      return `${name} must be a list of 1 to ${WIDEST} entries.`;
    if (list.length !== w.length)
      return `${name} has ${list.length} entries and w has ${w.length}; each unit needs one of each.`;
  }
  for (const [name, list] of Object.entries({ w, b, v })) {
    const wrong = checkNumbers(name, list, w.length);
    if (wrong) return wrong;
  }
  const unclear = straight.findIndex((value) => typeof value !== "boolean");
  if (unclear >= 0)
    return `straight[${unclear}] is ${shown(straight[unclear])}; it must be true or false.`;
  for (const [name, value] of Object.entries({ c, x })) {
    const wrong = checkNumber(name, value);
    if (wrong) return wrong;
  }
  for (const [name, known] of [
    ["activation", ACTIVATIONS],
    ["output_activation", OUTPUT_ACTIVATIONS],
  ]) {
    if (!known.includes(state[name]))
      return `${name} is ${shown(state[name])}; known are ${known.join(", ")}.`;
  }
  if (!(Number.isInteger(unit) && unit >= 1 && unit <= w.length))
    return `unit is ${shown(unit)}; the hidden units are counted from 1 to ${w.length}.`;
  if (!Array.isArray(targets) || targets.length > MOST_TARGETS)
    return `targets must be a list of at most ${MOST_TARGETS} points.`;
  const stray = targets.findIndex((point) => checkNumbers("", point, 2) !== null);
  if (stray >= 0)
    return `targets[${stray}] is ${shown(targets[stray])}; it must be [x, y], each of size at most ${LARGEST}.`;
  return null;
}

export const isCollapsed = ({ straight }) => straight.every(Boolean);
export const isSquashed = ({ output_activation: last }) => last !== "identity";
export const words = (activation) => activation.replace("_", " ");

/** The picture in a sentence. */
export function summary(state) {
  const { sum, output } = forward(state, state.x);
  const reading = isSquashed(state)
    ? `the sum is ${number(sum)} and the output ${number(output)}`
    : `the output is ${number(output)}`;
  const bare = state.straight.filter(Boolean).length;
  const { slope, intercept } = collapse(state);
  const shape = isCollapsed(state)
    ? ` Every unit is straight: the sum is a line with slope ${number(slope)} and intercept ${number(intercept)}.`
    : bare
      ? ` ${bare} of ${state.straight.length} units straight.`
      : "";
  return `At x = ${number(state.x)} ${reading}.${shape}`;
}
