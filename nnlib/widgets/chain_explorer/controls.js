// The chain explorer's controls: a slider for every number, and a row of them for each mode.
import { h, paint, setAttribute } from "../shared/drawing/dom.js";
import { number, signed, spoken, symbol } from "../shared/drawing/format.js";
import { markup } from "../shared/drawing/markup.js";
import { backward, cost, descentDirection, moved } from "../shared/maths/network.js";
import { nudgeControl } from "../shared/controls/nudge.js";
import { playBar } from "../shared/controls/play_bar.js";
import { select } from "../shared/controls/select.js";
import { positiveLog, slider } from "../shared/controls/slider.js";
import { PROPERTIES, parameters, stageOf } from "./state.js";

/**
 * Sliders of x, y and every w and b, with the side chips that lead into z.
 * @param {{
 *   tracks: HTMLElement, geometry: { rows: { y: number }[] }, wide: boolean, mode: ChainMode,
 *   length: number, change: (values: Partial<ChainState>) => void,
 * }} options
 */
export function parameterKnobs({ tracks, geometry, wide, mode, length, change }) {
  /** @type {((state: ChainState) => void)[]} */
  const knobs = [];
  /** @type {(element: HTMLElement, row: { y: number }, name: string) => void} */
  const place = (element, row, name) => {
    const second = name[0] === "b";
    const [beside, above] = { w: [-17, 72], b: [17, 72] }[name[0]] ?? [0, 44];
    const top = row.y + (wide ? beside - 16 : -above);
    const across = name === "x" ? "86%" : "calc(50% - 4px)";
    Object.assign(element.style, {
      top: `${top}px`,
      left: !wide && second ? "50%" : "0",
      width: wide ? "296px" : across,
    });
    tracks.append(element);
  };
  /** @type {(
   *   name: string, row: { y: number }, ends: Pair,
   *   get: (state: ChainState) => number, put: (value: number) => Partial<ChainState>,
   * ) => void} */
  const add = (name, row, [min, max], get, put) => {
    const knob = slider({
      name: spoken(name),
      html: symbol(name),
      kind: name[0],
      min,
      max,
      step: 0.01,
      limit: PROPERTIES.x.maximum,
      onInput: (value) => change(put(value)),
    });
    const chip = sideChip(name, mode, change);
    const element = h("div.nn-knob", { "data-name": name }, knob.element, chip?.element);
    place(element, row, name);
    knobs.push((state) => {
      knob.set(get(state));
      chip?.set(state);
    });
  };
  const { rows } = geometry;
  add(
    "x",
    rows[0],
    [-5, 5],
    (s) => s.x,
    (x) => ({ x }),
  );
  /** @type {ChainState} */
  let latest;
  for (let l = 1; l <= length; l++) {
    for (const kind of /** @type {("w" | "b")[]} */ (["w", "b"])) {
      add(
        `${kind}${l}`,
        rows[2 * l - 1],
        [-4, 4],
        (s) => s[kind][l - 1],
        (v) => ({ [kind]: latest[kind].with(l - 1, v) }),
      );
    }
  }
  add(
    "y",
    rows.at(-1),
    [-1, 2],
    (s) => s.y,
    (y) => ({ y }),
  );
  return {
    /** @param {ChainState} state */
    set(state) {
      latest = state;
      for (const set of knobs) set(state);
    },
  };
}

/**
 * The factor by which a parameter enters its z: a button that picks the parameter.
 * @param {string} name @param {ChainMode} mode
 * @param {(values: Partial<ChainState>) => void} change
 */
