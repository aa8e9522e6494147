// A box for one number: typed into, or stepped with the arrow keys.
import { h } from "../drawing/dom.js";
import { compact, plain } from "../drawing/format.js";

/** @type {Record<string, number>} */
const STEPS = { ArrowUp: 0.1, ArrowDown: -0.1, PageUp: 1, PageDown: -1 };

/**
 * Parameters: `name` (for assistive technology), `className`, `limit` (the largest size),
 * `positive` (the number must be above zero), `brief` (the text while it has no focus; with the
 * focus it shows more digits, for editing), `onInput(value)` and `onFocus()`.
 * `stepped(value, amount)` is the value that an arrow key (±0.1) or a page key (±1) leads to.
 * Returns { element, set(value) }.
 * @param {BoxOptions} options @returns {Control<number>}
 */
export function numberBox({
  name,
  className,
  limit = 1e3,
  positive,
  brief = compact,
  stepped = (value, amount) => value + amount,
  onInput,
  onFocus,
}) {
  let current = NaN;
  let shown = "";
  const element = h("input", {
    class: className,
    type: "number",
    step: "any",
    "aria-label": name,
    title: `${name}: type a value, or step it with the arrow keys`,
    onfocus() {
      write(plain(current));
      element.select(); // what has been written anew has lost the selection that Tab makes
      onFocus?.();
    },
    onblur: () => write(brief(current)),
    onchange: typed,
    onkeydown: key,
  });

  /** @param {number} value */
  const accepts = (value) =>
    Number.isFinite(value) && Math.abs(value) <= limit && !(positive && value <= 0);

  function typed() {
    if (element.value === shown) return;
    const value = element.valueAsNumber;
    if (accepts(value)) return change(value);
    refuse(
      element,
      `Type ${positive ? "a positive number, at most" : "a number of size at most"} ${limit}.`,
    );
    write(shown);
  }

  /** @param {KeyboardEvent} event */
  function key(event) {
    if (event.key === "Enter") typed();
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    typed();
    // Twelve digits: without the dust of binary fractions, and no digit of the reader's lost.
    const value = Number(stepped(current, step).toPrecision(12));
    const next = Math.min(limit, Math.max(-limit, value));
    if (accepts(next)) change(next);
  }

  /** @param {number} value */
  function change(value) {
    element.setCustomValidity("");
    set(value);
    onInput(value);
  }

  /** @param {number} value */
  function set(value) {
    if (Object.is(current, value)) return;
    current = value;
    write(element === element.ownerDocument.activeElement ? plain(value) : brief(value));
  }

  /** @param {string} text */
  function write(text) {
    shown = text;
    element.value = text;
  }

  return { element, set };
}

/**
 * Says beside a box why its value was refused, until another one is typed: browsers take the words
 * away as soon as the box is valid.
 * @param {HTMLInputElement} box @param {string} words
 */
export function refuse(box, words) {
  box.setCustomValidity(words);
  box.reportValidity();
  box.addEventListener("input", () => box.setCustomValidity(""), { once: true });
}
