// GradientCheck: measured slopes against backprop's, over every eps, with a bug if you like.
import { drawSvg, h, paint, setAttribute, svgPicture } from "../shared/drawing/dom.js";
import { indexed, number } from "../shared/drawing/format.js";
import { frame } from "../shared/host/frame.js";
import { slopeNames } from "../shared/maths/gradcheck.js";
import { markup } from "../shared/drawing/markup.js";
import { dragAlong } from "../shared/drawing/plot.js";
import { select } from "../shared/controls/select.js";
import { positiveLog, slider } from "../shared/controls/slider.js";
import { BUGS } from "./bugs.js";
import { curveKeeper } from "./curves.js";
import { picture, scales } from "./picture.js";
import { SMALLEST_EPS, SMALLEST_STEP, TRAITS, reader, validate } from "./state.js";
import { VERDICTS, lineNote, lineOf, reasons, summary } from "./words.js";

const DIGITS = 9;

/**
 * @param {Room<GradientState>} room
 * @returns {Built<GradientState>}
 */
function build({ body, state, wide, change }) {
  const height = wide ? 330 : 300;
  const svg = svgPicture("nn-plot nn-check-plot");
  svg.style.height = `${height}px`;
  const toEps = (eps) => Math.min(1, Math.max(SMALLEST_EPS, Number(eps.toPrecision(2))));
  /** @type {ReturnType<typeof scales>} */
  let axes;
  dragAlong(
    svg,
    (px) => toEps(axes.x.invert(px)),
    (eps) => change({ eps }),
  );
  const controls = controlRow(state, change);
  const panel = reading();
  const table = layerTable(state);
  const complex = complexPart(change);
  body.append(svg, controls.element, panel.element, table.element, complex.element);
  const curvesOf = curveKeeper();
  const read = reader();
  let drawnAt = null;

  function draw(current, width) {
    if (width !== drawnAt) {
      drawnAt = width;
      axes = scales(width, height);
      setAttribute(svg, "viewBox", `0 0 ${width} ${height}`);
    }
    const now = read(current);
    const curves = curvesOf(current);
    setAttribute(svg, "aria-label", pictureWords(current, curves, now));
    drawSvg(svg, picture(current, curves, now, axes));
    for (const part of [controls, panel, table, complex]) part.set(current, now);
  }

  return { draw, takeDown() {} };
}

function pictureWords(state, { branches, isWrong, floor }, now) {
  const shape = isWrong
    ? `with the bug it is flat and stays near ${number(floor, 3)}`
    : `${branches.truncation ? "it falls with slope 2 (truncation)" : "it does not fall with slope 2"} and rises again with slope −1 (rounding)`;
  return `Relative error against epsilon from 1 down to 1e-15, both logarithmic: ${shape}. ${summary(state, now)}`;
}

// -- controls -----------------------------------------------------------------------------------

/** A slider from 1 down to `smallest`, with so many places in each power of ten. */
function nudgeSlider(name, html, smallest, places, onInput) {
  const held = (value) => Math.min(1, Math.max(smallest, Number(value.toPrecision(2))));
  const control = slider({
    name,
    html,
    kind: "h",
    ...positiveLog(smallest, 1, Math.round(-Math.log10(smallest)) * places),
    limit: 1,
    positive: true,
    stepped: (value, amount) => held(value * 10 ** ((amount * 10) / places)),
    onInput(value) {
      const kept = Math.max(smallest, value);
      control.set(kept);
      onInput(kept);
    },
  });
  return control;
}

function toggleButtons(change) {
  const button = (trait, words, title) => {
    const element = h(
      "button.nn-button",
      {
        type: "button",
        title,
        onclick: () => change({ [trait]: element.getAttribute("aria-pressed") !== "true" }),
      },
      words,
    );
    return [trait, element];
  };
  const buttons = [
    button("show_one_sided", "One-sided", "Show differences to one side only"),
    button("show_complex", "Complex step", "Show the complex step"),
  ];
  return {
    elements: buttons.map(([, element]) => element),
    set(state) {
      for (const [trait, element] of buttons) setAttribute(element, "aria-pressed", state[trait]);
    },
  };
}

function controlRow({ W, b }, change) {
  const eps = nudgeSlider("eps", "ε", SMALLEST_EPS, 10, (value) => change({ eps: value }));
  const parameter = select(
    "Read",
    slopeNames({ W, b }).map((name) => [name, plainName(name)]),
    (name) => change({ parameter: name }),
    "Slope to read",
  );
  const bug = select(
    "Bug",
    Object.entries(BUGS),
    (name) => change({ bug: name }),
    "Bug in backprop",
  );
  const layer = select(
    "in",
    W.map((_, l) => [String(l + 1), `layer ${l + 1}`]),
    (number) => change({ bug_layer: Number(number) }),
    "Layer of the bug",
  );
  const toggles = toggleButtons(change);
  const line = h("p.nn-line.nn-law.nn-check-line");
  return {
    element: h(
      "div",
      {},
      h("div.nn-controls.nn-check-along", {}, h("div.nn-grow", {}, eps.element), parameter.element),
      h(
        "div.nn-controls.nn-check-bugs",
        {},
        bug.element,
        layer.element,
        h("span.nn-gap"),
        ...toggles.elements,
      ),
      line,
    ),
    set(state, { place, changesNothing }) {
      eps.set(state.eps);
      parameter.set(state.parameter);
      bug.set(state.bug);
      layer.set(String(state.bug_layer));
      toggles.set(state);
      paint(
        line,
        markup(
          `${lineOf(state, place, state.bug)}<span class="nn-caption">${lineNote(state, place, changesNothing)}</span>`,
        ),
      );
    },
  };
}

