// One recording's pictures: the input plane, and a card for each hidden layer. It arranges and
// listens; what is drawn is in the rooms beside it.
import { h, paint, setAttribute, unselectable } from "../shared/drawing/dom.js";
import { number, trimmed } from "../shared/drawing/format.js";
import { markup } from "../shared/drawing/markup.js";
import { cloudPanel } from "./cloud.js";
import { markWords } from "./marks.js";
import { mapPanel } from "./maps.js";
import { planePanel } from "./plane.js";
import { cardsOf, labelOf, readingsOf } from "./state.js";

const REACH = 14; // pixels from a sample at which the pointer still finds it
const TURN = 5; // degrees an arrow key

// Pixels of the pictures, for each arrangement: one recording on a wide page, one on a narrow page
// or two on a wide one, two on a narrow one.
export const ARRANGEMENTS = {
  row: { plane: 330, cloud: 240, maps: 90, card: 330, head: 24 },
  half: { plane: 240, cloud: 150, maps: 62, card: 212, head: 24 },
  column: { plane: 158, cloud: 150, maps: 62, card: 212, head: 60 },
};

const [TITLE, GAP] = [20, 8]; // pixels of a card's title, and between cards

/** Which of them holds. */
export function arrangementOf(pair, wide) {
  if (pair) return wide ? "half" : "column";
  return wide ? "row" : "half";
}

/** Pixels that one recording's pictures take. */
export function stageHeight(run, panels, arrangement) {
  const { plane, card, head } = ARRANGEMENTS[arrangement];
  const hasPlane = panels.includes("plane") && run.sizes[0] === 2;
  const cards = cardsOf(run, panels).length;
  const rows = Math.ceil(cards / (arrangement === "column" ? 1 : 2));
  const pictures = Array.from({ length: rows }, () => card);
  if (hasPlane && !(rows && arrangement === "row")) pictures.unshift(plane);
  const gaps = GAP * Math.max(0, pictures.length - 1);
  return pictures.reduce((sum, picture) => sum + TITLE + picture, head + gaps);
}

/**
 * `hear` holds state(), the traits as they are now, and what the reader does: point(i) while a
 * pointer rests on sample i (or null), choose(i) for good, turn(angles), pick(layer, unit).
 * Returns { element, draw(look), resize() }.
 */
