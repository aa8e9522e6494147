// The tracks: one row a variable, from x at the top to C below: what stands still while the reader
// drags (ground), and on top of it what moves (marks).
import { roundUp, steadyDomain } from "../shared/drawing/bounds.js";
import { label, tag } from "../shared/drawing/dom.js";
import { number, signed, svgSymbol } from "../shared/drawing/format.js";
import { markup } from "../shared/drawing/markup.js";
import { ACTIVATIONS, backward, changes, cost, forward } from "../shared/maths/network.js";
import {
  bracket,
  clampedPosition,
  dot,
  flag,
  numberLine,
  ring,
} from "../shared/drawing/number_line.js";
import { scaleLinear } from "../shared/vendor/d3.js";
import { moveOf, stageOf } from "./state.js";

export const LOOK = "nn-picture"; // class of the svg

/**
 * @typedef {{ name: string, kind: "x" | "z" | "a" | "C", layer: number, y: number }} Row
 * @typedef {ReturnType<typeof geometryOf>} Geometry
 * @typedef {Geometry & { width: number, x0: number, x1: number }} Ground
 */

/**
 * Where every row lies, how high the tracks are, and what is left for columns beside them. Sliders
 * stand beside the rows ("wide") or between them ("narrow"); a still has none ("still").
 * @param {number} length @param {ChainMode} mode @param {"wide" | "narrow" | "still"} room
 */
export function geometryOf(length, mode, room) {
  const step =
    room === "narrow"
      ? { top: 78, toZ: 116, toA: 54, toC: 98, bottom: 30 }
      : { top: 34, toZ: 68, toA: 54, toC: 62, bottom: 30 };
  /** @type {Row[]} */
  const rows = [{ name: "x", kind: "a", layer: 0, y: step.top }];
  for (let l = 1; l <= length; l++) {
    rows.push({ name: `z${l}`, kind: "z", layer: l, y: rows.at(-1).y + step.toZ });
    rows.push({ name: `a${l}`, kind: "a", layer: l, y: rows.at(-1).y + step.toA });
  }
  rows.push({ name: "C", kind: "C", layer: length, y: rows.at(-1).y + step.toC });
  return {
    rows,
    height: rows.at(-1).y + step.bottom,
    left: room === "wide" ? 306 : 0,
    readout: mode === "backward" ? 122 : 84,
    isBroken: room === "narrow",
  };
}

/**
 * The tracks of a state in its mode, as wide as there is room.
 * @param {ChainState} state @param {Geometry} geometry @param {number} width @returns {Tags}
 */
export function tracks(state, geometry, width) {
  const ends = { x0: geometry.left + 62, x1: width - geometry.readout - 16 };
  const draw = state.mode === "nudge" || state.mode === "step" ? changeTracks : valueTracks;
  return draw(state, { ...geometry, width, ...ends });
}

/**
 * Forward and backward: every quantity where it is; backward adds the derivatives.
 * @param {ChainState} state @param {Ground} ground @returns {Tags}
 */
function valueTracks(state, { rows, width, left, isBroken, x0, x1 }) {
  const { z, a } = forward(state);
  const values = [a[0], ...z.flatMap((v, l) => [v, a[l + 1]]), cost(state)];
  const { stage } = stageOf(state);
  const backwards = state.mode === "backward";
  /** @param {number} place */
  const shown = (place) => backwards || place <= stage;
  const scales = rows.map(({ kind, layer }, place) =>
    valueScale(state, kind, layer, values[place], [x0, x1]),
  );
  /** @type {Tags} */
  const ground = [
    heading(width, backwards ? "∂C/∂(this row)" : "value"),
    spine(rows, left, isBroken),
  ];
  const trail = rows.flatMap((row, place) =>
    shown(place) ? [`${clampedPosition(scales[place], values[place])},${row.y}`] : [],
  );
  /** @type {Tags} */
  const marks = [tag("polyline", { class: "nn-trail", points: trail.join(" ") })];
  const derivatives = backwards ? rowDerivatives(state) : [];
  rows.forEach((row, place) => {
    const scale = scales[place];
    const reached =
      backwards && place > 0 && place < rows.length - 1 && rows.length - 1 - place <= stage;
    ground.push(numberLine({ scale, y: row.y, kind: row.kind }), rowLabel(row, left));
    if (place === rows.length - 2)
      ground.push(flag({ scale, y: row.y, value: state.y, text: "y" }));
    if (shown(place)) marks.push(dot({ scale, y: row.y, value: values[place], kind: row.kind }));
    if (!backwards && shown(place))
      marks.push(readout(width, row.y, number(values[place]), `nn-${row.kind}`));
    if (reached)
      marks.push(
        readout(
          width,
          row.y,
          signed(derivatives[place]),
          row.kind === "z" ? "nn-d" : "",
          row.kind === "z" ? `δ${row.layer}` : null,
        ),
      );
    if (place > 0) {
      const on = backwards ? stage >= rows.length - place && place > 1 : place <= stage;
      const now = backwards ? stage === rows.length - place : place === stage;
      ground.push(
        chip(
          rows[place - 1],
          row,
          left,
          chipText(state, row, backwards),
          `${on ? "nn-on" : ""} ${now && on ? "nn-now" : ""}`,
        ),
      );
    }
  });
  return [ground, marks];
}

