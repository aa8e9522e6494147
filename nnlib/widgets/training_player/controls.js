// The training player's controls: Play, what is drawn, and the sample's line.
import { h, paint, setAttribute } from "../shared/drawing/dom.js";
import { escape, markup } from "../shared/drawing/markup.js";
import { icon, iconButton } from "../shared/controls/play_bar.js";
import { refuse } from "../shared/controls/number_box.js";
import { select } from "../shared/controls/select.js";
import { sampleWords } from "./stage.js";
import { PROPERTIES, widthsOf } from "./state.js";

const SPEED_WORDS = { 0.25: "¼×", 0.5: "½×", 1: "1×", 2: "2×", 4: "4×" };

/** Play, one moment back and on, the speed, and which moment it is. Returns { element, set(state) }. */
export function playControls({ moments, onPlay, onStep, onSpeed }) {
  const play = h("button.nn-button.nn-player-play", { type: "button", onclick: onPlay });
  const back = iconButton("back", "One moment back", () => onStep(-1));
  const on = iconButton("forward", "One moment on", () => onStep(1));
  const speed = select(
    "",
    PROPERTIES.speed.enum.map((value) => [String(value), SPEED_WORDS[value]]),
    (value) => onSpeed(Number(value)),
    "Speed",
  );
  const place = h("span.nn-place");
  let face = null;
  return {
    element: h(
      "div.nn-player-bar",
      { role: "group", "aria-label": "Playing" },
      play,
      back,
      on,
      speed.element,
      place,
    ),
    set({ epoch, speed: value, playing }) {
      if (face !== playing) {
        face = playing;
        paint(play, markup(playing ? `${icon("pause")} Pause` : `${icon("play")} Play`));
      }
      speed.set(String(value));
      paint(place, markup(`epoch ${epoch}<span> of ${moments.at(-1)}</span>`));
      setAttribute(back, "aria-disabled", String(epoch <= moments[0]));
      setAttribute(on, "aria-disabled", String(epoch >= moments.at(-1)));
    },
  };
}

/** What the pictures show: before or after the squash, arrows, whose boundaries. */
export function choices({ runs, tools, change, hasPlane, hasCloud, hasMaps }) {
  const parts = [];
  const add = (name, options, trait, read = (state) => String(state[trait])) => {
    const part = select("", options, (value) => change(parse[trait](value)), name);
    tools.append(part.element);
    parts.push([part, read]);
  };
  const parse = {
    view: (view) => ({ view }),
    arrows: (arrows) => ({ arrows }),
    layer: (layer) => ({ layer: Number(layer), unit: 0 }),
  };
  if (hasCloud || hasMaps)
    add(
      "Before or after the squash",
      [
        ["a", "a, after σ"],
        ["z", "z, before σ"],
      ],
      "view",
    );
  if (hasCloud)
    add(
      "Arrows",
      [
        ["none", "no arrows"],
        ["ask", "asked for"],
        ["steps", "steps taken"],
        ["both", "both arrows"],
      ],
      "arrows",
    );
  const depth = widthsOf(runs).length;
  if (hasPlane && depth > 1)
    add(
      "Boundaries in the input plane",
      Array.from({ length: depth }, (_, l) => [
        String(l + 1),
        l + 1 < depth ? `layer ${l + 1} cuts` : "output only",
      ]),
      "layer",
    );
  tools.classList.add("nn-player-tools");
  return (state) => {
    for (const [part, read] of parts) part.set(read(state));
  };
}

/** The lit sample: chosen by its number, and in words. Returns { element, draw(scenes, lit, chosen) }. */
export function sampleLine({ most, onChoose }) {
  const box = h("input.nn-box", {
    type: "number",
    min: 0,
    max: most,
    step: 1,
    placeholder: "none",
    "aria-label": "Sample, row of X",
    onchange() {
      const value = box.valueAsNumber;
      if (box.value === "") onChoose(null);
      else if (Number.isInteger(value) && value >= 0 && value <= most) onChoose(value);
      else {
        refuse(box, `Type a whole number from 0 to ${most}, or nothing.`);
        shown = undefined;
        set(chosenNow);
      }
    },
  });
  const words = h("div.nn-player-words");
  let shown; // what the box shows; undefined where it has to be written anew
  let chosenNow = null;
  function set(chosen) {
    chosenNow = chosen;
    if (chosen === shown) return;
    shown = chosen;
    box.value = chosen ?? "";
  }
  return {
    element: h("div.nn-player-sample", {}, h("label.nn-choice", {}, "Sample ", box), words),
    draw(scenes, lit, chosen) {
      set(chosen);
      paint(
        words,
        lit === null
          ? "Point at a sample, or type its row."
          : markup(scenes.map((one) => escape(sampleWords(one, lit))).join("<br>")),
      );
    },
  };
}
