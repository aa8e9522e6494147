// A small plot: two axes, curves, points. Markup only.
import { line } from "./vendor/d3.js";
import { label, tag } from "./dom.js";

export const MARGIN = { left: 58, right: 14, top: 26, bottom: 40 };

/** Axes, title and labels; `ticks` of each axis are values with `text`. */
export function plotFrame({ x, y, xTicks, yTicks, title, xLabel }) {
  const [left, right] = x.range();
  const [bottom, top] = y.range();
  return [
    label(left - MARGIN.left + 4, top - 16, title, { class: "nn-plot-title" }),
    ...yTicks.map((t) =>
      tag("line", { class: "nn-grid", x1: left, x2: right, y1: y(t.value), y2: y(t.value) }),
    ),
    ...yTicks.map((t) =>
      label(left - 6, y(t.value), t.text, { class: "nn-axis-label", "text-anchor": "end" }),
    ),
    tag("path", { class: "nn-axis", d: `M${left},${top}V${bottom}H${right}` }),
    ...xTicks.map((t) =>
      tag("line", { class: "nn-tick", x1: x(t.value), x2: x(t.value), y1: bottom, y2: bottom + 4 }),
    ),
    ...xTicks.map((t) =>
      label(x(t.value), bottom + 12, t.text, { class: "nn-axis-label", "text-anchor": "middle" }),
    ),
    label((left + right) / 2, bottom + 29, xLabel, {
      class: "nn-axis-label",
      "text-anchor": "middle",
    }),
  ].join("");
}

/** A polyline through [x, y] pairs; a pair that is not finite breaks it. */
export function curve(x, y, points, className) {
  const path = line()
    .defined(([px, py]) => Number.isFinite(px) && Number.isFinite(py))
    .x(([px]) => x(px))
    .y(([, py]) => y(py));
  return tag("path", { class: `nn-curve ${className}`, d: path(points) ?? "" });
}

/** Ticks of a linear scale. */
export function linearTicks(scale, count) {
  const text = scale.tickFormat(count);
  return scale.ticks(count).map((value) => ({ value, text: text(value) }));
}

/** Whole powers of ten inside a log scale, every `every`-th of them. */
export function powerTicks(scale, every = 1) {
  const [low, high] = scale.domain().map(Math.log10);
  const ticks = [];
  for (let k = Math.ceil(low - 1e-9); k <= high + 1e-9; k++) {
    if (k % every === 0)
      ticks.push({
        value: 10 ** k,
        text: `10<tspan class="nn-sup" dy="-0.4em">${k < 0 ? "−" : ""}${Math.abs(k)}</tspan>`,
      });
  }
  return ticks;
}
