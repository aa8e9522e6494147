// A horizontal number line with marks on it: the track of the chain pictures.
import { label, tag } from "./dom.js";
import { short } from "./format.js";

/**
 * The line with its end ticks, their labels, and a zero tick where zero lies inside.
 * @param {{ scale: Scale, y: number, kind: string }} options @returns {Tags}
 */
export function numberLine({ scale, y, kind }) {
  const [low, high] = scale.domain();
  const ticks = [low, ...(low < 0 && high > 0 ? [0] : []), high];
  const [x0, x1] = scale.range();
  return [
    tag("line", { class: `nn-track nn-${kind}`, x1: x0, x2: x1, y1: y, y2: y }),
    ticks.map((t) =>
      tag("line", { class: "nn-tick", x1: scale(t), x2: scale(t), y1: y - 4, y2: y + 4 }),
    ),
    ticks.map((t) => label(scale(t), y + 13, short(t), { class: "nn-tick-label" })),
  ];
}

/**
 * A solid dot: what is.
 * @param {{ scale: Scale, y: number, value: number, kind: string }} options
 */
export function dot({ scale, y, value, kind }) {
  return tag("circle", {
    class: `nn-dot nn-${kind}`,
    cx: clampedPosition(scale, value),
    cy: y,
    r: 5.5,
  });
}

/**
 * An open ring: what the derivatives promise.
 * @param {{ scale: Scale, y: number, value: number, kind: string }} options
 */
export function ring({ scale, y, value, kind }) {
  return tag("circle", {
    class: `nn-ring nn-${kind}`,
    cx: clampedPosition(scale, value),
    cy: y,
    r: 8,
  });
}

/**
 * A flag on the line: a target.
 * @param {{ scale: Scale, y: number, value: number, text: Content }} options
 */
export function flag({ scale, y, value, text }) {
  const x = clampedPosition(scale, value);
  return [
    tag("path", { class: "nn-flag", d: `M${x},${y + 6}V${y - 13}l7,3.5l-7,3.5` }),
    label(x + (x > scale.range()[1] - 20 ? -5 : 10), y - 10, text, {
      class: "nn-flag-label",
      "text-anchor": x > scale.range()[1] - 20 ? "end" : "start",
    }),
  ];
}

/**
 * A bracket over the line between two values.
 * @param {{ scale: Scale, y: number, from: number, to: number, kind: string }} options
 */
export function bracket({ scale, y, from, to, kind }) {
  const [x0, x1] = [clampedPosition(scale, from), clampedPosition(scale, to)].sort((p, q) => p - q);
  return tag("path", { class: `nn-bracket nn-${kind}`, d: `M${x0},${y - 10}v-4H${x1}v4` });
}

/**
 * Where a value lies on the line; beyond its ends, even at infinity, it waits at the end.
 * @param {Scale} scale @param {number} value
 */
export function clampedPosition(scale, value) {
  const [low, high] = scale.domain();
  return scale(Math.min(high, Math.max(low, value)));
}