function plainName(name) {
  const [head, units] = name.split("_");
  const layer = `layer ${head.slice(1)}`;
  return head[0] === "w" ? `w, ${layer}: ${units[1]} → ${units[0]}` : `b, ${layer}: unit ${units}`;
}

// -- what is read -------------------------------------------------------------------------------

function reading() {
  const names = ["measured", "derived", "error", "verdict"];
  const cells = names.map((name) => {
    const [caption, value] = [h("span.nn-caption"), h("span.nn-number")];
    return { caption, value, element: h("div.nn-cell", { "data-cell": name }, caption, value) };
  });
  const why = h("p.nn-line.nn-check-why");
  return {
    element: h(
      "div",
      {},
      h("div.nn-cells.nn-check-cells", {}, ...cells.map((cell) => cell.element)),
      why,
    ),
    set(state, now) {
      const slope = `∂C/∂${indexed(state.parameter)}`;
      const [measured, derived] = [now.measured, now.derived].map((v) => number(v, DIGITS));
      const texts = [
        [markup(`${slope} measured`), markup(agreeing(measured, derived))],
        [markup(`${slope} by backprop`), markup(agreeing(derived, measured))],
        [`relative error, ${now.names.length} slopes`, number(now.report.error)],
        ["at tolerance 10⁻⁷", VERDICTS[now.report.verdict]],
      ];
      cells.forEach(({ caption, value }, place) => {
        paint(caption, texts[place][0]);
        paint(value, texts[place][1]);
      });
      setAttribute(cells[3].element, "data-verdict", now.report.verdict);
      paint(why, markup(reasons(state, now)));
    },
  };
}

/** A number as markup: the digits that the other shares set apart from those it does not. */
export function agreeing(text, other) {
  const [mine, theirs] = [text, other].map((t) => t.split("×"));
  let same = 0;
  if (mine[1] === theirs[1])
    while (same < mine[0].length && mine[0][same] === theirs[0][same]) same++;
  const rest = mine[0].slice(same);
  const power = mine[1] ? `×${mine[1]}` : "";
  return `${mine[0].slice(0, same)}${rest && `<span class="nn-apart">${rest}</span>`}${power}`;
}

function layerTable({ W }) {
  const rows = W.map(() => {
    const [weights, biases] = [h("td"), h("td")];
    const name = h("th", { scope: "row" });
    return { name, weights, biases, element: h("tr", {}, name, weights, biases) };
  });
  const heads = ["layer", "∂C/∂W", "∂C/∂b"].map((text) => h("th", { scope: "col" }, text));
  const element = h(
    "table.nn-check-layers",
    {},
    h("caption", {}, "Relative error of each layer"),
    h("thead", {}, h("tr", {}, ...heads)),
    h("tbody", {}, ...rows.map((row) => row.element)),
  );
  const verdict = ({ error, agrees }) =>
    Number.isNaN(error) ? "–" : `${number(error, 3)} ${agrees ? "✓" : "✗"}`;
  return {
    element,
    set(state, { report, layers, diagnosis }) {
      rows.forEach(({ name, weights, biases, element: row }, l) => {
        const here = report.verdict === "failed" && diagnosis?.layer === l + 1;
        row.classList.toggle("nn-here-row", here);
        paint(name, `${l + 1}${here ? " ← the bug" : ""}`);
        paint(weights, verdict(layers[l].W));
        paint(biases, verdict(layers[l].b));
      });
    },
  };
}

function complexPart(change) {
  const step = nudgeSlider("imaginary nudge", "<i>h</i>", SMALLEST_STEP, 1, (value) =>
    change({ complex_eps: value }),
  );
  const words = h("p.nn-line");
  const element = h(
    "div.nn-complex",
    {},
    h("div.nn-controls", {}, h("div.nn-grow", {}, step.element)),
    words,
  );
  return {
    element,
    set(state, { complex }) {
      element.hidden = !complex;
      if (!complex) return;
      step.set(state.complex_eps);
      paint(
        words,
        markup(
          `Complex step, Im C(<i>w</i> + <i>ih</i>) / <i>h</i>: ∂C/∂${indexed(state.parameter)} = <b>${number(complex.slope, DIGITS)}</b>. Relative error over all slopes <b>${number(complex.error)}</b>, ${VERDICTS[complex.verdict]}. No two nearly equal numbers are subtracted, so no digit is lost however small <i>h</i> is.`,
        ),
      );
    },
  };
}

/** @param {{ model: Model, el: HTMLElement }} place */
export function render({ model, el }) {
  return frame({
    model,
    el,
    name: "Gradient check",
    traits: TRAITS,
    validate,
    structure: ({ W }) => W.map((matrix) => [matrix.length, matrix[0].length]),
    build,
    summary: (state) => summary(state, reader()(state)),
  });
}

export { validate };
