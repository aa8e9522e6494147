// The input plane: the output's field, the samples, the units' boundaries and the decision boundary.
import { pixel, pixelPicture, sharpCanvas } from "../shared/drawing/canvas.js";
import { css, mix } from "../shared/drawing/theme.js";
import { contour, gridLines } from "./fields.js";
import { drawLit, isDrawn, markLayer, markStamps, strokeCased, unitLine } from "./marks.js";
import { GRID, LINES } from "./scene.js";

const SHADES = 64;

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

  const px = (x) => ((x - domain[0][0]) / (domain[0][1] - domain[0][0])) * canvas.width;
  const py = (y) => ((domain[1][1] - y) / (domain[1][1] - domain[1][0])) * canvas.width;

  function resize(side) {
    if (!canvas.resize(side, side)) return;
    still.resize(side, side);
    shown.forEach((i, k) => {
      places.xs[k] = px(run.X[2 * i]);
      places.ys[k] = py(run.X[2 * i + 1]);
    });
    drawnFor = null;
  }

  function prepare(colours) {
    if (drawnFor === colours) return;
    drawnFor = colours;
    table = shades(colours.raised, colours.a, 0.5);
    const radius = shown.length > 400 ? 2.6 : 3.6;
    marks.stamp(markStamps(colours, radius, still.ratio), run, places);
  }

  function lineOf(values, stride, column, level) {
    const path = new Path2D();
    const size = { width: canvas.width, height: canvas.width };
    contour(path, { values, stride, column, level, columns: GRID, rows: GRID, ...size });
    return path;
  }

  function draw({ colours, layer, unit, lit, folded }) {
    prepare(colours);
    const { z, a } = scene.field();
    const last = z.length;
    const outputs = run.sizes[last];
    if (outputs === 1) {
      shade(field, a[last], 1, 0, activationRange(run.activations[last - 1], a[last], 1, 0), table);
      drawField(context, field, canvas.width);
    } else {
      context.fillStyle = css(colours.raised);
      context.fillRect(0, 0, canvas.width, canvas.width);
    }
    if (folded) drawGrid(context, colours);
    context.drawImage(still.element, 0, 0, canvas.width, canvas.width);
    if (layer < last) {
      const width = run.sizes[layer];
      for (let j = 0; j < width; j++) {
        if (!isDrawn(j, unit)) continue;
        const { colour, dashes } = unitLine(j);
        const path = lineOf(z[layer - 1], width, j, 0);
        const style = { colour: colours[colour], under: colours.raised, width: 2, dashes };
        strokeCased(context, path, style);
      }
    }
    for (const level of scene.borderLevels()) {
      const path = lineOf(z[last - 1], 1, 0, level);
      strokeCased(context, path, { colour: colours.a, under: colours.raised, width: 3.5 });
    }
    if (lit !== null) drawLit(context, colours, px(run.X[2 * lit]), py(run.X[2 * lit + 1]));
  }

  /** The lines that the clouds show folded. */
  function drawGrid(c, colours) {
    const points = gridLines(domain, LINES, 1);
    c.beginPath();
    for (let i = 0; i < points.length; i += 4) {
      c.moveTo(px(points[i]), py(points[i + 1]));
      c.lineTo(px(points[i + 2]), py(points[i + 3]));
    }
    c.strokeStyle = css(colours.muted, 0.35);
    c.lineWidth = 0.75;
    c.stroke();
  }

  return { canvas, element: canvas.element, places, draw, resize };
}