export function stage({ scene, panels, arrangement, place, count, hear }) {
  const { run } = scene;
  const sizes = ARRANGEMENTS[arrangement];
  const name = labelOf(run, place, count);
  const cards = cardsOf(run, panels);
  const plane = panels.includes("plane") && scene.hasPlane ? planePanel(scene) : null;
  const reading = h("span.nn-player-reading");
  const head = h(
    "div.nn-player-head",
    { style: `height:${sizes.head}px`, "data-arrangement": arrangement },
    name && h("b.nn-player-label", {}, name),
    reading,
  );
  const parts = []; // { resize(), draw(look) }
  const grid = h("div.nn-player-grid", { class: `nn-player-grid nn-player-${arrangement}` });
  const suffix = name ? ` of ${name}` : "";

  if (plane) {
    const box = h(
      "div.nn-player-picture",
      {
        style: `height:${sizes.plane}px`,
        role: "slider",
        tabindex: 0,
        "aria-label": `Sample in the input plane${suffix}: arrow keys choose one`,
        "aria-valuemin": -1,
        "aria-valuemax": run.N - 1,
        "aria-valuenow": hear.state().sample ?? -1,
        "data-lm-suppress-shortcuts": "true",
        onkeydown: walk,
      },
      plane.element,
    );
    listen(plane);
    grid.append(card("nn-player-plane", "input plane", box));
    parts.push({
      resize: () => plane.resize(Math.min(box.clientWidth, sizes.plane)),
      draw(look) {
        plane.draw(look);
        setAttribute(box, "aria-valuenow", look.lit ?? -1);
        setAttribute(
          box,
          "aria-valuetext",
          look.lit === null ? "none" : sampleWords(scene, look.lit),
        );
      },
    });
  }
  for (const { layer, width, cloud, maps } of cards) {
    const units = `${width} unit${width === 1 ? "" : "s"}`;
    const contents = [];
    if (cloud) contents.push(cloudBox(layer, width, maps ? sizes.cloud : sizes.card));
    if (maps) contents.push(mapBox(layer, cloud ? sizes.maps : sizes.card));
    grid.append(card("nn-player-layer", `layer ${layer}, ${units}`, ...contents));
  }
  const columns = Math.min(2, cards.length);
  grid.style.setProperty("--nn-layers", String(columns));
  grid.classList.toggle("nn-player-deep", cards.length > columns);
  grid.classList.toggle("nn-player-alone", !plane || cards.length === 0);

  function card(className, title, ...contents) {
    return h(
      `div.nn-player-card.${className}`,
      {},
      h("div.nn-player-title", {}, title),
      ...contents,
    );
  }

  function cloudBox(layer, width, height) {
    const cloud = cloudPanel(scene, layer);
    const turns = width === 3;
    const box = h(
      "div.nn-player-picture",
      {
        style: `height:${height}px`,
        role: turns ? "slider" : "img",
        tabindex: turns ? 0 : null,
        "aria-label": `Cloud of layer ${layer}${suffix}${turns ? ": arrow keys turn it" : ""}`,
        "aria-valuemin": turns ? -360 : null,
        "aria-valuemax": turns ? 360 : null,
        "aria-valuenow": turns ? Math.round(hear.state().turn[0]) : null,
        "data-lm-suppress-shortcuts": "true",
        onkeydown: turns ? keys : () => {},
      },
      cloud.element,
    );
    cloud.element.classList.toggle("nn-player-turns", turns);
    listen(cloud, turns);
    parts.push({
      resize: () => cloud.resize(box.clientWidth, height),
      draw(look) {
        cloud.draw(look);
        if (!turns) return;
        const [side, over] = look.turn;
        setAttribute(box, "aria-valuenow", Math.round(side));
        setAttribute(
          box,
          "aria-valuetext",
          `turned ${Math.round(side)}° to the side, ${Math.round(over)}° over`,
        );
      },
    });
    return box;
  }

  function mapBox(layer, height) {
    const maps = mapPanel(scene, layer, hear.pick, suffix);
    const box = h("div.nn-player-map-room", { style: `height:${height}px` }, maps.element);
    parts.push({ resize: () => maps.resize(box.clientWidth, height), draw: maps.draw });
    return box;
  }

  // -- pointers and keys ------------------------------------------------------------------------

  /** The sample nearest to a pointer, or null where none is near. */
  function nearest({ canvas, places }, event) {
    const { left, top } = canvas.element.getBoundingClientRect();
    const [x, y] = [event.clientX - left, event.clientY - top];
    let [best, found] = [REACH ** 2, null];
    for (let k = 0; k < places.rows.length; k++) {
      const distance = (places.xs[k] - x) ** 2 + (places.ys[k] - y) ** 2;
      if (distance < best) [best, found] = [distance, places.rows[k]];
    }
    return found;
  }

  function listen(panel, turns = false) {
    const { element } = panel;
    unselectable(element);
    /** @type {{ x: number, y: number, from: number[], moved: boolean } | null} */
    let drag = null;
    element.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      drag = { x: event.clientX, y: event.clientY, from: hear.state().turn, moved: false };
      if (turns) element.setPointerCapture(event.pointerId);
    });
    element.addEventListener("pointermove", (event) => {
      if (!drag || !turns) {
        if (event.pointerType !== "touch") hear.point(nearest(panel, event));
        return;
      }
      const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
      if (!drag.moved && Math.hypot(dx, dy) < 4) return;
      drag.moved = true;
      // the picture follows the pointer: across it lies half a turn
      const half = 180 / panel.canvas.width;
      hear.turn([drag.from[0] - dx * half, drag.from[1] + dy * half]);
    });
    element.addEventListener("pointerup", (event) => {
      if (drag && !drag.moved) hear.choose(nearest(panel, event));
      drag = null;
    });
    element.addEventListener("pointercancel", () => (drag = null));
    element.addEventListener("pointerleave", () => hear.point(null));
  }

  function keys(event) {
    const [across, down] = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, 1],
      ArrowDown: [0, -1],
    }[event.key] ?? [0, 0];
    if (!across && !down) return;
    event.preventDefault();
    const [side, over] = hear.state().turn;
    hear.turn([side + TURN * across, over + TURN * down]);
  }

  /** From the chosen sample to the nearest one in the direction of the key; Escape lets go. */
  function walk(event) {
    if (event.key === "Escape") return hear.choose(null);
    const direction = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, -1],
      ArrowDown: [0, 1],
    }[event.key];
    if (!direction || !plane) return undefined;
    event.preventDefault();
    return hear.choose(
      neighbour(plane.places, hear.state().sample, direction, plane.canvas.width / 2),
    );
  }

  function draw(look) {
    for (const part of parts) part.draw(look);
    const { loss, accuracy } = readingsOf(scene);
    paint(
      reading,
      markup(
        `<span>loss <b class="nn-C">${loss}</b></span> <span>accuracy <b>${accuracy}</b></span>`,
      ),
    );
  }

  return {
    element: h("div.nn-player-stage", {}, head, parts.length ? grid : null),
    draw,
    resize() {
      for (const part of parts) part.resize();
    },
  };
}

/**
 * The sample that a reader means by an arrow key: near to where they are, and more along the key's
 * direction than across it. From no sample it is the one nearest to the middle.
 */
export function neighbour({ rows, xs, ys }, from, [dx, dy], middle) {
  const start = from === null ? -1 : rows.indexOf(from);
  const [x0, y0] = start < 0 ? [middle, middle] : [xs[start], ys[start]];
  let [best, found] = [Infinity, from];
  for (let k = 0; k < rows.length; k++) {
    if (k === start) continue;
    const [x, y] = [xs[k] - x0, ys[k] - y0];
    const along = x * dx + y * dy;
    const across = Math.abs(x * dy) + Math.abs(y * dx);
    if (start >= 0 && (along <= 0 || across > along)) continue;
    const cost = start < 0 ? x * x + y * y : along + 2 * across;
    if (cost < best) [best, found] = [cost, rows[k]];
  }
  return found;
}

/** One sample in words: its place, its class, the output and what that costs. */
export function sampleWords(scene, i) {
  const { run } = scene;
  const inputs =
    run.sizes[0] <= 4 ? [...run.X.subarray(i * run.sizes[0], (i + 1) * run.sizes[0])] : [];
  const at = inputs.length ? ` = (${inputs.map((x) => number(x, 3)).join(", ")})` : "";
  const outputs = [...scene.outputOf(i)].slice(0, 10).map((a) => number(a, 4));
  const mark = run.isClassed ? `${markWords(run.answers[i])}, ` : "";
  const target = [...run.Y.subarray(i * run.sizes.at(-1), (i + 1) * run.sizes.at(-1))];
  return `X[${i}]${at}: ${mark}target ${target.map((y) => trimmed(y, 3)).join(", ")}, output ${outputs.join(", ")}, cost ${number(scene.costOf(i), 4)}`;
}
