// The network: its layers as tabs, its units as buttons, and a stepper under each column.
import { forward } from "../shared/maths/dense.js";
import { along, edge, layoutDiagram, unit } from "../shared/drawing/diagram.js";
import { drawSvg, h, label, setAttribute, svgPicture, tag } from "../shared/drawing/dom.js";
import { svgIndexed } from "../shared/drawing/format.js";
import { markup } from "../shared/drawing/markup.js";
import { stepper } from "../shared/controls/stepper.js";
import { entryText, unitName } from "./names.js";
import { MOST, lightsOf, resized, sizesOf, summary } from "./state.js";

export const LOOK = "nn-picture"; // class of the svg
const HEAD = 34; // pixels of the row of tabs, and of the row of steppers
const ROW = 60; // pixels between two units where the picture stands above the matrices

/**
 * Pixels of the whole picture where it stands above the matrices.
 * @param {number[]} sizes
 */
export const pictureHeight = (sizes) => 80 + ROW * Math.max(...sizes);

/**
 * `height` is what the whole picture takes. `pick(values)` chooses for good, `point(focus)` for as
 * long as the pointer stays. Returns { element, draw(state, focus, figureWidth) }.
 */
export function networkPicture({ state, height, wide, change, pick, point }) {
  const sizes = sizesOf(state);
  const picture = svgPicture(LOOK);
  const targets = svgPicture(LOOK);
  targets.setAttribute("aria-hidden", "true");
  const { layer } = state;
  const units = sizes.map((size, c) =>
    Array.from({ length: size }, (_, j) => unitButton(c, j, { layer, pick, point })),
  );
  const stage = h(
    "div.nn-tracks",
    {
      role: "group",
      "aria-label": "Units: the arrow keys go from one to the next",
      style: `height:${height - 2 * HEAD}px`,
      onkeydown: walk,
      onclick: (event) => event.target === stage && pick({ focus: "" }),
      onpointerleave: () => point(null),
    },
    picture,
    targets,
    ...units.flat(),
  );
  const lineUnder = (/** @type {Event} */ { target }) =>
    /** @type {HTMLElement | null} */ (/** @type {Element} */ (target).closest("[data-focus]"));
  targets.addEventListener("pointerover", (event) => {
    const line = lineUnder(event);
    point(line && Number(line.dataset.layer) === layer ? line.dataset.focus : null);
  });
  targets.addEventListener("pointerleave", () => point(null));
  targets.addEventListener("click", (event) => {
    const line = lineUnder(event);
    if (line) pick({ layer: Number(line.dataset.layer), focus: line.dataset.focus });
  });
  const heads = headings(sizes.length - 1, layer, pick);
  const steppers = sizes.map((_, c) => sizeStepper(c, (size) => change(resized(latest, c, size))));
  const foot = h("div.nn-columns", {}, ...steppers.map(({ element }) => element));
  let latest;
  let placedFor = null;
  let layout;
  let spacious;

  /** Puts everything over its column; only when the width of the figure has changed. */
  function place(figureWidth) {
    if (figureWidth === placedFor) return;
    placedFor = figureWidth;
    const width = stage.clientWidth;
    const room = height - 2 * HEAD - 12;
    // A stepper says n_1 = 3 where there is room for it under every column, else only 3.
    spacious = (width - 2 * 48) / (sizes.length - 1) >= 100;
    const pitch = room / Math.max(...sizes);
    const options = { withCost: false, pitch, margin: spacious ? 48 : 32 };
    layout = layoutDiagram(latest.W, width, { ...options, radius: wide ? 18 : 16 });
    for (const svg of [picture, targets])
      svg.setAttribute("viewBox", `0 0 ${width} ${layout.height}`);
    sizes.forEach((_, c) => {
      const x = `${layout.at(c, 0).x}px`;
      heads.columns[c].style.left = x;
      steppers[c].element.style.left = x;
      units[c].forEach((button, j) => {
        const { y } = layout.at(c, j);
        button.style.cssText = `left:${x};top:${y}px;width:${2 * layout.radius}px`;
      });
    });
    drawSvg(targets, targetLines(latest, layout));
  }

  function walk(event) {
    const step = {
      ArrowUp: [0, -1],
      ArrowDown: [0, 1],
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
    }[event.key];
    if (!step) return;
    const c = units.findIndex((column) => column.includes(event.target));
    const column = units[c + step[0]];
    if (!column) return;
    event.preventDefault();
    const j = units[c].indexOf(event.target) + step[1];
    column[Math.min(column.length - 1, Math.max(0, j))].focus();
  }

  return {
    element: h("div", {}, heads.element, stage, foot),
    draw(current, focus, figureWidth) {
      latest = current;
      place(figureWidth);
      setAttribute(picture, "aria-label", summary(current));
      drawSvg(picture, networkParts(current, focus, layout));
      const stop = focus.startsWith("k") ? [layer - 1, focus[1] - 1] : [layer, (focus[1] ?? 1) - 1];
      units.forEach((column, c) =>
        column.forEach((button, j) => {
          const own = c === layer ? `u${j + 1}` : c === layer - 1 ? `k${j + 1}` : null;
          setAttribute(button, "aria-pressed", String(own !== null && own === current.focus));
          button.tabIndex = c === stop[0] && j === stop[1] ? 0 : -1;
        }),
      );
      steppers.forEach(({ set }, c) => set(sizes[c], sizeText(c, sizes[c], spacious)));
    },
  };
}

