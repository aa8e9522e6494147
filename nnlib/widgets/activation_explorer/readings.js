// What the picture says in numbers: every unit at x, the collapse, saturation, the targets.
import { h, paint } from "../shared/drawing/dom.js";
import { number, short, symbol } from "../shared/drawing/format.js";
import { markup } from "../shared/drawing/markup.js";
import { ACTIVATIONS } from "../shared/maths/network.js";
import {
  collapse,
  forward,
  meanCost,
  permitted,
  saturatedInputs,
  saturates,
} from "../shared/maths/shallow.js";
import { swatch } from "./controls.js";
import { isCollapsed, isSquashed, words } from "./state.js";

/**
 * The table of z, a, sigma'(z) and v a of every unit at x: its last column adds up.
 * @param {number} length
 */
export function readingTable(length) {
  /** @param {number} count */
  const cells = (count) => Array.from({ length: count }, () => h("td"));
  /** @param {number} j */
  const unit = (j) => h("th", { scope: "row", html: `${swatch(j)}<span>${j + 1}</span>` });
  const rows = Array.from({ length }, (_, j) => ({ head: unit(j), cells: cells(4) }));
  /** @param {string} html */
  const total = (html) => ({ head: h("th", { scope: "row", colspan: 4, html }), cells: cells(1) });
  const totals = [
    total(`output bias ${symbol("c")}`),
    total(`sum ${symbol("z")}`),
    total(`output ${symbol("a")}`),
  ];
  /** @param {{ head: HTMLElement, cells: HTMLElement[] }} row */
  const line = ({ head, cells: row }) => h("tr", {}, head, ...row);
  const heads = ["unit", symbol("z"), symbol("a"), "σ′(z)", `${symbol("v")} ${symbol("a")}`];
  const element = h(
    "table.nn-act-readings",
    { "aria-label": "Every unit at x" },
    h("thead", {}, h("tr", {}, ...heads.map((html) => h("th", { scope: "col", html })))),
    h("tbody", {}, ...rows.map(line)),
    h("tfoot", {}, ...totals.map(line)),
  );
  return {
    element,
    /** @param {ActivationState} state */
    set(state) {
      const read = numbersAt(state);
      rows.forEach(({ cells: row }, j) => row.forEach((cell, k) => paint(cell, read.units[j][k])));
      totals.forEach(({ cells: [cell] }, k) => paint(cell, read.totals[k]));
      paint(totals[2].head, markup(outputWords(state, symbol)));
    },
  };
}

/**
 * At x, as texts: z, a, sigma'(z) and v a of every unit; then the bias, the sum, the output.
 * @param {ActivationState} state
 */
export function numbersAt(state) {
  const { z, a, slope, parts, sum, output } = forward(state, state.x);
  return {
    units: z.map((_, j) => [z[j], a[j], slope[j], parts[j]].map(compact)),
    totals: [state.c, sum, output].map(compact),
  };
}

/**
 * "output a = sigmoid(z)", with symbols of the html or of the SVG kind.
 * @param {ActivationState} state @param {(name: string) => string} write
 */
export function outputWords(state, write) {
  const name = isSquashed(state) ? words(state.output_activation) : null;
  return `output ${write("a")} = ${name ? `${name}(${write("z")})` : write("z")}`;
}

/**
 * Four significant digits, three where the number is long: the table must fit a phone.
 * @param {number} value
 */
const compact = (value) => number(value, Math.abs(value) < 0.01 ? 3 : 4);

/**
 * The collapse as two cards, the chosen unit's saturation, and the targets where there are any.
 * @param {number} length @param {boolean} targeted
 */
export function verdicts(length, targeted) {
  const cards = ["slope", "intercept"].map((name) => h("div.nn-card", { "data-card": name }));
  const unit = h("p.nn-line.nn-act-saturation");
  const reach = targeted ? h("p.nn-line.nn-act-reach") : null;
  const element = h(
    "div.nn-panel",
    {},
    h("div.nn-equations.nn-act-collapse", { "data-units": length }, ...cards),
    reach,
  );
  return {
    element,
    unit,
    /** @param {ActivationState} state */
    set(state) {
      collapseCards(state).forEach((html, i) => {
        paint(cards[i], markup(html));
        cards[i].classList.toggle("nn-act-done", isCollapsed(state));
      });
      paint(unit, markup(saturationWords(state)));
      if (reach) paint(reach, markup(reachWords(state)));
    },
  };
}

