// The activation explorer's state: what it may be, and what it says.
import STATE from "./state.json" with { type: "json" };
import { number } from "../shared/drawing/format.js";
import { checkState, propertiesOf } from "../shared/host/schema.js";
import { collapse, forward } from "../shared/maths/shallow.js";

export const PROPERTIES = propertiesOf(STATE);

/** null, or what is wrong with a state, naming the trait. */
export function validate(state) {
  const { w, b, v, straight, unit } = state;
  const wrong = checkState(PROPERTIES, state);
  if (wrong) return wrong;
  for (const [name, list] of Object.entries({ b, v, straight })) {
    if (list.length !== w.length)
      return `${name} has ${list.length} entries and w has ${w.length}; each unit needs one of each.`;
  }
  if (unit > w.length)
    return `unit is ${unit}; the hidden units are counted from 1 to ${w.length}.`;
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
