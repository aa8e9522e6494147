// Checks of a state's traits: null, or a sentence that names the trait.
import SHARED from "../state.json" with { type: "json" };
import { ACTIVATIONS } from "../maths/network.js";

const LONGEST = 60; // of a value that is quoted

/**
 * Any value as a sentence can quote it; `${value}` throws for an object such as {"toString": 1}.
 * @param {unknown} value
 */
export function shown(value) {
  const isPlain = typeof value !== "object" || value === null;
  const text = isPlain ? String(value) : JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

export const LARGEST = SHARED.$defs.number.maximum; // of a number that may be typed or set

/**
 * @param {string} name
 * @param {unknown} value
 */
export function checkNumber(name, value) {
  const good = typeof value === "number" && Number.isFinite(value) && Math.abs(value) <= LARGEST;
  return good
    ? null
    : `${name} is ${shown(value)}; it must be a number of size at most ${LARGEST}.`;
}

/**
 * @param {string} name
 * @param {unknown} list
 * @param {number} length
 */
export function checkNumbers(name, list, length) {
  if (!Array.isArray(list) || list.length !== length)
    return `${name} must be a list of ${length} numbers.`;
  return firstWrong(list, (value, place) => checkNumber(`${name}[${place}]`, value));
}

/**
 * @param {string} name
 * @param {unknown} value
 */
export function checkActivation(name, value) {
  return typeof value === "string" && Object.hasOwn(ACTIVATIONS, value)
    ? null
    : `${name} is ${shown(value)}; known are ${Object.keys(ACTIVATIONS).join(", ")}.`;
}

/**
 * A dense network of at most four layers and four units a layer, and its input x.
 * @param {Record<"W" | "b" | "activations" | "x", any>} state
 */
export function checkNetwork({ W, b, activations, x }) {
  /** @type {(list: unknown) => boolean} */
  const fits = (list) => Array.isArray(list) && list.length >= 1 && list.length <= 4;
  if (!fits(W)) return "W must be a list of 1 to 4 matrices.";
  for (const [name, list] of Object.entries({ b, activations })) {
    if (!Array.isArray(list) || list.length !== W.length)
      return `${name} must have ${W.length} entries, one for each layer.`;
  }
  if (!fits(x)) return "x must be a list of 1 to 4 numbers.";
  let inputs = x.length;
  for (let l = 0; l < W.length; l++) {
    if (!fits(W[l])) return `W[${l}] must have 1 to 4 rows, one for each unit.`;
    const wrong =
      firstWrong(W[l], (row, j) => checkNumbers(`W[${l}][${j}]`, row, inputs)) ??
      checkNumbers(`b[${l}]`, b[l], W[l].length) ??
      checkActivation(`activations[${l}]`, activations[l]);
    if (wrong) return wrong;
    inputs = W[l].length;
  }
  return checkNumbers("x", x, x.length);
}

/**
 * @param {string} name
 * @param {unknown[]} list
 */
export function checkDifferent(name, list) {
  return new Set(list).size === list.length ? null : `${name} names one twice: ${shown(list)}.`;
}

/**
 * @param {any[]} list
 * @param {(value: any, place: number) => string | null} check
 */
function firstWrong(list, check) {
  for (const [place, value] of list.entries()) {
    const wrong = check(value, place);
    if (wrong) return wrong;
  }
  return null;
}
