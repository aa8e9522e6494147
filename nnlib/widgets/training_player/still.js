// The players' pictures as they stand still: input plane and curve, the canvas's marks as paths.
import { gridLines, placeIn } from "./fields.js";
import { CASING, RINGS, STAMPS, markOf } from "./marks.js";
import { FOLD, SHADING, boundaries, outputField, radiusOf, trace } from "./plane.js";
import { notesOf } from "./recording.js";
import { GRID, LINES } from "./scene.js";
import { HEIGHT, LOOK, frameAndCurves, layoutOf, marksAt } from "./scrub.js";
import { arrangementOf, stageHeight } from "./stage.js";
import { cardsOf, labelOf, readingsOf, scenesOf, widthsOf } from "./state.js";
import { label, tag } from "../shared/drawing/dom.js";
import { number } from "../shared/drawing/format.js";
import { escape } from "../shared/drawing/markup.js";
import { standingPlot } from "../shared/drawing/still.js";

const WIDTH = 460;
const LINE = 18; // pixels of a line above a plane
const SHADES = 12; // in which the output's field is drawn

/**
 * The height in pixels that the figure takes.
 * @param {PlayerState} state @param {boolean} wide
 */
export function heightOf(state, wide) {
  const { panels, compact } = state;
  const runs = scenesOf(state).map(({ run }) => run);
  const arrangement = arrangementOf(runs.length > 1, wide);
  const stages = Math.max(...runs.map((run) => stageHeight(run, panels, arrangement)));
  const notes = runs.flatMap(notesOf).length;
  if (wide) return 194 + (compact ? 0 : 82) + stages + 38 * notes;
  const cuts = panels.includes("plane") && widthsOf(runs).length > 1;
  const hasChoices = runs.some(
    (run) => (cuts && run.sizes[0] === 2) || cardsOf(run, panels).length > 0,
  );
  return 220 + (compact ? 0 : 94 + (hasChoices ? 34 : 0)) + stages + 56 * notes;
}

/**
 * The input plane of each recording, and below them the curve.
 * @param {PlayerState} state @returns {Still}
 */
export function still(state) {
  const scenes = scenesOf(state);
  const runs = scenes.map(({ run }) => run);
  const room = WIDTH / scenes.length;
  const side = Math.min(300, room - 16);
  const hasPlanes = state.panels.includes("plane") && runs.some(({ sizes }) => sizes[0] === 2);
  const heads = scenes.map((one, place) => {
    const { loss, accuracy } = readingsOf(one);
    return [labelOf(one.run, place, scenes.length), `loss ${loss}, accuracy ${accuracy}`]
      .filter(Boolean)
      .map((line, k) => label(room * place + 8, LINE * (k + 0.6), line));
  });
  const head = LINE * (Math.max(...heads.map(({ length }) => length)) + 0.3);
  const planes = scenes
    .map((one, place) => ({ one, x: room * place + (room - side) / 2 }))
    .filter(({ one }) => hasPlanes && one.hasPlane)
    .map(({ one, x }) => plane(one, state, { x, y: head, width: side, height: side }));
  const top = head + (hasPlanes ? side + 8 : 0);
  const size = { width: WIDTH, height: HEIGHT.narrow };
  const layout = layoutOf(runs, size);
  const curve = [frameAndCurves(layout), marksAt(layout, state.epoch)];
  return {
    width: WIDTH,
    height: top + size.height,
    parts: [
      tag("g", { class: "nn-readings" }, heads),
      ...planes,
      standingPlot(curve, { className: LOOK, top, ...size }),
    ],
    notes: [...runs.map(courseOf), ...runs.flatMap(notesOf)],
  };
}

/** What a recording is, in a sentence. */
function courseOf(run, place, { length }) {
  const name = labelOf(run, place, length);
  const [first, last] = [run.loss[0], run.loss.at(-1)].map((loss) => number(loss, 3));
  return `${name ? `${escape(name)}: a` : "A"} network of ${run.sizes.join(", ")} units learns ${run.N} samples; its loss goes from ${first} at epoch ${run.epochs[0]} to ${last} at epoch ${run.epochs.at(-1)}.`;
}