function sideChip(name, mode, change) {
  if (mode === "forward" || mode === "step" || name === "y") return null;
  const [kind, index] = [name[0], Number(name.slice(1))];
  const source = index === 1 ? "x" : `a${index - 1}`;
  if (mode === "backward" && kind === "x") return null;
  const element = h("button.nn-chip", {
    type: "button",
    onclick: () => change({ parameter: name }),
  });
  let given = false; // whether the reader has pressed the chip since delta came to its row
  return {
    element,
    /** @param {ChainState} state */
    set(state) {
      const reached = mode === "nudge" || stageOf(state).stage >= 2 * (state.w.length - index) + 2;
      given = mode === "backward" && reached && (given || state.parameter === name);
      const { dw, db } = backward(state);
      let html = kind === "x" ? "nudge" : kind === "b" ? "× 1" : `× ${symbol(source)}`;
      if (given) html = `<b class="nn-d">${signed((kind === "w" ? dw : db)[index - 1], 3)}</b>`;
      paint(element, markup(html));
      setAttribute(element, "aria-pressed", String(state.parameter === name));
      setAttribute(
        element,
        "aria-label",
        mode === "nudge" ? `Nudge ${spoken(name)}` : `Derivative of the cost by ${spoken(name)}`,
      );
      setAttribute(element, "aria-disabled", String(!reached));
    },
  };
}

/**
 * The row of controls below the tracks.
 * @param {ChainMode} mode @param {number} length
 * @param {(values: Partial<ChainState>) => void} change
 */
export function controlsFor(mode, length, change) {
  const choice = select(
    "Squash σ",
    (PROPERTIES.activation.enum ?? []).map((name) => [name, name.replace("_", " ")]),
    (/** @type {ActivationName} */ activation) => change({ activation }),
  );
  if (mode === "nudge") return nudgeControls(length, choice, change);
  if (mode === "step") return stepControls(choice, change);
  const bar = playBar({ onStage: (stage) => change({ stage }) });
  return {
    element: h("div.nn-controls", {}, bar.element, choice.element),
    stop: bar.stop,
    /** @param {ChainState} state */
    set(state) {
      const { stage, count } = stageOf(state);
      bar.set(stage, count);
      choice.set(state.activation);
    },
  };
}

/**
 * @param {number} length @param {Control<ActivationName>} choice
 * @param {(values: Partial<ChainState>) => void} change
 */
function nudgeControls(length, choice, change) {
  /** @param {string} name */
  const words = (name) =>
    name[0] + (name.length > 1 ? String.fromCharCode(0x2080 + Number(name[1])) : "");
  const which = select(
    "Nudge",
    parameters(length).map((name) => [name, words(name)]),
    (parameter) => change({ parameter }),
    "Parameter to nudge",
  );
  const size = nudgeControl((nudge) => change({ nudge }));
  return {
    element: h("div.nn-controls", {}, which.element, size.slider, ...size.buttons, choice.element),
    stop() {},
    /** @param {ChainState} state */
    set(state) {
      which.set(state.parameter);
      size.set(state.nudge);
      choice.set(state.activation);
    },
  };
}

/** @param {Control<ActivationName>} choice @param {(values: Partial<ChainState>) => void} change */
function stepControls(choice, change) {
  /** @type {ChainState} */
  let latest;
  /** @type {number[]} */
  let taken = []; // the costs since the reader last changed something else
  const history = h("p.nn-history");
  const rate = slider({
    name: "learning rate",
    html: "η",
    kind: "h",
    ...positiveLog(0.01, 100, 160),
    limit: PROPERTIES.x.maximum,
    positive: true,
    onInput: (value) => change({ learning_rate: value }),
  });
  const take = () => {
    const next = moved(latest, descentDirection(latest), latest.learning_rate);
    taken.push(cost(next));
    change({ w: next.w, b: next.b });
  };
  return {
    element: h(
      "div.nn-controls",
      {},
      h("div.nn-grow", {}, rate.element),
      h("button.nn-button.nn-strong", { type: "button", onclick: take }, "Take the step"),
      choice.element,
      history,
    ),
    stop() {},
    /** @param {ChainState} state */
    set(state) {
      latest = state;
      if (taken.at(-1) !== cost(state)) taken = [cost(state)];
      paint(
        history,
        markup(
          `steps taken: ${taken.length - 1}; ${symbol("C")}: ${taken
            .slice(-5)
            .map((c) => number(c))
            .join(" → ")}`,
        ),
      );
      rate.set(state.learning_rate);
      choice.set(state.activation);
    },
  };
}
