// How samples and units look: a mark for each class, a line for each unit. Neither needs its colour.
import { paintable } from "../shared/drawing/canvas.js";
import { css } from "../shared/drawing/theme.js";

const OUTLINES = {
  circle: (c, r) => c.arc(0, 0, r, 0, 2 * Math.PI),
  square: (c, r) => c.rect(-0.88 * r, -0.88 * r, 1.76 * r, 1.76 * r),
  triangle: (c, r) => {
    c.moveTo(0, -1.15 * r);
    c.lineTo(1.1 * r, 0.85 * r);
    c.lineTo(-1.1 * r, 0.85 * r);
    c.closePath();
  },
};
const MARKS = [
  ["circle", "open"],
  ["circle", "filled"],
  ["square", "open"],
  ["square", "filled"],
  ["triangle", "open"],
  ["triangle", "filled"],
];

// Colours by name and pixels: of a mark's inside and rim; of a line's clearing; of a lit one's rings.
const FILLS = {
  open: { fill: "raised", stroke: "muted", width: 1.25, inset: 0.3 },
  filled: { fill: "ink", stroke: "raised", width: 0.6, inset: 0 },
};
export const CASING = { alpha: 0.75, wider: 2.5 };
export const RINGS = { radius: 7, strokes: Object.entries({ raised: 5, ink: 2.25 }) };

/** Each class's mark: { fill, stroke, width }, and its outline around (0, 0) in a path. */
export const STAMPS = MARKS.map(([outline, kind]) => {
  const { inset, ...style } = FILLS[kind];
  return { ...style, outline: (path, radius) => OUTLINES[outline](path, radius - inset) };
});

/** Which mark sample i has. */
export const markOf = ({ answers, isClassed }, i) => (isClassed ? answers[i] % MARKS.length : 1);

/** The class's mark in words. */
export const markWords = (kind) => MARKS[kind % MARKS.length].toReversed().join(" ");

/**
 * Every class's mark, to be stamped: { list, side, ratio }, a mark being `side` times `side` device
 * pixels as [red, green, blue, alpha] bytes, with its weight (alpha) from 0 to 1 beside them.
 */
export function markStamps(colours, radius, ratio) {
  const side = 2 * Math.ceil((radius + 1) * ratio) + 1; // odd: it has a pixel in its middle
  const list = STAMPS.map(({ fill, stroke, width, outline }) => {
    const element = document.createElement("canvas");
    element.width = element.height = side;
    const c = paintable(element, { willReadFrequently: true });
    c.setTransform(ratio, 0, 0, ratio, side / 2, side / 2);
    c.beginPath();
    outline(c, radius);
    c.fillStyle = css(colours[fill]);
    c.strokeStyle = css(colours[stroke]);
    c.lineWidth = width;
    c.fill();
    c.stroke();
    const { data } = c.getImageData(0, 0, side, side);
    return { pixels: new Uint32Array(data.buffer), bytes: data };
  });
  return { list, side, ratio };
}

/**
 * A layer of marks over a canvas, pixel by pixel: a thousand stamps cost a browser without a
 * graphics card several milliseconds as drawImage, and a fraction of one so.
 * Returns { resize(), stamp(stamps, run, places) } over a `sharpCanvas`.
 * @param {Canvas} canvas
 */
export function markLayer(canvas) {
  /** @type {ImageData | undefined} */
  let image;
  /** @type {Uint32Array} */
  let pixels;

  function stamp({ list, side, ratio }, run, { rows, xs, ys }) {
    const { width, height } = canvas.element;
    if (!image || image.width !== width || image.height !== height) {
      image = canvas.context.createImageData(width, height);
      pixels = new Uint32Array(image.data.buffer);
    }
    pixels.fill(0);
    const half = (side - 1) / 2;
    for (let k = 0; k < rows.length; k++) {
      const mark = list[markOf(run, rows[k])];
      const left = Math.floor(xs[k] * ratio) - half;
      const top = Math.floor(ys[k] * ratio) - half;
      if (left < 0 || top < 0 || left + side > width || top + side > height) continue;
      for (let y = 0, from = 0; y < side; y++) {
        let to = (top + y) * width + left;
        for (let x = 0; x < side; x++, from++, to++) {
          const alpha = mark.bytes[4 * from + 3];
          if (alpha === 0) continue;
          if (alpha === 255 || pixels[to] === 0) pixels[to] = mark.pixels[from];
          else blend(image.data, 4 * to, mark.bytes, 4 * from, alpha / 255);
        }
      }
    }
    canvas.context.putImageData(image, 0, 0);
  }

  return { stamp };
}

/** A pixel that covers another one in part. */
function blend(under, to, over, from, share) {
  for (let k = 0; k < 3; k++) under[to + k] += share * (over[from + k] - under[to + k]);
  under[to + 3] += share * (255 - under[to + 3]);
}

/** A ring around one sample, on whatever lies below. */
export function drawLit(context, colours, x, y, radius = RINGS.radius) {
  for (const [colour, width] of RINGS.strokes) {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.setLineDash([]);
    context.strokeStyle = css(colours[colour]);
    context.lineWidth = width;
    context.stroke();
  }
}

const UNIT_COLOURS = ["w", "d", "z", "b"];
const UNIT_DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3]];

/** The colour (its name) and the dashes of a unit's boundary and of its cut, j from 0. */
export function unitLine(j) {
  const k = j % UNIT_COLOURS.length;
  return { colour: UNIT_COLOURS[k], dashes: UNIT_DASHES[k] };
}

/** Whether unit j's boundary is drawn: the chosen one's (from 1), or the first four. */
export const isDrawn = (j, chosen) => (chosen ? chosen === j + 1 : j < UNIT_COLOURS.length);

/**
 * Strokes a path twice: a clearing, and the line on it.
 * @param {CanvasRenderingContext2D} context @param {Path2D} path
 * @param {{ colour: Colour, under: Colour, width: number, dashes?: number[], alpha?: number }} line
 */
export function strokeCased(context, path, { colour, under, width, dashes = [], alpha = 1 }) {
  context.lineJoin = context.lineCap = "round";
  context.globalAlpha = alpha;
  context.setLineDash([]);
  context.strokeStyle = css(under, CASING.alpha);
  context.lineWidth = width + CASING.wider;
  context.stroke(path);
  context.lineCap = "butt";
  context.setLineDash(dashes);
  context.strokeStyle = css(colour);
  context.lineWidth = width;
  context.stroke(path);
  context.setLineDash([]);
  context.globalAlpha = 1;
}

/** An arrow from one point to another; its head only where it is long enough for one. */
export function addArrow(path, x0, y0, x1, y1) {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const length = Math.hypot(dx, dy);
  if (length < 1) return;
  path.moveTo(x0, y0);
  path.lineTo(x1, y1);
  addHead(path, x1, y1, dx / length, dy / length, Math.min(5, length / 2));
}

/** The head of an arrow that comes in the direction (ux, uy). */
export function addHead(path, x, y, ux, uy, size) {
  for (const side of [1, -1]) {
    path.moveTo(x, y);
    path.lineTo(x - size * (ux + 0.6 * side * uy), y - size * (uy - 0.6 * side * ux));
  }
}
