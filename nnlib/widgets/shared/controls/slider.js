// A slider that can be typed into: a range input and a number box that agree.
import { h, setAttribute } from "../drawing/dom.js";
import { plain } from "../drawing/format.js";
import { numberBox } from "./number_box.js";

/** @type {Required<Pick<SliderOptions, "toPosition" | "toValue">>} */
const LINEAR = { toPosition: (value) => value, toValue: (position) => position };

/**
 * A signed logarithmic slider: whole positions from -count to count; 0 is zero, and the sizes
 * between run from `smallest` to `largest`, rounded to two digits.
 * @param {number} smallest @param {number} largest @param {number} count
 */
export function signedLog(smallest, largest, count) {
  const decades = Math.log10(largest / smallest);
  return {
    min: -count,
    max: count,
    step: 1,
    /** @param {number} position */
    toValue(position) {
      if (position === 0) return 0;
      const size = smallest * 10 ** ((decades * (Math.abs(position) - 1)) / (count - 1));
      return Math.sign(position) * Number(size.toPrecision(2));
    },
    /** @param {number} value */
    toPosition(value) {
      if (value === 0) return 0;
      const place = 1 + (Math.log10(Math.abs(value) / smallest) / decades) * (count - 1);
      return Math.sign(value) * Math.min(count, Math.max(1, Math.round(place)));
    },
  };
}

/**
 * A logarithmic slider for positive values: positions 0 to count.
 * @param {number} smallest @param {number} largest @param {number} count
 */
export function positiveLog(smallest, largest, count) {
  const decades = Math.log10(largest / smallest);
  return {
    min: 0,
    max: count,
    step: 1,
    /** @param {number} position */
    toValue: (position) => Number((smallest * 10 ** ((decades * position) / count)).toPrecision(2)),
    /** @param {number} value */
    toPosition: (value) =>
      Math.min(count, Math.max(0, Math.round((Math.log10(value / smallest) / decades) * count))),
  };
}

/**
 * Parameters: `name` (for assistive technology), `html` (the visible symbol), `min`, `max`, `step`,
 * `kind` (colour), optional `toPosition`/`toValue` between value and place on the range input,
 * `limit` (largest size that may be typed), `positive` (typed values must be above zero), `stepped`
 * (of the box, see there), and `onInput(value)`. Returns { element, set(value) }.
 * @param {SliderOptions} options @returns {Control<number>}
 */
export function slider(options) {
  const {
    name,
    html,
    kind,
    min,
    max,
    step,
    toPosition,
    toValue,
    limit,
    positive,
    stepped,
    onInput,
  } = {
    ...LINEAR,
    limit: 1e3,
    ...options,
  };
  const range = h("input.nn-range", {
    type: "range",
    min,
    max,
    step,
    "aria-label": name,
    oninput: () => change(toValue(Number(range.value))),
  });
  const box = numberBox({
    name: `${name}, value`,
    className: "nn-box",
    limit,
    positive,
    brief: (value) => plain(value, 4),
    stepped,
    onInput: change,
  });
  const element = h(
    "div.nn-slider",
    { class: `nn-slider nn-kind-${kind}` },
    h("span.nn-slider-label", { html, "aria-hidden": "true" }),
    range,
    box.element,
  );
  let current = NaN;

  /** @param {number} value */
  function change(value) {
    set(value);
    onInput(value);
  }

  /** @param {number} value */
  function set(value) {
    if (Object.is(current, value)) return;
    current = value;
    const position = toPosition(value);
    if (toPosition === LINEAR.toPosition) {
      setAttribute(range, "min", Math.min(min, Math.floor(value)));
      setAttribute(range, "max", Math.max(max, Math.ceil(value)));
    }
    if (Number(range.value) !== position) range.value = String(position);
    range.setAttribute("aria-valuetext", plain(value));
    box.set(value);
  }

  return { element, set };
}
