// ChainExplorer: a chain of single units drawn as tracks, one row a variable, x at the top, C below.
// This view arranges; the mathematics is in shared/network.js, the drawing in the shared parts.
import { h, label, paint, svgPicture, tag } from "./shared/dom.js";
import { factor, number, signed, spoken, svgSymbol, symbol } from "./shared/format.js";
import { frame } from "./shared/frame.js";
import {
  ACTIVATIONS,
  backward,
  changes,
  cost,
  descentDirection,
  forward,
  moved,
  multiplicationCounts,
  slopeTest,
  tangent,
  unitDirection,
} from "./shared/network.js";
import { bracket, clampedPosition, dot, flag, numberLine, ring } from "./shared/number_line.js";
import { playBar } from "./shared/play_bar.js";
import { MARGIN, curve, linearTicks, plotFrame, powerTicks } from "./shared/plot.js";
import { roundUp, scaleLinear, scaleLog, steadyDomain } from "./shared/scale.js";
import { positiveLog, signedLog, slider } from "./shared/slider.js";

const MODES = { forward: "Forward", nudge: "Nudge", backward: "Backward", step: "Step" };
const TRAITS = [
  "w",
  "b",
  "x",
  "y",
  "activation",
  "mode",
  "modes",
  "parameter",
  "nudge",
  "learning_rate",
  "stage",
];
const LONGEST = 5;
const LARGEST = 1e3; // of a number that may be typed or set

// -- state ------------------------------------------------------------------------------------

/** null, or what is wrong with a state, naming the trait. */
export function validate(state) {
  const {
    w,
    b,
    x,
    y,
    activation,
    mode,
    modes,
    parameter,
    nudge,
    learning_rate: rate,
    stage,
  } = state;
  const isNumber = (v) => typeof v === "number" && Number.isFinite(v) && Math.abs(v) <= LARGEST;
  const numbers = `of size at most ${LARGEST}`;
  for (const [name, list] of Object.entries({ w, b })) {
    if (!Array.isArray(list) || list.length < 1 || list.length > LONGEST)
      return `${name} must be a list of 1 to ${LONGEST} numbers.`;
    const bad = list.findIndex((v) => !isNumber(v));
    if (bad >= 0) return `${name}[${bad}] is ${list[bad]}; it must be a number ${numbers}.`;
  }
  if (w.length !== b.length)
    return `w has ${w.length} numbers and b has ${b.length}; each unit needs one of both.`;
  for (const [name, value] of Object.entries({ x, y, nudge, learning_rate: rate })) {
    if (!isNumber(value)) return `${name} is ${value}; it must be a number ${numbers}.`;
  }
  if (rate <= 0) return `learning_rate is ${rate}; it must be above 0.`;
  if (!Object.hasOwn(ACTIVATIONS, activation))
    return `activation is ${activation}; known are ${Object.keys(ACTIVATIONS).join(", ")}.`;
  if (!Array.isArray(modes) || !modes.length || !modes.every((m) => Object.hasOwn(MODES, m)))
    return `modes is ${modes}; it must list some of ${Object.keys(MODES).join(", ")}.`;
  if (!modes.includes(mode)) return `mode is ${mode}; this figure offers ${modes.join(", ")}.`;
  if (!parameters(w.length).includes(parameter))
    return `parameter is ${parameter}; known are ${parameters(w.length).join(", ")}.`;
  if (stage !== null && !(Number.isInteger(stage) && stage >= 0))
    return `stage is ${stage}; it must be null or a whole number from 0.`;
  return null;
}

function parameters(length) {
  const layers = Array.from({ length }, (_, l) => l + 1);
  return [...layers.flatMap((l) => [`w${l}`, `b${l}`]), "x"];
}

/** Number of stages of a mode, and the stage that is shown. */
function stageOf({ mode, stage, w }) {
  const count = mode === "forward" ? 2 * w.length + 1 : 2 * w.length;
  return { count, stage: Math.min(count, stage ?? (mode === "forward" ? count : 0)) };
}

/** What the nudge and step modes move: a direction, a size, and the words for it. */
function moveOf(state) {
  if (state.mode === "step")
    return {
      direction: descentDirection(state),
      size: state.learning_rate,
      axis: "learning rate η",
    };
  return {
    direction: unitDirection(state.w.length, state.parameter),
    size: state.nudge,
    axis: state.parameter,
  };
}

// -- geometry ---------------------------------------------------------------------------------