/** @param {ActivationState} state */
function collapseCards(state) {
  const { w, b, v, c, straight } = state;
  const { slope, intercept } = collapse(state);
  const collapsed = isCollapsed(state);
  /** @param {string} kind */
  const terms = (kind) => v.map((_, j) => symbol(`v${j + 1}`) + symbol(`${kind}${j + 1}`));
  /** @param {number[]} values */
  const products = (values) => v.map((weight, j) => `${bracketed(weight)}·${bracketed(values[j])}`);
  const bending = straight.flatMap((bare, j) => (bare ? [] : [j + 1]));
  const who =
    bending.length > 1
      ? `units ${bending.join(", ")} still bend`
      : `unit ${bending[0]} still bends`;
  /** @type {(list: string[], value: number) => string} */
  const numbers = (list, value) =>
    collapsed
      ? `= ${list.join(" + ")} = <b>${number(value)}</b>`
      : `<span class="nn-muted">no line yet: ${who}</span>`;
  /** @type {(left: string, list: string[]) => string} */
  const law = (left, list) => `<span class="nn-law">${left} = ${list.join(" + ")}</span>`;
  const [W, B] = ["w", "b"].map(
    (kind) => (/** @type {number} */ l) =>
      `<span class="nn-symbol nn-${kind}"><i>${kind === "w" ? "W" : "b"}</i></span><sup>${l}</sup>`,
  );
  return [
    `<span class="nn-caption">${collapsed ? "the slope of the one line that is left" : "the slope, were every unit straight"}</span>${law(`${W(2)}${W(1)}`, terms("w"))}<span class="nn-filled">${numbers(products(w), slope)}</span>`,
    `<span class="nn-caption">${collapsed ? "its intercept: affine, not linear" : "the intercept, were every unit straight"}</span>${law(`${W(2)}${B(1)} + ${B(2)}`, [...terms("b"), symbol("c")])}<span class="nn-filled">${numbers([...products(b), bracketed(c)], intercept)}</span>`,
  ];
}

/** @param {number} value */
const bracketed = (value) => (value < 0 ? `(${short(value)})` : short(value));

/** @param {ActivationState} state */
export function saturationWords(state) {
  const j = state.unit - 1;
  const name = `<b>Unit ${state.unit}</b>`;
  if (state.straight[j])
    return `${name} is straight: <i>σ</i>′ is 1 everywhere, it cannot saturate.`;
  if (!saturates(state.activation))
    return `${name}: ${words(state.activation)} has no flat end, so nothing is marked as saturated.`;
  const intervals = saturatedInputs(state, j, [-Infinity, Infinity]);
  const rule = "there <i>σ</i>′ is below 5 % of its largest";
  if (!intervals.length) return `${name} has no weight and is saturated nowhere.`;
  const where = intervals.map(([from, to]) => {
    if (from === -Infinity && to === Infinity) return "everywhere";
    return from === -Infinity ? `left of ${number(to)}` : `right of ${number(from)}`;
  });
  return `${name} is saturated ${where.join(" and ")} (hatched): ${rule}.`;
}

/** @param {ActivationState} state */
export function reachWords(state) {
  const { targets, output_activation: last } = state;
  const { outside, onEnd, lowest } = permitted(last, targets);
  const [low, high] = ACTIVATIONS[last].range;
  const counted = `${targets.length} target${targets.length > 1 ? "s" : ""}`;
  const cost = `mean ${symbol("C")} = <b>${number(meanCost(state, targets) ?? NaN)}</b>`;
  if (!Number.isFinite(low))
    return `${counted}, all within reach: a sum has no ends. Now ${cost}; the range permits 0.`;
  const ends = onEnd ? ` ${onEnd} on its ends: neared, never met.` : "";
  return `${counted}${outside.length ? `: ${outside.length}` : ", none"} outside the range of ${words(last)}, ${short(low)} to ${short(high)}${outside.length ? " (×)" : ""}.${ends} Now ${cost}; the range permits none below <b>${number(lowest ?? NaN)}</b>.`;
}
