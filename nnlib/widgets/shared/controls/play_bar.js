// Step and play controls for a figure that unfolds in stages.
import { h, paint } from "../drawing/dom.js";
import { markup } from "../drawing/markup.js";

const ICONS = {
  first: "M4 3v10h2V3zm9 0L7 8l6 5z",
  back: "M11 3 5 8l6 5z",
  forward: "M5 3l6 5-6 5z",
  last: "M3 3l6 5-6 5zm7 0h2v10h-2z",
  play: "M4 2l9 6-9 6z",
  pause: "M4 3h3v10H4zm5 0h3v10H9z",
};

/**
 * A symbol of the bar as markup: first, back, forward, last, play or pause.
 * @param {keyof typeof ICONS} name
 */
export const icon = (name) =>
  `<svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><path d="${ICONS[name]}"/></svg>`;

/**
 * A button of the bar: a symbol, and words for what it does.
 * @param {keyof typeof ICONS} name @param {string} words @param {() => void} onclick
 */
export const iconButton = (name, words, onclick) =>
  h("button.nn-icon-button", {
    type: "button",
    "aria-label": words,
    title: words,
    html: icon(name),
    onclick,
  });

/**
 * Returns { element, set(stage, count), stop() }; `onStage(stage)` asks for another stage.
 * @param {{ milliseconds?: number, onStage: (stage: number) => void }} options
 */
export function playBar({ milliseconds = 1100, onStage }) {
  let stage = 0;
  let count = 0;
  /** @type {number | undefined} */
  let timer;
  /** @param {number} next */
  const go = (next) => {
    stop();
    onStage(Math.min(count, Math.max(0, next)));
  };
  const first = iconButton("first", "To the start", () => go(0));
  const back = iconButton("back", "One step back", () => go(stage - 1));
  const play = iconButton("play", "Play", () => (timer ? stop() : start()));
  const forward = iconButton("forward", "One step on", () => go(stage + 1));
  const last = iconButton("last", "To the end", () => go(count));
  const place = h("span.nn-place");
  const element = h(
    "div.nn-play-bar",
    { role: "group", "aria-label": "Steps" },
    first,
    back,
    play,
    forward,
    last,
    place,
  );

  function start() {
    if (stage >= count) onStage(0);
    timer = setInterval(() => {
      if (stage >= count) stop();
      else onStage(stage + 1);
    }, milliseconds);
    face("pause", "Pause");
  }

  function stop() {
    clearInterval(timer);
    timer = undefined;
    face("play", "Play");
  }

  /** @param {keyof typeof ICONS} name @param {string} words */
  function face(name, words) {
    paint(play, markup(icon(name)));
    play.setAttribute("aria-label", words);
    play.title = words;
  }

  /** @param {number} newStage @param {number} newCount */
  function set(newStage, newCount) {
    [stage, count] = [newStage, newCount];
    place.textContent = `step ${stage} of ${count}`;
    // aria-disabled keeps the focus on a button that has reached its end
    /** @type {[HTMLElement, boolean][]} */
    const ends = [
      [first, stage <= 0],
      [back, stage <= 0],
      [forward, stage >= count],
      [last, stage >= count],
    ];
    for (const [control, off] of ends) control.setAttribute("aria-disabled", String(off));
    if (timer && stage >= count) stop();
  }

  return { element, set, stop };
}