function geometryOf(length, mode, wide) {
  const step = wide
    ? { top: 34, toZ: 68, toA: 50, toC: 62, bottom: 30 }
    : { top: 78, toZ: 116, toA: 50, toC: 98, bottom: 30 };
  const rows = [{ name: "x", kind: "a", layer: 0, y: step.top }];
  for (let l = 1; l <= length; l++) {
    rows.push({ name: `z${l}`, kind: "z", layer: l, y: rows.at(-1).y + step.toZ });
    rows.push({ name: `a${l}`, kind: "a", layer: l, y: rows.at(-1).y + step.toA });
  }
  rows.push({ name: "C", kind: "C", layer: length, y: rows.at(-1).y + step.toC });
  return {
    rows,
    height: rows.at(-1).y + step.bottom,
    left: wide ? 306 : 0,
    readout: mode === "backward" ? 112 : 84,
  };
}

// -- body -------------------------------------------------------------------------------------

function build({ body, state: { mode, w }, wide, change }) {
  const geometry = geometryOf(w.length, mode, wide);
  const controls = controlsFor(mode, w.length, change);
  const tracks = h("div.nn-tracks", { style: `height:${geometry.height}px` });
  const picture = svgPicture("nn-picture");
  tracks.append(picture);
  const knobs = parameterKnobs({ tracks, geometry, wide, mode, length: w.length, change });
  const panel = PANELS[mode]({ wide, change });
  body.append(controls.element, tracks, panel.element);

  function draw(state) {
    const width = tracks.clientWidth;
    const reach = { ...geometry, width, x0: geometry.left + 62, x1: width - geometry.readout - 16 };
    picture.setAttribute("viewBox", `0 0 ${width} ${geometry.height}`);
    picture.setAttribute("aria-label", summary(state));
    paint(
      picture,
      mode === "nudge" || mode === "step" ? changeTracks(state, reach) : valueTracks(state, reach),
    );
    controls.set(state);
    knobs.set(state);
    panel.set(state);
  }

  return { draw, takeDown: controls.stop };
}

/** Sliders of x, y and every w and b, with the side chips that lead into z. */
function parameterKnobs({ tracks, geometry, wide, mode, length, change }) {
  const knobs = [];
  const place = (element, row, name) => {
    const second = name[0] === "b";
    const above = { x: 44, y: 44, w: 72, b: 72 }[name[0]];
    const top = wide ? row.y - 16 + ({ w: -17, b: 17 }[name[0]] ?? 0) : row.y - above;
    const across = name === "x" ? "86%" : "calc(50% - 4px)";
    Object.assign(element.style, {
      top: `${top}px`,
      left: !wide && second ? "50%" : "0",
      width: wide ? "296px" : across,
    });
    tracks.append(element);
  };
  const add = (name, row, [min, max], get, put) => {
    const knob = slider({
      name: spoken(name),
      html: symbol(name),
      kind: name[0],
      min,
      max,
      step: 0.01,
      limit: LARGEST,
      onInput: (value) => change(put(value)),
    });
    const chip = sideChip(name, mode, change);
    const element = h("div.nn-knob", { "data-name": name }, knob.element, chip?.element);
    place(element, row, name);
    knobs.push((state) => {
      knob.set(get(state));
      chip?.set(state);
    });
  };
  const { rows } = geometry;
  add(
    "x",
    rows[0],
    [-5, 5],
    (s) => s.x,
    (x) => ({ x }),
  );
  let latest;
  for (let l = 1; l <= length; l++) {
    for (const kind of ["w", "b"]) {
      add(
        `${kind}${l}`,
        rows[2 * l - 1],
        [-4, 4],
        (s) => s[kind][l - 1],
        (v) => ({ [kind]: latest[kind].with(l - 1, v) }),
      );
    }
  }
  add(
    "y",
    rows.at(-1),
    [-1, 2],
    (s) => s.y,
    (y) => ({ y }),
  );
  return {
    set(state) {
      latest = state;
      for (const set of knobs) set(state);
    },
  };
}

/** The factor by which a parameter enters its z: a button that picks the parameter. */
function sideChip(name, mode, change) {
  if (mode === "forward" || mode === "step" || name === "y") return null;
  const [kind, index] = [name[0], Number(name.slice(1))];
  const source = index === 1 ? "x" : `a${index - 1}`;
  if (mode === "backward" && kind === "x") return null;
  const element = h("button.nn-chip", {
    type: "button",
    onclick: () => change({ parameter: name }),
  });
  return {
    element,
    set(state) {
      const reached = mode === "nudge" || stageOf(state).stage >= 2 * (state.w.length - index) + 2;
      const gradient = mode === "backward" && reached && state.parameter === name;
      const { dw, db } = backward(state);
      let html = kind === "x" ? "nudge" : kind === "b" ? "× 1" : `× ${symbol(source)}`;
      if (gradient) html = `<b class="nn-d">${signed((kind === "w" ? dw : db)[index - 1], 3)}</b>`;
      paint(element, html);
      element.setAttribute("aria-pressed", String(state.parameter === name));
      element.setAttribute(
        "aria-label",
        mode === "nudge" ? `Nudge ${spoken(name)}` : `Derivative of the cost by ${spoken(name)}`,
      );
      element.setAttribute("aria-disabled", String(!reached));
    },
  };
}

