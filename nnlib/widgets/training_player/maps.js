// Each unit of a hidden layer as a small map: its field over the input plane, and where its z is 0.
import { pixelPicture, sharpCanvas } from "../shared/drawing/canvas.js";
import { h, setAttribute } from "../shared/drawing/dom.js";
import { contour, placeIn } from "./fields.js";
import { drawLit, strokeCased, unitLine } from "./marks.js";
import { activationRange, drawField, rangeOf, shade, shades } from "./plane.js";
import { GRID } from "./scene.js";
import { MOST_UNITS } from "./recording.js";

const GAP = 6;
const LARGEST = 130;

/** The side of `count` squares that fit into a room, and how many stand in a row. */
export function squaresIn(count, width, height) {
  let best = { side: 0, columns: 1 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const across = (width - (columns - 1) * GAP) / columns;
    const down = (height - (rows - 1) * GAP) / rows;
    const side = Math.floor(Math.min(LARGEST, across, down));
    if (side > best.side) best = { side, columns };
  }
  return best;
}

/**
 * The maps of layer `layer`, from 1. `pick(layer, unit)` chooses one; `suffix` ends each name, to
 * tell one recording's from another's. Returns { element, draw, resize }.
 */
export function mapPanel(scene, layer, pick, suffix) {
  const { run, domain } = scene;
  const width = run.sizes[layer];
  const count = Math.min(width, MOST_UNITS);
  const field = pixelPicture(GRID, GRID);
  const maps = Array.from({ length: count }, (_, j) => {
    const canvas = sharpCanvas("nn-player-canvas");
    const name = `Unit ${j + 1} of layer ${layer}${suffix}`;
    const button = h(
      "button.nn-player-map",
      { type: "button", "aria-label": name, title: name, onclick: () => pick(layer, j + 1) },
      canvas.element,
      h("span.nn-player-map-name", { "aria-hidden": "true" }, String(j + 1)),
    );
    return { canvas, button };
  });
  const element = h(
    "div.nn-player-maps",
    { role: "group", "aria-label": `Maps of layer ${layer}${suffix}` },
    ...maps.map(({ button }) => button),
  );
  let drawnFor = null;
  let tables;

  function resize(roomWidth, roomHeight) {
    const { side, columns } = squaresIn(count, roomWidth, roomHeight);
    element.style.gridTemplateColumns = `repeat(${columns}, ${side}px)`;
    for (const { canvas } of maps) canvas.resize(side, side);
  }

  function draw(look) {
    const { colours, view } = look;
    if (drawnFor !== colours) {
      drawnFor = colours;
      tables = {
        a: shades(colours.raised, colours.a, 0.85),
        z: shades(colours.raised, colours.z, 0.85),
      };
    }
    const trace = scene.field();
    const z = trace.z[layer - 1];
    const values = view === "a" ? trace.a[layer] : z;
    maps.forEach(({ canvas, button }, j) => {
      const { context } = canvas;
      const side = canvas.width;
      if (!side) return;
      shade(field, values, width, j, rangeFor(view, values, j), tables[view]);
      drawField(context, field, side);
      const { colour, dashes } = unitLine(j);
      const path = new Path2D();
      const step = side > 110 ? 1 : 2; // a small map needs no finer line
      const size = { columns: GRID, rows: GRID, step, width: side, height: side };
      contour(path, { values: z, stride: width, column: j, level: 0, ...size });
      strokeCased(context, path, {
        colour: colours[colour],
        under: colours.raised,
        width: 2,
        dashes,
      });
      if (look.lit !== null) {
        const [x, y] = placeIn(domain, side, run.X.subarray(2 * look.lit));
        drawLit(context, colours, x, y, 4);
      }
      setAttribute(button, "aria-pressed", String(look.layer === layer && look.unit === j + 1));
    });
  }

  function rangeFor(view, values, j) {
    if (view === "a") return activationRange(run.activations[layer - 1], values, width, j);
    const most = Math.max(...rangeOf(values, width, j).map(Math.abs));
    return [-most, most];
  }

  return { element, draw, resize };
}
