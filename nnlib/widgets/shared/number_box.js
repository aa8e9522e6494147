// A box for one number: typed into, or stepped with the arrow keys.
import { h } from "./dom.js";
import { compact, plain } from "./format.js";

const STEPS = { ArrowUp: 0.1, ArrowDown: -0.1, PageUp: 1, PageDown: -1 };

/**
 * Parameters: `name` (for assistive technology), `kind` (colour), `limit` (the largest size),
 * `onInput(value)` and `onFocus()`. While it has the focus it shows more digits, for editing.
 * Returns { element, set(value) }.
 */
export function numberBox({ name, kind, limit = 1e3, onInput, onFocus }) {
  let current;
  let shown;
  const element = h(`input.nn-number-box.nn-${kind}`, {
    type: "number",
    step: "any",
    "aria-label": name,
    title: `${name}: type a value, or step it with the arrow keys`,
    onfocus() {
      write(plain(current));
      onFocus?.();
    },
    onblur: () => write(compact(current)),
    onchange: typed,
    onkeydown: key,
  });

  function typed() {
    if (element.value === shown) return;
    const value = element.valueAsNumber;
    if (Number.isFinite(value) && Math.abs(value) <= limit) return change(value);
    element.setCustomValidity(`Type a number of size at most ${limit}.`);
    element.reportValidity();
    element.setCustomValidity("");
    write(shown);
  }

  function key(event) {
    if (event.key === "Enter") typed();
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    typed();
    // Twelve digits: without the dust of binary fractions, and no digit of the reader's lost.
    const value = Number((current + step).toPrecision(12));
    change(Math.min(limit, Math.max(-limit, value)));
  }

  function change(value) {
    set(value);
    onInput(value);
  }

  function set(value) {
    if (Object.is(current, value)) return;
    current = value;
    write(element === element.ownerDocument.activeElement ? plain(value) : compact(value));
  }

  function write(text) {
    shown = text;
    element.value = text;
  }

  return { element, set };
}
