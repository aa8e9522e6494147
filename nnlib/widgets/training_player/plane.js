// The input plane: the output's field, the samples, the units' boundaries and the decision boundary.
import { pixel, pixelPicture, sharpCanvas } from "../shared/drawing/canvas.js";
import { css, mix } from "../shared/drawing/theme.js";
import { contour, gridLines, placeIn } from "./fields.js";
import { drawLit, isDrawn, markLayer, markStamps, strokeCased, unitLine } from "./marks.js";
import { GRID, LINES } from "./scene.js";

const SHADES = 64;
export const FOLD = { alpha: 0.35, width: 0.75 }; // the lines that the clouds show folded

/** The pixels of a field's values, low to high. */
export function shades(from, to, share) {
  return Uint32Array.from({ length: SHADES }, (_, k) =>
    pixel(mix(from, to, (share * k) / (SHADES - 1))),
  );
}

/** Shades one column of a grid of values into a picture of the same grid. */
export function shade(picture, values, stride, column, [low, high], table) {
  const scale = (SHADES - 1) / (high - low || 1);
  const { pixels } = picture;
  for (let i = 0, v = column; i < pixels.length; i++, v += stride) {
    const k = (values[v] - low) * scale + 0.5;
    pixels[i] = table[k < 0 ? 0 : k >= SHADES ? SHADES - 1 : k | 0];
  }
  picture.show();
}

/** Draws a picture of a grid so that its outer points lie on the corners of a square. */
export function drawField(context, picture, side) {
  context.imageSmoothingEnabled = true;
  context.drawImage(picture.element, 0.5, 0.5, GRID - 1, GRID - 1, 0, 0, side, side);
}

/** The lowest and highest of one column of values. */
export function rangeOf(values, stride = 1, column = 0) {
  let [low, high] = [Infinity, -Infinity];
  for (let i = column; i < values.length; i += stride) {
    if (values[i] < low) low = values[i];
    if (values[i] > high) high = values[i];
  }
  return [low, high];
}

const BOUNDS = { sigmoid: [0, 1], softmax: [0, 1], tanh: [-1, 1] };

/** The ends between which activations are shown: the activation's own, or those of the moment. */
export function activationRange(name, values, stride, column) {
  return BOUNDS[name] ?? rangeOf(values, stride, column);
}

/** The output's values over the plane, and the ends between which they are shaded. */
export function outputField({ run, field }) {
  const values = field().a.at(-1);
  return { values, range: activationRange(run.activations.at(-1), values, 1, 0) };
}
export const SHADING = 0.5; // of the colour, where the output is highest

/** The lines that are drawn: { values, stride, column, level, colour, width, dashes } of each. */
export function boundaries({ run, field, borderLevels }, { layer, unit }) {
  const { z } = field();
  const stride = layer < z.length ? run.sizes[layer] : 0;
  const drawn = Array.from({ length: stride }, (_, j) => j).filter((j) => isDrawn(j, unit));
  return [
    ...drawn.map((column) => ({
      ...{ values: z[layer - 1], stride, column, level: 0, width: 2 },
      ...unitLine(column),
    })),
    ...borderLevels().map((level) => ({
      ...{ values: z.at(-1), stride: 1, column: 0, level },
      ...{ colour: "a", width: 3.5, dashes: [] },
    })),
  ];
}

/** Pixels of a mark. */
export const radiusOf = ({ shown }) => (shown.length > 400 ? 2.6 : 3.6);

/** Draws a boundary's line into a path, over a square. */
export function trace(path, { values, stride, column, level }, side) {
  const size = { columns: GRID, rows: GRID, width: side, height: side };
  contour(path, { values, stride, column, level, ...size });
  return path;
}

/** Returns { element, draw(look), nearest(event), places, resize(side) }. */
export function planePanel(scene) {
  const { run, domain, shown } = scene;
  const canvas = sharpCanvas("nn-player-canvas");
  const { context } = canvas;
  const field = pixelPicture(GRID, GRID);
  const still = sharpCanvas(""); // the samples never move: stamped once for a size and a theme
  const marks = markLayer(still);
  const places = {
    rows: shown,
    xs: new Float32Array(shown.length),
    ys: new Float32Array(shown.length),
  };
  let drawnFor = null;
  /** @type {Uint32Array} */
  let table;

  const placeOf = (points, i) => placeIn(domain, canvas.width, points.subarray(2 * i));

  function resize(side) {
    if (!canvas.resize(side, side)) return;
    still.resize(side, side);
    shown.forEach((i, k) => {
      [places.xs[k], places.ys[k]] = placeOf(run.X, i);
    });
    drawnFor = null;
  }

  function prepare(colours) {
    if (drawnFor === colours) return;
    drawnFor = colours;
    table = shades(colours.raised, colours.a, SHADING);
    marks.stamp(markStamps(colours, radiusOf(scene), still.ratio), run, places);
  }

  function draw(look) {
    const { colours, lit, folded } = look;
    prepare(colours);
    if (run.sizes.at(-1) === 1) {
      const { values, range } = outputField(scene);
      shade(field, values, 1, 0, range, table);
      drawField(context, field, canvas.width);
    } else {
      context.fillStyle = css(colours.raised);
      context.fillRect(0, 0, canvas.width, canvas.width);
    }
    if (folded) drawGrid(context, colours);
    context.drawImage(still.element, 0, 0, canvas.width, canvas.width);
    for (const line of boundaries(scene, look)) {
      const style = { ...line, colour: colours[line.colour], under: colours.raised };
      strokeCased(context, trace(new Path2D(), line, canvas.width), style);
    }
    if (lit !== null) drawLit(context, colours, ...placeOf(run.X, lit));
  }

  /** The lines that the clouds show folded. */
  function drawGrid(c, colours) {
    const points = gridLines(domain, LINES, 1);
    c.beginPath();
    for (let i = 0; i < points.length; i += 4) {
      c.moveTo(...placeOf(points, i / 2));
      c.lineTo(...placeOf(points, i / 2 + 1));
    }
    c.strokeStyle = css(colours.muted, FOLD.alpha);
    c.lineWidth = FOLD.width;
    c.stroke();
  }

  return { canvas, element: canvas.element, places, draw, resize };
}