/** Above the columns: which layer the matrices show. */
function headings(count, layer, pick) {
  const tabs = Array.from({ length: count }, (_, l) => {
    const name = `layer ${l + 1}`;
    return h(
      "button.nn-tab",
      {
        type: "button",
        role: "tab",
        "aria-label": name,
        "aria-selected": String(l + 1 === layer),
        tabindex: l + 1 === layer ? 0 : -1,
        onclick: () => pick({ layer: l + 1, focus: "" }),
      },
      name,
    );
  });
  const inputs = h("span.nn-column-head", {}, "inputs");
  const element = h(
    "div.nn-columns",
    {
      role: "tablist",
      "aria-label": "Layer shown as a matrix",
      onkeydown(event) {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        event.preventDefault();
        const next = (layer - 1 + step + count) % count;
        tabs[next].focus();
        pick({ layer: next + 1, focus: "" });
      },
    },
    ...tabs,
  );
  return {
    element: h("div.nn-column-row", {}, inputs, element),
    columns: [inputs, ...tabs],
  };
}

function sizeStepper(c, onStep) {
  const where = c === 0 ? "input" : `unit in layer ${c}`;
  return stepper({
    fewer: `one ${where} fewer`,
    more: `one ${where} more`,
    min: 1,
    max: MOST,
    onStep,
  });
}

function sizeText(c, size, spacious) {
  return spacious ? `<i>n</i><sub>${c}</sub> = ${size}` : String(size);
}

/** A unit: chosen where it belongs to the layer or to the one before, otherwise its layer is. */
function unitButton(c, j, { layer, pick, point }) {
  const values =
    c >= layer ? { layer: c, focus: `u${j + 1}` } : { layer: c + 1, focus: `k${j + 1}` };
  return h("button.nn-unit-button", {
    type: "button",
    "aria-label": unitName(c, j + 1),
    onclick: () => pick(values),
    // A pointer chooses on the click; the focus that it brings along must not come first.
    onfocus: (event) => event.target.matches(":focus-visible") && pick(values),
    onpointerenter: () => point(values.layer === layer ? values.focus : null),
    onpointerleave: () => point(null),
  });
}

// -- the picture's elements ---------------------------------------------------------------------

/** The network, and what of it is lit by a focus. */
export function networkParts(state, focus, layout) {
  const lights = lightsOf(focus);
  return [
    band(state.layer, layout),
    weightLines(state, lights, layout),
    unitMarks(state, lights, layout),
    layout.isTight ? [] : valueTags(state, focus, lights, layout),
  ];
}

function weightLines({ W, layer }, lights, { at, radius }) {
  const lines = [];
  forEachWeight(W, (l, j, k) => {
    const own = l === layer - 1;
    const light = own ? lights.entry(j, k) : "";
    const className = `nn-w ${own ? "nn-own" : ""} ${light}`;
    const thickness = light ? 3 : own ? 2 : 1.25;
    lines.push(edge({ from: at(l, k), to: at(l + 1, j), radius, thickness, className }));
  });
  return lines;
}

function unitMarks(state, lights, { at, radius }) {
  const { layer } = state;
  const { a } = forward(state, state.x);
  return a.flatMap((column, c) =>
    column.map((value, j) =>
      unit({
        at: at(c, j),
        radius,
        kind: "a",
        value,
        above: markup(svgIndexed(c ? `a${c}_${j + 1}` : `x_${j + 1}`)),
        className: c === layer ? lights.after(j) : c === layer - 1 ? lights.before(j) : "",
      }),
    ),
  );
}

function forEachWeight(W, visit) {
  W.forEach((matrix, l) => matrix.forEach((row, j) => row.forEach((_, k) => visit(l, j, k))));
}

/** Behind the chosen layer's weights. */
function band(layer, { at, radius, height }) {
  const [left, right] = [at(layer - 1, 0).x, at(layer, 0).x];
  const x = left - radius - 6;
  const width = right - left + 2 * (radius + 6);
  return tag("rect", { class: "nn-band", x, y: 1, width, height: height - 2, rx: 10 });
}

/** The value of every lit weight on its line. */
function valueTags({ W, layer }, focus, lights, { at }) {
  return W[layer - 1].flatMap((row, j) =>
    row.map((value, k) =>
      lights.entry(j, k) ? valueTag(at(layer - 1, k), at(layer, j), focus, value) : [],
    ),
  );
}

/** One of them, where the lit lines lie furthest apart. */
function valueTag(from, to, focus, value) {
  const { x, y } = along(from, to, focus[0] === "u" ? 0.36 : focus[0] === "k" ? 0.64 : 0.5);
  const text = entryText(value);
  const width = 10 + 7 * text.length;
  return [
    tag("rect", {
      class: "nn-value-tag",
      x: x - width / 2,
      y: y - 9,
      width,
      height: 18,
      rx: 9,
    }),
    label(x, y, text, { class: "nn-w nn-value", "text-anchor": "middle" }),
  ];
}

/** Wide and unseen, over the weights' lines: what a pointer can hit. */
function targetLines({ W }, { at, radius }) {
  const lines = [];
  forEachWeight(W, (l, j, k) => {
    lines.push(
      edge({
        from: at(l, k),
        to: at(l + 1, j),
        radius,
        thickness: 12,
        className: "nn-target",
        "data-layer": l + 1,
        "data-focus": `w${j + 1}${k + 1}`,
      }),
    );
  });
  return lines;
}