/**
 * Nudge and step: the change of every quantity, actual and promised, on one magnified scale.
 * @param {ChainState} state @param {Ground} ground @returns {Tags}
 */
function changeTracks(state, { rows, width, left, isBroken, x0, x1 }) {
  const { direction, size } = moveOf(state);
  const change = changes(state, direction, size);
  const pairs = [change.a[0], ...change.z.flatMap((v, l) => [v, change.a[l + 1]]), change.C];
  const bound = roundUp(
    Math.max(...pairs.flatMap((p) => [Math.abs(p.actual), Math.abs(p.promised)])),
  );
  const scale = scaleLinear([-bound, bound], [x0, x1]);
  const moves = pathOf(state.mode === "step" ? "w1" : state.parameter, rows);
  /** @type {Tags} */
  const ground = [heading(width, "● actual   ○ promised"), spine(rows, left, isBroken)];
  /** @type {(key: "actual" | "promised", className: string) => Tag} */
  const path = (key, className) =>
    tag("polyline", {
      class: className,
      points: rows
        .flatMap((row, place) =>
          moves.includes(row.name) ? [`${clampedPosition(scale, pairs[place][key])},${row.y}`] : [],
        )
        .join(" "),
    });
  /** @type {Tags} */
  const marks = [path("promised", "nn-trail nn-dashed"), path("actual", "nn-trail")];
  rows.forEach((row, place) => {
    const { actual, promised } = pairs[place];
    const moving = moves.includes(row.name);
    ground.push(numberLine({ scale, y: row.y, kind: row.kind }), rowLabel(row, left, "Δ"));
    if (moving) {
      if (row.kind !== "z" && place > 0)
        marks.push(bracket({ scale, y: row.y, from: actual, to: promised, kind: row.kind }));
      marks.push(
        ring({ scale, y: row.y, value: promised, kind: row.kind }),
        dot({ scale, y: row.y, value: actual, kind: row.kind }),
      );
      marks.push(
        readout(width, row.y - 8, signed(actual), `nn-${row.kind}`),
        readout(width, row.y + 8, signed(promised), "nn-muted"),
      );
    }
    if (place > 0)
      ground.push(
        chip(
          rows[place - 1],
          row,
          left,
          chipText(state, row, true),
          moving && moves.includes(rows[place - 1].name) ? "nn-on" : "",
        ),
      );
  });
  return [ground, marks];
}

/**
 * The rows that a parameter reaches: its z and all below.
 * @param {string} parameter @param {Row[]} rows
 */
function pathOf(parameter, rows) {
  const start = parameter === "x" ? 0 : 2 * Number(parameter.slice(1)) - 1;
  return rows.slice(start).map((row) => row.name);
}

/**
 * dC by every row, from x to C.
 * @param {ChainState} state
 */
function rowDerivatives(state) {
  const { delta } = backward(state);
  const a = forward(state).a.at(-1);
  return [
    state.w[0] * delta[0],
    ...delta.flatMap((d, l) => [
      d,
      l + 1 < delta.length ? state.w[l + 1] * delta[l + 1] : a - state.y,
    ]),
    1,
  ];
}

/**
 * @param {ChainState} state @param {Row["kind"]} kind @param {number} layer @param {number} value
 * @param {Pair} range
 */
