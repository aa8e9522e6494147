// A choice from a list.
import { h } from "../drawing/dom.js";

/**
 * A labelled list; `options` are [value, text] pairs, `name` is for assistive technology.
 * Returns { element, set(value) }.
 * @template {string} Value
 * @param {string} words @param {[Value, string][]} options @param {(value: Value) => void} onChoice
 * @param {string} name @returns {Control<Value>}
 */
export function select(words, options, onChoice, name = words) {
  const list = h(
    "select.nn-select",
    { "aria-label": name, onchange: () => onChoice(/** @type {Value} */ (list.value)) },
    ...options.map(([value, text]) => h("option", { value }, text)),
  );
  return {
    element: h("label.nn-choice", {}, `${words} `, list),
    set(value) {
      if (list.value !== value) list.value = value;
    },
  };
}