/** The input plane as the live one is painted: field, folded grid, samples, boundaries, lit sample. */
function plane(scene, { panels, layer, unit, sample }, box) {
  const { run, domain, shown } = scene;
  const side = box.width;
  const at = (points, i) => placeIn(domain, side, points.subarray(2 * i));
  const viewBox = `0 0 ${side} ${side}`;
  const folded = cardsOf(run, panels).some(({ cloud }) => cloud);
  const lit =
    sample === null
      ? []
      : RINGS.strokes.map(([colour, width]) => {
          const [cx, cy] = at(run.X, sample);
          return tag("circle", { cx, cy, r: RINGS.radius, ...stroke(colour, width) });
        });
  return tag("svg", { class: "nn-standing-plane", ...box, viewBox }, [
    tag("rect", { width: side, height: side, fill: paint("raised") }),
    ...(run.sizes.at(-1) === 1 ? [shading(outputField(scene), side)] : []),
    ...(folded ? [fold(gridLines(domain, LINES, 1), at)] : []),
    ...STAMPS.map((mark, kind) => {
      const places = [...shown].filter((i) => markOf(run, i) === kind).map((i) => at(run.X, i));
      const outline = pencil();
      mark.outline(outline, radiusOf(scene));
      const starts = new Set(places.map(([x, y]) => `M${x.toFixed(0)} ${y.toFixed(0)}`));
      const d = [...starts].map((start) => start + outline.text()).join("");
      return tag("path", { d, ...stroke(mark.stroke, mark.width), fill: paint(mark.fill) });
    }),
    ...boundaries(scene, { layer, unit }).flatMap((line) => {
      const d = trace(pencil(), line, side).text();
      const casing = { ...stroke("raised", line.width + CASING.wider), opacity: CASING.alpha };
      const dashes = { "stroke-dasharray": line.dashes.join(" ") || null };
      return [
        tag("path", { d, ...casing, "stroke-linejoin": "round" }),
        tag("path", { d, ...stroke(line.colour, line.width), ...dashes }),
      ];
    }),
    ...lit,
  ]);
}

/** @param {string} colour */
const paint = (colour) => `var(--nn-${colour})`;

/** @param {string} colour @param {number} width */
const stroke = (colour, width) => ({
  fill: "none",
  stroke: paint(colour),
  "stroke-width": width,
});

function fold(points, at) {
  const ends = Array.from({ length: points.length / 2 }, (_, k) => at(points, k));
  const d = ends.map(([x, y], k) => `${k % 2 ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
  return tag("path", { d, ...stroke("muted", FOLD.width), opacity: FOLD.alpha });
}

/** The field of the output, each of its rows in pieces of one shade. */
function shading({ values, range: [low, high] }, side) {
  const shades = Array.from(values, (value) =>
    Math.round((SHADES * (value - low)) / (high - low || 1)),
  );
  const paths = Array.from({ length: SHADES + 1 }, () => "");
  for (let i = 0, start = 0; i < shades.length; i++) {
    if (shades[i] === shades[i + 1] && (i + 1) % GRID) continue;
    paths[shades[i]] += `M${(start % GRID) - 0.5} ${Math.floor(i / GRID)}h${i + 1 - start}`;
    start = i + 1;
  }
  const transform = `scale(${(side / (GRID - 1)).toFixed(4)})`;
  const rows = paths.map((d, k) =>
    tag("path", { d, ...stroke("a", 1), opacity: (SHADING * k) / SHADES }),
  );
  return tag("g", { transform }, rows.slice(1));
}

/** @param {number} value */
const tenths = (value) => Math.round(10 * value) / 10;

/** A path as a canvas's is drawn, as text: each step from where the last one ended. */
function pencil() {
  /** @type {string[]} */
  const steps = [];
  let [x0, y0] = [0, 0];
  const to = (letter) => (x, y) => {
    const [dx, dy] = [tenths(x - x0), tenths(y - y0)];
    steps.push(`${letter}${dx} ${dy}`);
    [x0, y0] = [x0 + dx, y0 + dy];
  };
  const [moveTo, lineTo] = [to("m"), to("l")];
  return {
    moveTo,
    lineTo,
    /** A whole circle. */
    arc(x, y, r) {
      moveTo(x + r, y);
      const [radius, across] = [tenths(r), tenths(2 * r)];
      const half = `a${radius} ${radius} 0 1 0`;
      steps.push(`${half} ${-across} 0${half} ${across} 0z`);
    },
    rect(x, y, width, height) {
      moveTo(x, y);
      steps.push(`h${tenths(width)}v${tenths(height)}h${tenths(-width)}z`);
    },
    closePath: () => steps.push("z"),
    text: () => steps.join(""),
  };
}