// -- tracks -----------------------------------------------------------------------------------

/** Forward and backward: every quantity where it is; backward adds the derivatives. */
function valueTracks(state, { rows, width, left, x0, x1 }) {
  const { z, a } = forward(state);
  const values = [a[0], ...z.flatMap((v, l) => [v, a[l + 1]]), cost(state)];
  const { stage } = stageOf(state);
  const backwards = state.mode === "backward";
  const shown = (place) => backwards || place <= stage;
  const scales = rows.map(({ kind, layer }, place) =>
    valueScale(state, kind, layer, values[place], [x0, x1]),
  );
  const parts = [heading(width, backwards ? "∂C/∂ row" : "value"), spine(rows, left)];
  const trail = rows.flatMap((row, place) =>
    shown(place) ? [`${clampedPosition(scales[place], values[place])},${row.y}`] : [],
  );
  parts.push(tag("polyline", { class: "nn-trail", points: trail.join(" ") }));
  const derivatives = backwards ? rowDerivatives(state) : null;
  rows.forEach((row, place) => {
    const scale = scales[place];
    const reached = backwards && rows.length - 1 - place <= stage && place > 0;
    parts.push(numberLine({ scale, y: row.y, kind: row.kind }), rowLabel(row, left));
    if (place === rows.length - 2) parts.push(flag({ scale, y: row.y, value: state.y, text: "y" }));
    if (shown(place)) parts.push(dot({ scale, y: row.y, value: values[place], kind: row.kind }));
    if (!backwards && shown(place))
      parts.push(readout(width, row.y, number(values[place]), `nn-${row.kind}`));
    if (reached)
      parts.push(
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
      parts.push(
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
  return parts.join("");
}

/** Nudge and step: the change of every quantity, actual and promised, on one magnified scale. */
function changeTracks(state, { rows, width, left, x0, x1 }) {
  const { direction, size } = moveOf(state);
  const change = changes(state, direction, size);
  const pairs = [change.a[0], ...change.z.flatMap((v, l) => [v, change.a[l + 1]]), change.C];
  const bound = roundUp(
    Math.max(...pairs.flatMap((p) => [Math.abs(p.actual), Math.abs(p.promised)])),
  );
  const scale = scaleLinear([-bound, bound], [x0, x1]);
  const moves = pathOf(state.mode === "step" ? "w1" : state.parameter, rows);
  const parts = [heading(width, "● actual   ○ promised"), spine(rows, left)];
  const path = (key, className) =>
    tag("polyline", {
      class: className,
      points: rows
        .flatMap((row, place) =>
          moves.includes(row.name) ? [`${clampedPosition(scale, pairs[place][key])},${row.y}`] : [],
        )
        .join(" "),
    });
  parts.push(path("promised", "nn-trail nn-dashed"), path("actual", "nn-trail"));
  rows.forEach((row, place) => {
    const { actual, promised } = pairs[place];
    const moving = moves.includes(row.name);
    parts.push(numberLine({ scale, y: row.y, kind: row.kind }), rowLabel(row, left, "Δ"));
    if (moving) {
      if (row.kind !== "z" && place > 0)
        parts.push(bracket({ scale, y: row.y, from: actual, to: promised, kind: row.kind }));
      parts.push(
        ring({ scale, y: row.y, value: promised, kind: row.kind }),
        dot({ scale, y: row.y, value: actual, kind: row.kind }),
      );
      parts.push(
        readout(width, row.y - 8, signed(actual), `nn-${row.kind}`),
        readout(width, row.y + 8, signed(promised), "nn-muted"),
      );
    }
    if (place > 0)
      parts.push(
        chip(
          rows[place - 1],
          row,
          left,
          chipText(state, row, true),
          moving && moves.includes(rows[place - 1].name) ? "nn-on" : "",
        ),
      );
  });
  return parts.join("");
}

/** The rows that a parameter reaches: its z and all below. */
function pathOf(parameter, rows) {
  const start = parameter === "x" ? 0 : 2 * Number(parameter.slice(1)) - 1;
  return rows.slice(start).map((row) => row.name);
}

/** dC by every row, from x to C. */
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

function valueScale(state, kind, layer, value, range) {
  if (kind === "C") return scaleLinear(steadyDomain([0, 1], [value]), range);
  if (kind === "z") return scaleLinear(steadyDomain([-5, 5], [value]), range);
  if (layer === 0) return scaleLinear(steadyDomain([-5, 5], [value]), range);
  const bounds = ACTIVATIONS[state.activation].range.map((end) =>
    Number.isFinite(end) ? end : 2 * Math.sign(end),
  );
  const target = layer === state.w.length ? [state.y] : [];
  return scaleLinear(steadyDomain(bounds, [value, ...target]), range);
}

function heading(width, text) {
  return label(width - 2, 8, text, { class: "nn-heading", "text-anchor": "end" });
}

function readout(width, y, text, className, prefix) {
  const name = prefix ? `${svgSymbol(prefix)} = ` : "";
  return label(width - 2, y, name + text, {
    class: `nn-readout ${className}`,
    "text-anchor": "end",
  });
}

function rowLabel(row, left, prefix = "") {
  return label(left + 16, row.y, prefix + svgSymbol(row.name), {
    class: `nn-row-label nn-${row.kind}`,
    "text-anchor": "middle",
  });
}

function spine(rows, left) {
  return rows
    .slice(1)
    .map((row, place) =>
      tag("line", {
        class: "nn-spine",
        x1: left + 16,
        x2: left + 16,
        y1: rows[place].y + 11,
        y2: row.y - 11,
      }),
    )
    .join("");
}

function chip(above, row, left, { html, length }, className) {
  const y = row.kind === "z" || row.kind === "C" ? above.y + 33 : (above.y + row.y) / 2 + 6;
  const width = 16 + 6.9 * length;
  return tag(
    "g",
    { class: `nn-svg-chip ${className}` },
    tag("rect", { x: left + 4, y: y - 10, width, height: 20, rx: 10 }) +
      label(left + 4 + width / 2, y, html, { "text-anchor": "middle" }),
  );
}

/** What leads into a row: the operation, or its local factor with its number. */
function chipText(state, row, local) {
  const { z, a } = forward(state);
  const l = row.layer;
  const text = (html, length) => ({ html, length });
  if (row.kind === "C") {
    if (!local) return text(`½ (${svgSymbol(`a${l}`)} − y)²`, 10);
    const value = number(a[l] - state.y);
    return text(`× (${svgSymbol(`a${l}`)} − y) = ${value}`, 12 + value.length);
  }
  if (row.kind === "z") {
    if (!local) return text(`× ${svgSymbol(`w${l}`)} + ${svgSymbol(`b${l}`)}`, 9);
    const value = number(state.w[l - 1]);
    return text(`× ${svgSymbol(`w${l}`)} = ${value}`, 7 + value.length);
  }
  if (!local)
    return text(
      state.activation === "sigmoid" ? "σ" : state.activation,
      state.activation === "sigmoid" ? 2 : state.activation.length,
    );
  const value = number(ACTIVATIONS[state.activation].derivative(z[l - 1]));
  return text(`× σ′(${svgSymbol(`z${l}`)}) = ${value}`, 11 + value.length);
}

// -- the row of controls above the tracks -----------------------------------------------------

function controlsFor(mode, length, change) {
  const choice = select(
    "Activation",
    Object.keys(ACTIVATIONS).map((name) => [name, name.replace("_", " ")]),
    (activation) => change({ activation }),
  );
  if (mode === "nudge") return nudgeControls(length, choice, change);
  if (mode === "step") return stepControls(choice, change);
  const bar = playBar({ onStage: (stage) => change({ stage }) });
  return {
    element: h("div.nn-controls", {}, bar.element, choice.element),
    stop: bar.stop,
    set(state) {
      const { stage, count } = stageOf(state);
      bar.set(stage, count);
      choice.set(state.activation);
    },
  };
}

function nudgeControls(length, choice, change) {
  let latest;
  const words = (name) =>
    name[0] + (name.length > 1 ? String.fromCharCode(0x2080 + Number(name[1])) : "");
  const which = select(
    "Nudge",
    parameters(length).map((name) => [name, words(name)]),
    (parameter) => change({ parameter }),
    "Parameter to nudge",
  );
  const size = slider({
    name: "nudge",
    html: "by <i>h</i>",
    kind: "h",
    ...signedLog(1e-4, 1, 81),
    limit: 10,
    onInput: (nudge) => change({ nudge }),
  });
  const press = (text, words, f) =>
    h(
      "button.nn-button",
      { type: "button", title: words, onclick: () => change({ nudge: f(latest.nudge) }) },
      text,
    );
  return {
    element: h(
      "div.nn-controls",
      {},
      which.element,
      h("div.nn-grow", {}, size.element),
      press("Halve", "Halve the nudge", (v) => v / 2),
      press("Flip", "Nudge the other way", (v) => -v || 0),
      choice.element,
    ),
    stop() {},
    set(state) {
      latest = state;
      which.set(state.parameter);
      size.set(state.nudge);
      choice.set(state.activation);
    },
  };
}

function stepControls(choice, change) {
  let latest;
  let taken = []; // the costs since the reader last changed something else
  const history = h("p.nn-history");
  const rate = slider({
    name: "learning rate",
    html: "η",
    kind: "h",
    ...positiveLog(0.01, 100, 160),
    limit: LARGEST,
    positive: true,
    onInput: (value) => change({ learning_rate: value }),
  });
  const take = () => {
    const next = moved(latest, descentDirection(latest), latest.learning_rate);
    taken.push(cost(next));
    change({ w: next.w, b: next.b });
  };
  return {
    element: h(
      "div.nn-controls",
      {},
      h("div.nn-grow", {}, rate.element),
      h("button.nn-button.nn-strong", { type: "button", onclick: take }, "Take the step"),
      choice.element,
      history,
    ),
    stop() {},
    set(state) {
      latest = state;
      if (taken.at(-1) !== cost(state)) taken = [cost(state)];
      paint(
        history,
        `steps taken: ${taken.length - 1}; ${symbol("C")}: ${taken
          .slice(-5)
          .map((c) => number(c))
          .join(" → ")}`,
      );
      rate.set(state.learning_rate);
      choice.set(state.activation);
    },
  };
}

function select(words, options, onChoice, name = words) {
  const list = h(
    "select.nn-select",
    { "aria-label": name, onchange: () => onChoice(list.value) },
    ...options.map(([value, text]) => h("option", { value }, text)),
  );
  return {
    element: h("label.nn-choice", {}, `${words} `, list),
    set(value) {
      if (list.value !== value) list.value = value;
    },
  };
}

// -- the panels below the tracks --------------------------------------------------------------

const PANELS = {
  forward: forwardPanel,
  nudge: movePanel,
  backward: backwardPanel,
  step: movePanel,
};

/** Forward: the sum behind the latest row. */
function forwardPanel() {
  const element = h("p.nn-line");
  return {
    element,
    set(state) {
      const { stage } = stageOf(state);
      paint(element, forwardLine(state, stage));
    },
  };
}

function forwardLine(state, stage) {
  const { z, a } = forward(state);
  const l = Math.ceil(stage / 2);
  const before = l === 1 ? "x" : `a${l - 1}`;
  if (stage === 0) return `${symbol("x")} = ${number(state.x)}`;
  if (stage === 2 * state.w.length + 1) {
    return `${symbol("C")} = ½ (${symbol(`a${l - 1}`)} − ${symbol("y")})² = ½ (${number(a.at(-1))} − ${factor(state.y)})² = <b>${number(cost(state))}</b>`;
  }
  if (stage % 2) {
    return `${symbol(`z${l}`)} = ${symbol(`w${l}`)} ${symbol(before)} + ${symbol(`b${l}`)} = ${factor(state.w[l - 1])} × ${factor(a[l - 1])} + ${factor(state.b[l - 1])} = <b>${number(z[l - 1])}</b>`;
  }
  return `${symbol(`a${l}`)} = σ(${symbol(`z${l}`)}) = σ(${number(z[l - 1])}) = <b>${number(a[l])}</b>`;
}

/** Nudge and step: actual beside promised, the cost along the move, and the slope test. */
function movePanel({ wide }) {
  const cells = Object.fromEntries(
    ["actual", "promised", "gap", "halving"].map((name) => [name, h("span.nn-number")]),
  );
  const caption = (name) => h("span.nn-caption", { "data-caption": name });
  const table = h(
    "div.nn-cells",
    {},
    ...Object.keys(cells).map((name) =>
      h("div.nn-cell", { "data-cell": name }, caption(name), cells[name]),
    ),
  );
  const pictures = ["nn-plot nn-cost-plot", "nn-plot nn-slope-plot"].map(svgPicture);
  const element = h("div.nn-panel", {}, table, h("div.nn-plots", {}, ...pictures));
  const captions = Object.fromEntries(
    [...table.querySelectorAll("[data-caption]")].map((c) => [c.dataset.caption, c]),
  );
  return {
    element,
    set(state) {
      const move = moveOf(state);
      const { actual, promised } = changes(state, move.direction, move.size).C;
      const half = changes(state, move.direction, move.size / 2).C;
      const gap = Math.abs(actual - promised);
      const halfGap = Math.abs(half.actual - half.promised);
      const step = state.mode === "step";
      const words = step
        ? {
            actual: "delivered change of C",
            promised: "promised change",
            gap: "gap",
            halving: "halve η: gap ÷",
          }
        : {
            actual: "actual change of C",
            promised: `promised: ∂C/∂${symbol(state.parameter)} × <i>h</i>`,
            gap: "gap",
            halving: "halve <i>h</i>: gap ÷",
          };
      const rounding = 1e3 * Number.EPSILON * Math.max(cost(state), Number.MIN_VALUE);
      const texts = {
        actual: signed(actual),
        promised: signed(promised),
        gap: number(gap),
        halving: halfGap > rounding ? (gap / halfGap).toFixed(2) : "–",
      };
      for (const [name, cell] of Object.entries(cells)) {
        paint(captions[name], words[name]);
        paint(cell, texts[name]);
      }
      const width = wide ? (element.clientWidth - 12) / 2 : element.clientWidth;
      drawPlots(pictures, state, move, width);
    },
  };
}

const PLOT_HEIGHT = 220;

function drawPlots([costPlot, slopePlot], state, move, width) {
  for (const svg of [costPlot, slopePlot])
    svg.setAttribute("viewBox", `0 0 ${width} ${PLOT_HEIGHT}`);
  const xRange = [MARGIN.left, width - MARGIN.right];
  const yRange = [PLOT_HEIGHT - MARGIN.bottom, MARGIN.top];
  paint(costPlot, costCurve(state, move, xRange, yRange));
  costPlot.setAttribute("aria-label", `Cost against ${move.axis}, with its tangent.`);
  const test = slopeTest(state, move.direction, Math.sign(move.size) || 1);
  paint(slopePlot, slopeCurve(test, state, move, xRange, yRange));
  const reading = test.slope === null ? "no gap to measure" : `slope ${test.slope.toFixed(2)}`;
  slopePlot.setAttribute(
    "aria-label",
    `Slope test: gap against ${state.mode === "step" ? "learning rate" : "nudge"}, both logarithmic: ${reading}.`,
  );
  slopePlot.dataset.slope = test.slope ?? "";
}

/** C along the move, its tangent, where we are and where the move leads. */
function costCurve(state, { direction, size }, xRange, yRange) {
  const step = state.mode === "step";
  const origin = step ? 0 : valueOf(state, state.parameter);
  const reach = Math.max(roundUp(1.25 * size), step ? 0 : 2);
  const domain = step ? [0, reach] : [origin - reach, origin + reach];
  const slope = tangent(state, direction).dC;
  const start = cost(state);
  const samples = Array.from(
    { length: 81 },
    (_, i) => domain[0] + (i / 80) * (domain[1] - domain[0]),
  );
  const costs = samples.map((v) => cost(moved(state, direction, v - origin)));
  const promised = start + slope * size;
  const [low, high] = [Math.min(...costs, promised), Math.max(...costs, promised)];
  const margin = 0.08 * (high - low) || 0.1 * (high || 1);
  const x = scaleLinear(domain, xRange);
  const y = scaleLinear([low - margin, high + margin], yRange);
  const clip = (value) => Math.min(y.domain()[1], Math.max(y.domain()[0], value));
  const onLine = (v) => start + slope * (v - origin);
  const ends = domain.map((v) => (slope === 0 ? v : origin + (clip(onLine(v)) - start) / slope));
  const actual = cost(moved(state, direction, size));
  const title = step
    ? "C along the step, and its tangent"
    : `C against ${svgSymbol(state.parameter)}, and its tangent`;
  return [
    plotFrame({
      x,
      y,
      xTicks: linearTicks(x, 5),
      yTicks: linearTicks(y, 4),
      title,
      xLabel: step ? "learning rate η" : svgSymbol(state.parameter),
    }),
    curve(
      x,
      y,
      samples.map((v, i) => [v, costs[i]]),
      "nn-C",
    ),
    curve(
      x,
      y,
      ends.map((v) => [v, onLine(v)]),
      "nn-dashed nn-d",
    ),
    tag("line", {
      class: "nn-gap-line",
      x1: x(origin + size),
      x2: x(origin + size),
      y1: y(actual),
      y2: y(promised),
    }),
    tag("circle", { class: "nn-here", cx: x(origin), cy: y(start), r: 4 }),
    tag("circle", { class: "nn-ring nn-C", cx: x(origin + size), cy: y(promised), r: 6.5 }),
    tag("circle", { class: "nn-dot nn-C", cx: x(origin + size), cy: y(actual), r: 4.5 }),
  ].join("");
}

function valueOf(state, parameter) {
  return parameter === "x" ? state.x : state[parameter[0]][Number(parameter.slice(1)) - 1];
}

/** Gap against size on log-log paper, with guides of slope 1 and 2. */
function slopeCurve({ points, slope }, state, { direction, size }, xRange, yRange) {
  const step = state.mode === "step";
  const title = `Slope test: ${slope === null ? "no gap to measure" : `slope ${slope.toFixed(2)}`}`;
  const x = scaleLog([1e-4, 1], xRange);
  const seen = points.filter(({ gap }) => gap > 0);
  const tops = seen.map(({ gap }) => Math.log10(gap));
  const high = seen.length ? Math.ceil(Math.max(...tops)) : 0;
  const low = Math.min(
    high - 4,
    Math.max(high - 12, seen.length ? Math.floor(Math.min(...tops)) : -4),
  );
  const y = scaleLog([10 ** low, 10 ** high], yRange);
  const inside = (gap) => Math.max(gap, 10 ** low);
  const parts = [
    plotFrame({
      x,
      y,
      xTicks: powerTicks(x),
      yTicks: powerTicks(y, 2),
      title,
      xLabel: step ? "learning rate η" : "size of the nudge h",
    }),
  ];
  if (seen.length) {
    const anchor = seen.find((p) => p.size <= 0.1) ?? seen.at(-1);
    for (const guide of [1, 2]) {
      const at = (s) => anchor.gap * (s / anchor.size) ** guide;
      const stop = Math.max(1e-4, anchor.size * (10 ** low / anchor.gap) ** (1 / guide));
      parts.push(
        curve(
          x,
          y,
          [
            [anchor.size, anchor.gap],
            [stop, at(stop)],
          ],
          "nn-guide",
        ),
      );
      parts.push(
        label(
          x(stop) + (guide === 1 ? 4 : 8),
          y(at(stop)) - (guide === 1 ? 9 : 4),
          `slope ${guide}`,
          { class: "nn-axis-label" },
        ),
      );
    }
    parts.push(
      ...seen.map((p) =>
        tag("circle", { class: "nn-small-dot nn-C", cx: x(p.size), cy: y(inside(p.gap)), r: 3 }),
      ),
    );
    const { actual, promised } = changes(state, direction, size).C;
    const gap = Math.abs(actual - promised);
    const place = Math.abs(size);
    if (gap > 0 && place >= 1e-4 && place <= 1)
      parts.push(
        tag("circle", {
          class: "nn-ring nn-C",
          cx: x(place),
          cy: y(Math.min(10 ** high, inside(gap))),
          r: 7,
        }),
      );
  }
  return parts.join("");
}

/** Backward: the product so far, the four equations with their numbers, and the count. */
function backwardPanel({ wide }) {
  const product = h("p.nn-line");
  const equations = h("div.nn-equations");
  const counting = h("div.nn-counting", { hidden: true });
  const toggle = h(
    "button.nn-button",
    {
      type: "button",
      "aria-pressed": "false",
      onclick: () => {
        counting.hidden = !counting.hidden;
        toggle.setAttribute("aria-pressed", String(!counting.hidden));
      },
    },
    "Count the multiplications",
  );
  const element = h("div.nn-panel", {}, product, equations, toggle, counting);
  return {
    element,
    set(state) {
      const { stage } = stageOf(state);
      paint(product, productLine(state, stage));
      paint(equations, equationCards(state, stage));
      paint(counting, countTable(state.w.length, wide));
    },
  };
}

/** dC by the row that the walk has reached, as a product of the chips passed. */
function productLine(state, stage) {
  const length = state.w.length;
  if (stage === 0)
    return "Start at the cost. Each step climbs one row and multiplies by one factor.";
  const { z, a } = forward(state);
  const { derivative } = ACTIVATIONS[state.activation];
  const factors = [[`(${symbol(`a${length}`)} − ${symbol("y")})`, a.at(-1) - state.y]];
  for (let k = 2; k <= stage; k++) {
    const l = length - Math.floor((k - 2) / 2);
    factors.push(
      k % 2 === 0
        ? [`σ′(${symbol(`z${l}`)})`, derivative(z[l - 1])]
        : [symbol(`w${l}`), state.w[l - 1]],
    );
  }
  const row = stage % 2 ? `a${length - (stage - 1) / 2}` : `z${length - stage / 2 + 1}`;
  const value = factors.reduce((product, [, v]) => product * v, 1);
  const name = stage % 2 ? "" : ` = ${symbol(`δ${row.slice(1)}`)}`;
  return `∂C/∂${symbol(row)}${name} = ${factors.map(([html]) => html).join(" · ")} = ${factors.map(([, v]) => factor(v)).join(" × ")} = <b>${signed(value)}</b>`;
}

function equationCards(state, stage) {
  const length = state.w.length;
  const { z, a } = forward(state);
  const { delta, dw, db } = backward(state);
  const { derivative } = ACTIVATIONS[state.activation];
  const deepest = stage >= 2 ? length - Math.floor((stage - 2) / 2) : null; // the layer whose delta is newest
  const picked = Number(state.parameter.slice(1)) || null;
  const known = picked && deepest !== null && picked >= deepest;
  const bracketed = (v) => factor(v, 3);
  const cards = [
    [
      "BP1",
      `${symbol("δ")}<sup>L</sup> = (${symbol("a")}<sup>L</sup> − y) σ′(${symbol("z")}<sup>L</sup>)`,
      deepest &&
        `${symbol(`δ${length}`)} = ${bracketed(a[length] - state.y)} × ${bracketed(derivative(z[length - 1]))} = ${signed(delta[length - 1])}`,
    ],
    [
      "BP2",
      `${symbol("δ")}<sup>l</sup> = ${symbol("w")}<sup>l+1</sup> ${symbol("δ")}<sup>l+1</sup> σ′(${symbol("z")}<sup>l</sup>)`,
      deepest &&
        deepest < length &&
        `${symbol(`δ${deepest}`)} = ${bracketed(state.w[deepest])} × ${bracketed(delta[deepest])} × ${bracketed(derivative(z[deepest - 1]))} = ${signed(delta[deepest - 1])}`,
    ],
    [
      "BP3",
      `∂C/∂${symbol("b")}<sup>l</sup> = ${symbol("δ")}<sup>l</sup>`,
      known &&
        state.parameter[0] === "b" &&
        `∂C/∂${symbol(state.parameter)} = ${symbol(`δ${picked}`)} = ${signed(db[picked - 1])}`,
    ],
    [
      "BP4",
      `∂C/∂${symbol("w")}<sup>l</sup> = ${symbol("a")}<sup>l−1</sup> ${symbol("δ")}<sup>l</sup>`,
      known &&
        state.parameter[0] === "w" &&
        `∂C/∂${symbol(state.parameter)} = ${bracketed(a[picked - 1])} × ${bracketed(delta[picked - 1])} = ${signed(dw[picked - 1])}`,
    ],
  ];
  const waiting = {
    BP1: "step twice",
    BP2: "step on",
    BP3: "press a chip “× 1”",
    BP4: "press a chip “× a”",
  };
  return cards
    .map(
      ([name, law, numbers]) =>
        `<div class="nn-card${numbers ? " nn-on" : ""}" data-card="${name}"><span class="nn-caption">${name}</span><span class="nn-law">${law}</span><span class="nn-filled">${numbers || `<span class="nn-muted">${waiting[name]}</span>`}</span></div>`,
    )
    .join("");
}

/** The same products with other brackets: each parameter on its own, or sharing delta. */
function countTable(length) {
  const counts = multiplicationCounts(length);
  const rows = [];
  for (let l = length; l >= 1; l--) {
    rows.push(
      [`w${l}`, 2 * (length - l) + 2, 1],
      [`b${l}`, 2 * (length - l) + 1, l === length ? 1 : 2],
    );
  }
  const cells = rows
    .map(
      ([name, alone, shared]) =>
        `<tr><th scope="row">∂C/∂${symbol(name)}</th><td>${alone}</td><td>${shared}</td></tr>`,
    )
    .join("");
  return `<table><caption>Multiplications for all ${2 * length} derivatives</caption><thead><tr><th scope="col"></th><th scope="col">each on its own</th><th scope="col">backward, sharing δ</th></tr></thead><tbody>${cells}</tbody><tfoot><tr><th scope="row">in all</th><td>${counts.forward}</td><td>${counts.backward}</td></tr></tfoot></table>`;
}

// -- the figure -------------------------------------------------------------------------------

function summary(state) {
  const start = `Cost ${number(cost(state))}.`;
  if (state.mode === "forward")
    return `${start} Output ${number(forward(state).a.at(-1))}, target ${number(state.y)}.`;
  if (state.mode === "backward") {
    const { stage, count } = stageOf(state);
    const reached =
      stage < 2
        ? ""
        : ` delta ${state.w.length - Math.floor((stage - 2) / 2)} is ${signed(backward(state).delta[state.w.length - 1 - Math.floor((stage - 2) / 2)])}.`;
    return `${start} Step ${stage} of ${count}.${reached}`;
  }
  const { direction, size } = moveOf(state);
  const { actual, promised } = changes(state, direction, size).C;
  return `${start} Actual change ${signed(actual)}, promised ${signed(promised)}.`;
}

export function render({ model, el }) {
  return frame({
    model,
    el,
    name: "Chain explorer",
    traits: TRAITS,
    modes: MODES,
    validate,
    structure: (state) => state.w.length,
    build,
    summary,
  });
}
