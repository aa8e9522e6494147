// A hidden layer of two or three units as a space: the samples in it, the input plane folded into
// it, and flat in it the cuts that the next layer's units make.
import { sharpCanvas } from "../shared/drawing/canvas.js";
import { h, paint } from "../shared/drawing/dom.js";
import { trimmed } from "../shared/drawing/format.js";
import { markup } from "../shared/drawing/markup.js";
import { css } from "../shared/drawing/theme.js";
import {
  addArrow,
  addHead,
  drawLit,
  isDrawn,
  markLayer,
  markStamps,
  strokeCased,
  unitLine,
} from "./marks.js";
import { activationRange, rangeOf } from "./plane.js";
import { LINES, PIECES } from "./scene.js";
import { CORNERS, EDGES, FLAT, projection, slice, sliceFlat } from "./space.js";

const LONGEST = 0.3; // of the box's side that an arrow -dC/da takes; shorter ones are to scale
const DIAGONAL = Math.sqrt(3);

/** The cloud of layer `layer`, from 1. Returns { element, draw(look), places, resize(w, h) }. */
export function cloudPanel(scene, layer) {
  const { run, shown } = scene;
  const units = run.sizes[layer];
  const canvas = sharpCanvas("nn-player-canvas");
  const front = sharpCanvas("nn-player-canvas"); // the samples, and what lies over them
  const { context } = canvas;
  const marks = markLayer(front);
  const axes = Array.from({ length: units }, () => h("span.nn-player-axis"));
  const scaleWords = h("span.nn-player-scale");
  const element = h(
    "div.nn-player-cloud",
    { "aria-hidden": "true" },
    canvas.element,
    front.element,
    ...axes,
    scaleWords,
  );
  const places = {
    rows: shown,
    xs: new Float32Array(shown.length),
    ys: new Float32Array(shown.length),
  };
  /** @type {ReturnType<typeof markStamps>} */
  let stamps;
  let stampsFor = null;
  // how [u, v, w] of the box become pixels
  const to = { x: [0, 0, 0], y: [0, 0, 0], x0: 0, y0: 0 };
  const px = (p) => to.x0 + to.x[0] * p[0] + to.x[1] * p[1] + to.x[2] * p[2];
  const py = (p) => to.y0 + to.y[0] * p[0] + to.y[1] * p[1] + to.y[2] * p[2];

  function turn(angles) {
    const { x, y } = units === 3 ? projection(angles) : FLAT;
    const [across, down] = [canvas.width - 30, canvas.height - 40]; // room for names
    const size =
      units === 3 ? Math.min(across / Math.SQRT2, down / DIAGONAL) : Math.min(across - 18, down);
    to.x = x.map((v) => v * size);
    to.y = y.map((v) => v * size);
    const used = units === 3 ? [0.5, 0.5, 0.5] : [0.5, 0.5, 0];
    to.x0 = canvas.width / 2 - used.reduce((sum, u, k) => sum + u * to.x[k], 0);
    to.y0 = canvas.height / 2 - used.reduce((sum, u, k) => sum + u * to.y[k], 0);
  }

  /** Low and high end of every axis: the same for all, so that no direction is stretched. */
  function ends(view, trace) {
    if (view === "a") {
      const [low, high] = activationRange(run.activations[layer - 1], trace.a[layer]);
      return [Math.min(0, low), high];
    }
    const most = Math.max(...rangeOf(trace.z[layer - 1]).map(Math.abs));
    return [-most, most];
  }

  function draw(look) {
    const { colours, view } = look;
    if (stampsFor !== colours || stamps?.ratio !== front.ratio) {
      stampsFor = colours;
      stamps = markStamps(colours, shown.length > 400 ? 2.2 : 3.2, front.ratio);
    }
    const trace = scene.samples();
    const [low, high] = ends(view, trace);
    const scale = 1 / (high - low || 1);
    turn(look.turn);
    canvas.clear();
    drawBox(colours);
    nameAxes(view, low, high);
    if (view === "a") drawCuts(look, low, high);
    else drawZeros(look);
    const valuesOf = ({ z, a }) => (view === "a" ? a[layer] : z[layer - 1]);
    if (look.folded) drawFold(colours, valuesOf(scene.fold()), low, scale);
    placeSamples(valuesOf(trace), low, scale);
    marks.stamp(stamps, run, places);
    if (look.arrows === "steps" || look.arrows === "both") drawSteps(look, valuesOf, low, scale);
    if (view === "a" && (look.arrows === "ask" || look.arrows === "both"))
      drawAsks(look, low, scale);
    if (look.lit !== null) {
      const p = point(valuesOf(trace), look.lit, low, scale);
      drawLit(front.context, colours, px(p), py(p));
    }
  }

  const point = (values, i, low, scale) => {
    const p = [0, 0, 0];
    for (let k = 0; k < units; k++) p[k] = (values[i * units + k] - low) * scale;
    return p;
  };

  function placeSamples(values, low, scale) {
    const { x, y, x0, y0 } = to;
    const third = units === 3;
    shown.forEach((i, k) => {
      const at = i * units;
      const u = (values[at] - low) * scale;
      const v = (values[at + 1] - low) * scale;
      const w = third ? (values[at + 2] - low) * scale : 0;
      places.xs[k] = x0 + x[0] * u + x[1] * v + x[2] * w;
      places.ys[k] = y0 + y[0] * u + y[1] * v + y[2] * w;
    });
  }

  function drawBox(colours) {
    const edges = units === 3 ? EDGES : EDGES.filter(([i, j]) => i < 4 && j < 4);
    context.beginPath();
    for (const [i, j] of edges) {
      context.moveTo(px(CORNERS[i]), py(CORNERS[i]));
      context.lineTo(px(CORNERS[j]), py(CORNERS[j]));
    }
    context.setLineDash([]);
    context.strokeStyle = css(colours.line);
    context.lineWidth = 1;
    context.stroke();
  }

  /** The names at the ends of the axes, and what the ends stand for. */
  function nameAxes(view, low, high) {
    axes.forEach((axis, k) => {
      const tip = [0, 0, 0].with(k, 1);
      const [x0, y0] = [px([0, 0, 0]), py([0, 0, 0])];
      const [dx, dy] = [px(tip) - x0, py(tip) - y0];
      const out = 1 + 11 / (Math.hypot(dx, dy) || 1);
      const place = `translate(${(x0 + out * dx).toFixed(1)}px, ${(y0 + out * dy).toFixed(1)}px)`;
      if (axis.style.transform !== place) axis.style.transform = place;
      paint(axis, markup(`<i class="nn-${view}">${view}<sub>${k + 1}</sub></i>`));
    });
    paint(scaleWords, `axes ${trimmed(low, 2)} to ${trimmed(high, 2)}`);
  }

  /**
   * Where the z of a unit of the next layer is 0: flat, since z is W a + b. Only what the input
   * plane shows too: the chosen layer's units, and the output.
   */
  function drawCuts(look, low, high) {
    const { W, b } = scene.network();
    const next = run.sizes[layer + 1];
    const isOutput = layer + 1 === run.sizes.length - 1;
    if (!isOutput && look.layer !== layer + 1) return;
    for (let j = 0; j < next; j++) {
      if (!isDrawn(j, isOutput ? 0 : look.unit)) continue;
      const n = [0, 0, 0];
      let d = b[layer][j];
      for (let k = 0; k < units; k++) {
        const w = W[layer][j * units + k];
        n[k] = w * (high - low);
        d += w * low;
      }
      const line = isOutput && next === 1 ? { colour: "a", dashes: [] } : unitLine(j);
      const levels = isOutput ? scene.borderLevels() : [0];
      for (const level of levels) drawCut(look.colours, line, cut(n, d - level), isOutput);
    }
  }

  const cut = (n, d) => (units === 3 ? slice(n, d) : sliceFlat(n, d));

  /** Before the squash a unit's own boundary is where its coordinate is 0. */
  function drawZeros(look) {
    if (look.layer !== layer) return;
    for (let j = 0; j < units; j++) {
      if (!isDrawn(j, look.unit)) continue;
      const n = [0, 0, 0].with(j, 1);
      drawCut(look.colours, unitLine(j), cut(n, -0.5), false);
    }
  }

  function drawCut(colours, { colour, dashes }, points, strong) {
    if (points.length < 2) return;
    const path = new Path2D();
    points.forEach((p, k) => (k ? path.lineTo(px(p), py(p)) : path.moveTo(px(p), py(p))));
    if (units === 3) {
      path.closePath();
      context.fillStyle = css(colours[colour], 0.13);
      context.fill(path);
    }
    const width = strong ? 2.5 : 1.75;
    strokeCased(context, path, { colour: colours[colour], under: colours.raised, width, dashes });
  }

  function drawFold(colours, values, low, scale) {
    const { x, y, x0, y0 } = to;
    context.beginPath();
    for (let line = 0, i = 0; line < 2 * LINES; line++) {
      for (let p = 0; p <= PIECES; p++, i += units) {
        const u = (values[i] - low) * scale;
        const v = (values[i + 1] - low) * scale;
        const w = units === 3 ? (values[i + 2] - low) * scale : 0;
        const qx = x0 + x[0] * u + x[1] * v + x[2] * w;
        const qy = y0 + y[0] * u + y[1] * v + y[2] * w;
        if (p) context.lineTo(qx, qy);
        else context.moveTo(qx, qy);
      }
    }
    context.strokeStyle = css(colours.muted, 0.5);
    context.lineWidth = 0.75;
    context.stroke();
  }

  function drawAsks({ colours, lit }, low, scale) {
    const { rows, trace, da } = scene.asks(lit);
    const slopes = da[layer];
    const path = new Path2D();
    rows.forEach((_, k) => {
      const p = point(trace.a[layer], k, low, scale);
      const g = [0, 0, 0];
      for (let m = 0; m < units; m++) g[m] = -scale * slopes[k * units + m];
      const length = Math.hypot(...g);
      const held = length > LONGEST ? LONGEST / length : 1;
      const q = p.map((v, m) => v + held * g[m]);
      addArrow(path, px(p), py(p), px(q), py(q));
    });
    strokeCased(front.context, path, { colour: colours.C, under: colours.raised, width: 1.5 });
  }

  function drawSteps({ colours, lit }, valuesOf, low, scale) {
    const { rows, traces } = scene.steps(lit);
    if (traces.length < 2) return;
    const path = new Path2D();
    rows.forEach((_, k) => {
      const way = traces.map((trace) => point(valuesOf(trace), k, low, scale));
      const [xs, ys] = [way.map(px), way.map(py)];
      const [dx, dy] = [xs.at(-1) - xs[0], ys.at(-1) - ys[0]];
      const length = Math.hypot(dx, dy);
      if (length < 1) return;
      path.moveTo(xs[0], ys[0]);
      for (let n = 1; n < way.length; n++) path.lineTo(xs[n], ys[n]);
      addHead(path, xs.at(-1), ys.at(-1), dx / length, dy / length, Math.min(5, length / 2));
    });
    const style = { colour: colours.ink, under: colours.raised, width: 1.25, dashes: [3, 2] };
    strokeCased(front.context, path, style);
  }

  return {
    canvas,
    element,
    places,
    draw,
    resize(width, height) {
      for (const one of [canvas, front]) one.resize(width, height);
    },
  };
}
