// A network as a picture: units in columns, weights as lines. Elements and geometry only.
import { label, tag } from "./dom.js";
import { short } from "./format.js";

/**
 * Where every unit of a network lies: { at(l, j), cost, radius, height, width }, l = 0 being the
 * inputs. `withCost` leaves a last column for C.
 * @param {Matrix[]} W @param {number} width
 * @param {{ withCost?: boolean, pitch?: number, radius?: number, margin?: number }} [options]
 */
export function layoutDiagram(
  W,
  width,
  { withCost = true, pitch = 76, radius = 17, margin = radius + 12 } = {},
) {
  const sizes = [W[0][0].length, ...W.map((matrix) => matrix.length)];
  const columns = sizes.length + (withCost ? 1 : 0);
  const step = (width - 2 * margin) / (columns - 1);
  const height = Math.max(...sizes) * pitch + 12;
  /** @type {(l: number, j: number) => Point} */
  const at = (l, j) => ({
    x: margin + l * step,
    y: height / 2 + (j - (sizes[l] - 1) / 2) * pitch,
  });
  return {
    at,
    sizes,
    radius,
    width,
    height,
    isTight: step < 76,
    cost: { x: width - margin, y: height / 2 },
  };
}

/**
 * A line between two units' rims; further attributes are its own.
 * @param {{
 *   from: Point, to: Point, radius: number, className?: string, thickness?: number,
 *   [attribute: string]: any,
 * }} options
 */
export function edge({ from, to, radius, className = "", thickness = 1.5, ...more }) {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const [ux, uy] = [(to.x - from.x) / length, (to.y - from.y) / length];
  return tag("line", {
    class: `nn-edge ${className}`,
    x1: from.x + ux * radius,
    y1: from.y + uy * radius,
    x2: to.x - ux * radius,
    y2: to.y - uy * radius,
    "stroke-width": thickness,
    ...more,
  });
}

/**
 * A point on the line between two units, at a share of the way.
 * @param {Point} from @param {Point} to @param {number} share
 */
export function along(from, to, share) {
  return { x: from.x + share * (to.x - from.x), y: from.y + share * (to.y - from.y) };
}

/**
 * A unit: a circle with its value inside, its symbol (`markup`) above, and a line of text below.
 * @param {{
 *   at: Point, radius: number, kind: string, value: number,
 *   above?: Content, below?: Content, className?: string,
 * }} options
 */
export function unit({ at, radius, kind, value, above = "", below = "", className = "" }) {
  const text = brief(value);
  const size = text.length > 5 ? "nn-unit-value nn-long" : "nn-unit-value";
  return tag("g", { class: `nn-unit ${className}` }, [
    tag("circle", { class: `nn-unit-rim nn-${kind}`, cx: at.x, cy: at.y, r: radius }),
    label(at.x, at.y, text, { class: size, "text-anchor": "middle" }),
    label(at.x, at.y - radius - 12, above, {
      class: `nn-unit-name nn-${kind}`,
      "text-anchor": "middle",
    }),
    label(at.x - 5, at.y + radius + 9, below, { class: "nn-unit-below nn-d" }),
  ]);
}

/**
 * A number short enough for a circle: at most five characters, but for small negative ones.
 * @param {number} value
 */
export function brief(value) {
  const size = Math.abs(value);
  if (size >= 9999.5 || (size > 0 && size < 0.0005))
    return value.toExponential(0).replace("+", "").replace("-", "−");
  const digits = size < 0.0995 ? 3 : size < 9.95 ? 2 : size < 99.5 ? 1 : 0;
  return short(Number(value.toFixed(digits)));
}