function valueScale(state, kind, layer, value, range) {
  if (kind === "C") return scaleLinear(steadyDomain([0, 1], [value]), range);
  if (kind === "z") return scaleLinear(steadyDomain([-5, 5], [value]), range);
  if (layer === 0) return scaleLinear(steadyDomain([-5, 5], [value]), range);
  const [low, high] = ACTIVATIONS[state.activation].range.map((end) =>
    Number.isFinite(end) ? end : 2 * Math.sign(end),
  );
  const target = layer === state.w.length ? [state.y] : [];
  return scaleLinear(steadyDomain([low, high], [value, ...target]), range);
}

/** @param {number} width @param {string} text */
function heading(width, text) {
  return label(width - 2, 8, text, { class: "nn-heading", "text-anchor": "end" });
}

/**
 * @param {number} width @param {number} y @param {string} text @param {string} className
 * @param {string | null} [prefix]
 */
function readout(width, y, text, className, prefix) {
  return label(width - 2, y, prefix ? withNumber(`${svgSymbol(prefix)} = `, text) : text, {
    class: `nn-readout ${className}`,
    "text-anchor": "end",
  });
}

/** @param {Row} row @param {number} left */
function rowLabel(row, left, prefix = "") {
  return label(left + 16, row.y, markup(prefix + svgSymbol(row.name)), {
    class: `nn-row-label nn-${row.kind}`,
    "text-anchor": "middle",
  });
}

/**
 * From label to label; where sliders stand between the rows, only down to the chip.
 * @param {Row[]} rows @param {number} left @param {boolean} isBroken
 */
function spine(rows, left, isBroken) {
  return rows.slice(1).map((row, place) =>
    tag("line", {
      class: "nn-spine",
      x1: left + 16,
      x2: left + 16,
      y1: rows[place].y + 11,
      y2: isBroken && row.kind !== "a" ? rows[place].y + 24 : row.y - 11,
    }),
  );
}

/**
 * A symbol that stands still and a number that changes, each drawn anew only where it must.
 * @param {string} html @param {string} text
 */
function withNumber(html, text) {
  return [tag("tspan", {}, markup(html)), tag("tspan", {}, text)];
}

/**
 * @param {Row} above @param {Row} row @param {number} left
 * @param {{ content: Content | Tags, length: number }} text @param {string} className
 */
function chip(above, row, left, { content, length }, className) {
  const y = row.kind === "z" || row.kind === "C" ? above.y + 33 : (above.y + row.y) / 2 + 4;
  const width = 16 + 7.3 * length;
  return tag("g", { class: `nn-svg-chip ${className}` }, [
    tag("rect", { x: left + 4, y: y - 10, width, height: 20, rx: 10 }),
    label(left + 4 + width / 2, y, content, { "text-anchor": "middle" }),
  ]);
}

/**
 * What leads into a row: the operation, or its local factor with its number.
 * @param {ChainState} state @param {Row} row @param {boolean} local
 */
function chipText(state, row, local) {
  const { z, a } = forward(state);
  const l = row.layer;
  /** @type {(content: Content, length: number) => { content: Content, length: number }} */
  const operation = (content, length) => ({ content, length });
  /** @type {(html: string, length: number, value: number) => { content: Tags, length: number }} */
  const factor = (html, length, value) => {
    const text = number(value);
    return { content: withNumber(`× ${html} = `, text), length: length + text.length };
  };
  if (row.kind === "C") {
    if (local) return factor(`(${svgSymbol(`a${l}`)} − y)`, 12, a[l] - state.y);
    return operation(markup(`½ (${svgSymbol(`a${l}`)} − y)²`), 10);
  }
  if (row.kind === "z") {
    if (local) return factor(svgSymbol(`w${l}`), 7, state.w[l - 1]);
    return operation(markup(`× ${svgSymbol(`w${l}`)} + ${svgSymbol(`b${l}`)}`), 9);
  }
  if (local) {
    const slope = ACTIVATIONS[state.activation].derivative(z[l - 1]);
    return factor(`σ′(${svgSymbol(`z${l}`)})`, 11, slope);
  }
  const name = state.activation;
  return name === "sigmoid" ? operation("σ", 2) : operation(name, name.length);
}
