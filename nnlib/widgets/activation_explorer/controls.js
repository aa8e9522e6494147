// The activation explorer's controls: a row of sliders and a switch for every hidden unit.
import { h, setAttribute } from "../shared/drawing/dom.js";
import { spoken, symbol } from "../shared/drawing/format.js";
import { select } from "../shared/controls/select.js";
import { slider } from "../shared/controls/slider.js";
import { PROPERTIES, isCollapsed, words } from "./state.js";

/**
 * The activations, as choices for the toolbar.
 * @param {HTMLElement} tools @param {(values: Partial<ActivationState>) => void} change
 */
export function choices(tools, change) {
  /** @type {(text: string, trait: "activation" | "output_activation", name: string) => Control<ActivationName>} */
  const choice = (text, trait, name) =>
    select(
      text,
      (PROPERTIES[trait].enum ?? []).map((value) => [value, words(value)]),
      (value) => change({ [trait]: value }),
      name,
    );
  const hidden = choice("Hidden", "activation", "Activation of the hidden units");
  const last = choice("Output", "output_activation", "Activation of the output");
  tools.append(hidden.element, last.element);
  return (/** @type {ActivationState} */ state) => {
    hidden.set(state.activation);
    last.set(state.output_activation);
  };
}

/** @type {(name: string, onInput: (value: number) => void, ends?: Pair) => Control<number>} */
const knobOf = (name, onInput, [min, max] = [-5, 5]) =>
  slider({
    name: spoken(name),
    html: symbol(name),
    kind: name[0].replace("v", "w").replace("c", "b"),
    min,
    max,
    step: 0.01,
    limit: PROPERTIES.x.maximum,
    onInput,
  });

/**
 * The slider of the input at which the numbers are read.
 * @param {(values: Partial<ActivationState>) => void} change
 */
export function inputKnob(change) {
  return knobOf("x", (x) => change({ x }));
}

/**
 * A line in a unit's own dashes.
 * @param {number} j
 */
export const swatch = (j) =>
  `<svg class="nn-act-swatch" viewBox="0 0 30 10" width="30" height="10" aria-hidden="true"><path class="nn-curve nn-act-part nn-dash-${j + 1}" d="M1 5H29"/></svg>`;

const SHAPES = { curve: "M1 11C8 11 6 3 13 3", line: "M1 11L13 3" };
/** @param {keyof typeof SHAPES} name */
const shape = (name) =>
  `<svg class="nn-act-shape nn-act-shape-${name}" viewBox="0 0 14 14" width="14" height="14" aria-hidden="true"><path d="${SHAPES[name]}"/></svg>`;

/**
 * For every unit: a button that chooses it, a switch that straightens it, sliders of w, b and v.
 * @param {number} length @param {boolean} wide
 * @param {(values: Partial<ActivationState>) => void} change
 */
export function unitControls(length, wide, change) {
  /** @type {ActivationState} */
  let latest;
  const units = Array.from({ length }, (_, j) => j);
  const choose = units.map((j) =>
    h("button.nn-act-unit", {
      type: "button",
      "aria-label": `Unit ${j + 1}`,
      title: `Mark where unit ${j + 1} is saturated`,
      html: `${swatch(j)}<span>${wide ? "unit " : ""}${j + 1}</span>`,
      onclick: () => change({ unit: j + 1 }),
    }),
  );
  const straighten = units.map((j) =>
    straightSwitch(`Unit ${j + 1} straight`, () =>
      change({ straight: latest.straight.with(j, !latest.straight[j]) }),
    ),
  );
  const every = straightSwitch("All units straight", () =>
    change({ straight: units.map(() => !isCollapsed(latest)) }),
  );
  const all = h("span.nn-act-all", {}, wide ? "all units" : "all");
  const knobs = units.map((j) =>
    KINDS.map((kind) => ({
      kind,
      knob: knobOf(`${kind}${j + 1}`, (value) => change({ [kind]: latest[kind].with(j, value) })),
    })),
  );
  const bias = knobOf("c", (c) => change({ c }));
  const element = wide
    ? wideGrid({ choose, straighten, every, all, knobs, bias })
    : narrowGrid({ choose, straighten, every, all, knobs, bias });

  return {
    element,
    /** @param {ActivationState} state */
    set(state) {
      latest = state;
      units.forEach((j) => {
        setAttribute(choose[j], "aria-pressed", String(state.unit === j + 1));
        setSwitch(straighten[j], state.straight[j]);
        for (const { kind, knob } of knobs[j]) {
          knob.set(state[kind][j]);
          knob.element.hidden = !wide && state.unit !== j + 1;
        }
      });
      setSwitch(every, isCollapsed(state));
      bias.set(state.c);
    },
  };
}

/** @param {string} name @param {() => void} onclick */
function straightSwitch(name, onclick) {
  return h("button.nn-act-switch", {
    type: "button",
    role: "switch",
    "aria-label": name,
    html: `${shape("curve")}${shape("line")}<span>straight</span>`,
    onclick,
  });
}

/** @param {Element} button @param {boolean} on */
const setSwitch = (button, on) => setAttribute(button, "aria-checked", String(on));

/** @type {("w" | "b" | "v")[]} */
const KINDS = ["w", "b", "v"];

/**
 * @typedef {{
 *   choose: HTMLElement[], straighten: HTMLElement[], every: HTMLElement, all: HTMLElement,
 *   knobs: { knob: Control<number> }[][], bias: Control<number>,
 * }} Parts
 */

/**
 * One line a unit; the output's bias stands below the biases.
 * @param {Parts} parts
 */
function wideGrid({ choose, straighten, every, all, knobs, bias }) {
  const rows = choose.flatMap((button, j) => [
    button,
    ...knobs[j].map(({ knob }) => knob.element),
    straighten[j],
  ]);
  const output = h("span.nn-act-all", {}, "output");
  return h("div.nn-act-units", {}, ...rows, output, h("span"), bias.element, all, every);
}

/**
 * Every unit's switch at hand, and the sliders of the chosen unit only: a phone is narrow.
 * @param {Parts} parts
 */
function narrowGrid({ choose, straighten, every, all, knobs, bias }) {
  const columns = [...choose.map((button, j) => [button, straighten[j]]), [all, every]];
  const sliders = KINDS.flatMap((_, kind) => knobs.map((unit) => unit[kind].knob.element));
  return h(
    "div.nn-act-units",
    {},
    h("div.nn-act-columns", {}, ...columns.map((pair) => h("div", {}, ...pair))),
    h("div.nn-act-sliders", {}, ...sliders, bias.element),
  );
}
