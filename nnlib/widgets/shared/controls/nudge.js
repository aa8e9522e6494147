// How far a number is nudged: a slider from -1 to 1 that reaches down to a ten-thousandth.
import { h } from "../drawing/dom.js";
import { signedLog, slider } from "./slider.js";

export const SMALLEST = 1e-4;
export const NUDGES = signedLog(SMALLEST, 1, 81);

/**
 * { slider, buttons, set(nudge) }; `onNudge(size)` asks for another nudge.
 * @param {(size: number) => void} onNudge
 */
export function nudgeControl(onNudge) {
  let nudge = 0;
  const size = slider({
    name: "nudge",
    html: "by <i>h</i>",
    kind: "h",
    ...NUDGES,
    limit: 10,
    onInput: onNudge,
  });
  /** @type {(text: string, words: string, next: () => number) => HTMLElement} */
  const press = (text, words, next) =>
    h("button.nn-button", { type: "button", title: words, onclick: () => onNudge(next()) }, text);
  const halve = press("Halve", "Halve the nudge", () =>
    Math.abs(nudge / 2) < SMALLEST ? nudge : nudge / 2,
  );
  const flip = press("Flip", "Nudge the other way", () => -nudge || 0);
  return {
    slider: h("div.nn-grow", {}, size.element),
    buttons: [halve, flip],
    /** @param {number} value */
    set(value) {
      nudge = value;
      size.set(value);
    },
  };
}
