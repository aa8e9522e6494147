// A small whole number with a button on either side.
import { h, paint, setAttribute } from "../drawing/dom.js";
import { markup } from "../drawing/markup.js";

/**
 * `fewer` and `more` name the buttons, `onStep(value)` hears what was chosen.
 * Returns { element, set(value, html) }: `html` is the markup between the buttons.
 * @param {{ fewer: string, more: string, min: number, max: number, onStep: (value: number) => void }} options
 */
export function stepper({ fewer, more, min, max, onStep }) {
  let current = min;
  /** @type {(sign: string, step: number, name: string) => HTMLElement} */
  const button = (sign, step, name) =>
    h(
      "button.nn-step",
      {
        type: "button",
        "aria-label": name,
        title: name,
        onclick() {
          const next = current + step;
          if (next >= min && next <= max) onStep(next);
        },
      },
      sign,
    );
  const less = button("−", -1, fewer);
  const plus = button("+", 1, more);
  const text = h("span.nn-step-value");

  return {
    element: h("div.nn-stepper", {}, less, text, plus),
    /** @param {number} value @param {string} html */
    set(value, html) {
      current = value;
      paint(text, markup(html));
      // Not `disabled`: a button that loses the focus at its end sends the reader to the top.
      setAttribute(less, "aria-disabled", String(value <= min));
      setAttribute(plus, "aria-disabled", String(value >= max));
    },
  };
}
