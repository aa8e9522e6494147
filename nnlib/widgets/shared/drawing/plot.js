// A small plot: two axes, curves, points.
import { line } from "../vendor/d3.js";
import { label, rounded, tag, unselectable } from "./dom.js";
import { markup } from "./markup.js";

export const MARGIN = { left: 58, right: 14, top: 26, bottom: 40 };

/**
 * Axes, title and labels; `ticks` of each axis are values with `text`; `xLabel` may be left out.
 * @param {{
 *   x: Scale, y: Scale, xTicks: Tick[], yTicks: Tick[], title: Content, xLabel?: Content,
 * }} options
 * @returns {Tags}
 */
export function plotFrame({ x, y, xTicks, yTicks, title, xLabel }) {
  const [left, right] = x.range();
  const [bottom, top] = y.range();
  return [
    label(Math.max(6, left - MARGIN.left + 4), top - 16, title, { class: "nn-plot-title" }),
    tag("path", {
      class: "nn-grid",
      d: yTicks.map((t) => `M${left},${rounded(y(t.value))}H${right}`).join(""),
    }),
    yTicks.map((t) =>
      label(left - 6, y(t.value), t.text, { class: "nn-axis-label", "text-anchor": "end" }),
    ),
    tag("path", { class: "nn-axis", d: `M${left},${top}V${bottom}H${right}` }),
    tag("path", {
      class: "nn-tick",
      d: xTicks.map((t) => `M${rounded(x(t.value))},${bottom}v4`).join(""),
    }),
    xTicks.map((t) =>
      label(x(t.value), bottom + 12, t.text, { class: "nn-axis-label", "text-anchor": "middle" }),
    ),
    xLabel
      ? label((left + right) / 2, bottom + 29, xLabel, {
          class: "nn-axis-label",
          "text-anchor": "middle",
        })
      : [],
  ];
}

/**
 * A polyline through [x, y] pairs; a pair that is not finite breaks it.
 * @param {Scale} x @param {Scale} y @param {Pair[]} points @param {string} className
 */
export function curve(x, y, points, className) {
  const path = line()
    .digits(1)
    .defined(([px, py]) => Number.isFinite(px) && Number.isFinite(py))
    .x(([px]) => x(px))
    .y(([, py]) => y(py));
  return tag("path", { class: `nn-curve ${className}`, d: path(points) ?? "" });
}

/**
 * Dots at [x, y] pairs, in one path: of a stroke nearly without length its round ends are left. (In
 * a PDF of Firefox's, one that is wholly without gets some.)
 * @param {Scale} x @param {Scale} y @param {Pair[]} points @param {string} className
 */
export function smallDots(x, y, points, className) {
  const d = points.map(([px, py]) => `M${rounded(x(px))},${rounded(y(py))}h.01`).join("");
  return tag("path", { class: `nn-small-dots ${className}`, d });
}

/**
 * Ticks of a linear scale.
 * @param {Scale} scale @param {number} count @returns {Tick[]}
 */
export function linearTicks(scale, count) {
  const text = scale.tickFormat(count);
  return scale.ticks(count).map((value) => ({ value, text: text(value) }));
}

/**
 * Whole powers of ten inside a log scale, every `every`-th of them; none where it has no end.
 * @param {Scale} scale @returns {Tick[]}
 */
export function powerTicks(scale, every = 1) {
  const [low, high] = scale.domain().map(Math.log10);
  if (!Number.isFinite(high - low)) return [];
  const ticks = [];
  for (let k = Math.ceil(low - 1e-9); k <= high + 1e-9; k++) {
    if (k % every === 0)
      ticks.push({
        value: 10 ** k,
        text: markup(
          `10<tspan class="nn-sup" dy="-0.4em">${k < 0 ? "−" : ""}${Math.abs(k)}</tspan>`,
        ),
      });
  }
  return ticks;
}

/**
 * Places of labels, at least `apart` from one another and inside [low, high], near where asked.
 * @param {number[]} places @param {number} apart @param {Pair} ends
 */
export function spread(places, apart, [low, high]) {
  const order = places.map((_, i) => i).sort((i, j) => places[i] - places[j]);
  const result = [...places];
  order.forEach((i, k) => {
    const free = k ? result[order[k - 1]] + apart : low;
    result[i] = Math.max(result[i], free);
  });
  let free = high;
  for (const i of order.reverse()) {
    result[i] = Math.min(result[i], free);
    free = result[i] - apart;
  }
  return result;
}

/**
 * A stripe along the x axis from `from` to `to`, hatched so that it needs no colour.
 * @param {{ x: Scale, y: Scale, from: number, to: number, kind: string }} options
 */
export function axisBand({ x, y, from, to, kind }) {
  const bottom = y.range()[0];
  const [left, right] = [x(from), x(to)];
  const strokes = [];
  for (let place = left + 3; place <= right; place += 6)
    strokes.push(`M${place - 3},${bottom}l4,-7`);
  return [
    tag("rect", {
      class: "nn-zone",
      x: left,
      y: y.range()[1],
      width: right - left,
      height: bottom - y.range()[1],
    }),
    tag("path", { class: `nn-hatch nn-${kind}`, d: strokes.join("") }),
  ];
}

/**
 * An upright arrow from one value to another at the place `px`, clear of what lies under it.
 * @param {{ y: Scale, px: number, from: number, to: number, className: string }} options
 */
export function upright({ y, px, from, to, className }) {
  const [start, end] = [y(from), y(to)];
  const head = 5 * Math.sign(start - end);
  const tip = Math.abs(start - end) < 8 ? "" : `m-3.5,${head}l3.5,${-head}l3.5,${head}`;
  const d = `M${px},${start}V${end}${tip}`;
  return [
    tag("path", { class: "nn-clearing", d }),
    tag("path", { class: `nn-upright ${className}`, d }),
  ];
}

/**
 * Lets a pointer on a plot set a value along its x axis. `toValue(px)` is the plot's own scale.
 * @param {SVGSVGElement} svg @param {(px: number) => number} toValue
 * @param {(value: number) => void} onValue
 */
export function dragAlong(svg, toValue, onValue) {
  /** @param {PointerEvent} event */
  const tell = (event) => onValue(toValue(event.clientX - svg.getBoundingClientRect().left));
  unselectable(svg);
  svg.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    svg.setPointerCapture(event.pointerId);
    tell(event);
  });
  svg.addEventListener("pointermove", (event) => {
    if (svg.hasPointerCapture(event.pointerId)) tell(event);
  });
}
