// Promise beside fact: what a move does to the cost, and what its derivative said it would.
import { roundUp } from "./bounds.js";
import { drawSvg, h, label, paint, setAttribute, svgPicture, tag } from "./dom.js";
import { signed } from "./format.js";
import { markup } from "./markup.js";
import { isMeasurable } from "../maths/measurable.js";
import { MARGIN, curve, linearTicks, plotFrame, powerTicks, smallDots } from "./plot.js";
import { SMALLEST, costChange, rounding, slopeTest } from "../maths/slope_test.js";
import { scaleLinear, scaleLog } from "../vendor/d3.js";

/**
 * Actual beside promised, the cost along the move, and the slope test.
 *
 * `moveOf(state)` says what is moved: { costAt, rate, size, origin, isStep, name, html, svg }, where
 * costAt(size) is the cost after a move, rate what is promised per size, origin the value before
 * the move, and name, html and svg the moved quantity's symbol: in words, and as markup. A step (isStep) moves everything
 * along the gradient by a learning rate; any other move nudges one quantity.
 * @template State
 * @param {{ wide: boolean, moveOf: (state: State) => Move }} options
 */
export function promisePanel({ wide, moveOf }) {
  const cells = Object.fromEntries(
    ["actual", "promised", "gap", "halving"].map((name) => [name, h("span.nn-number")]),
  );
  const caption = (/** @type {string} */ name) => h("span.nn-caption", { "data-caption": name });
  const table = h(
    "div.nn-cells",
    {},
    ...Object.keys(cells).map((name) =>
      h("div.nn-cell", { "data-cell": name }, caption(name), cells[name]),
    ),
  );
  const pictures = LOOKS.map(svgPicture);
  const element = h("div.nn-panel", {}, table, h("div.nn-plots", {}, ...pictures));
  const captions = Object.fromEntries(
    [...table.querySelectorAll("[data-caption]")].map((c) => [c.getAttribute("data-caption"), c]),
  );
  /** @type {{ size: number, gap: number, shrunk: string | null }} */
  let last = { size: 0, gap: NaN, shrunk: null };
  return {
    element,
    /** @param {State} state @param {number} width */
    set(state, width) {
      const move = moveOf(state);
      const { actual, promised } = costChange(move, move.size);
      const gap = gapAt(move, move.size);
      /** @type {(smaller: number, larger?: number) => string} */
      const ratio = (smaller, larger = gap) =>
        Math.abs(smaller) > rounding(move.costAt(0)) && Number.isFinite(larger / smaller)
          ? (larger / smaller).toFixed(2)
          : "–";
      if (move.size !== last.size || gap !== last.gap) {
        const shrunk = move.size === last.size / 2 ? ratio(gap, last.gap) : null;
        last = { size: move.size, gap, shrunk };
      }
      /** @type {Record<string, Content>} */
      const words = captionsOf(move, move.html, "i");
      /** @type {Record<string, string>} */
      const texts = {
        actual: signed(actual),
        promised: signed(promised),
        gap: signed(gap),
        halving: move.isStep ? ratio(gapAt(move, move.size / 2)) : (last.shrunk ?? "– press Halve"),
      };
      for (const [name, cell] of Object.entries(cells)) {
        paint(captions[name], words[name]);
        paint(cell, texts[name]);
      }
      drawPlots(pictures, move, wide ? (width - 12) / 2 : width);
    },
  };
}

/** @param {CostMove} move @param {number} size */
function gapAt(move, size) {
  const { actual, promised } = costChange(move, size);
  return actual - promised;
}

export const LOOKS = ["nn-plot nn-cost-plot", "nn-plot nn-slope-plot"];
export const PLOT_HEIGHT = 220;

/**
 * What stands over the numbers; `symbol` is the moved quantity's, slanted by an element `i`.
 * @param {Pick<Move, "isStep">} move @param {string} symbol @param {string} i
 */
export function captionsOf({ isStep }, symbol, i) {
  return isStep
    ? {
        actual: "delivered change of C",
        promised: "promised change",
        gap: "gap",
        halving: "halve η: gap ÷",
      }
    : {
        actual: "actual change of C",
        promised: markup(`promised: ∂C/∂${symbol} × <${i}>h</${i}>`),
        gap: "gap",
        halving: "gap before ÷ gap now",
      };
}

/**
 * Learning rates are tried further out than nudges.
 * @param {Pick<Move, "isStep">} move
 */
const largestMove = ({ isStep }) => (isStep ? 100 : 1);

/**
 * The parts and the words of both plots, and the slope that the second one has measured.
 * @param {Move} move @param {number} width
 * @returns {{ parts: Tags, words: string, slope?: string }[]}
 */
export function plotsOf(move, width) {
  /** @type {Pair} */
  const xRange = [MARGIN.left, width - MARGIN.right];
  /** @type {Pair} */
  const yRange = [PLOT_HEIGHT - MARGIN.bottom, MARGIN.top];
  const test = slopeTest(move, Math.sign(move.size) || 1, largestMove(move));
  const reading = test.slope === null ? "no gap to measure" : `slope ${test.slope.toFixed(2)}`;
  return [
    {
      parts: costCurve(move, xRange, yRange),
      words: `Cost against ${move.name}, with its tangent.`,
    },
    {
      parts: slopeCurve(test, move, xRange, yRange),
      words: `Slope test: gap against ${move.isStep ? "learning rate" : "nudge"}, both logarithmic: ${reading}.`,
      slope: String(test.slope ?? ""),
    },
  ];
}

/** @param {SVGSVGElement[]} svgs @param {Move} move @param {number} width */
function drawPlots(svgs, move, width) {
  plotsOf(move, width).forEach(({ parts, words, slope }, place) => {
    const svg = svgs[place];
    setAttribute(svg, "viewBox", `0 0 ${width} ${PLOT_HEIGHT}`);
    drawSvg(svg, parts);
    setAttribute(svg, "aria-label", words);
    if (slope !== undefined) svg.dataset.slope = slope;
  });
}

/**
 * C along the move, its tangent, where we are and where the move leads.
 * @param {Move} move @param {Pair} xRange @param {Pair} yRange
 */
function costCurve({ costAt, rate, size, origin, isStep, svg }, xRange, yRange) {
  const reach = Math.max(roundUp(1.25 * size), isStep ? 0 : 2);
  const domain = isStep ? [0, reach] : [origin - reach, origin + reach];
  const start = costAt(0);
  const samples = Array.from(
    { length: 81 },
    (_, i) => domain[0] + (i / 80) * (domain[1] - domain[0]),
  );
  const costs = samples.map((v) => costAt(v - origin));
  // The frame depends on the curve alone, so that it stands still while the reader drags; a
  // promise that leaves it waits at the edge.
  const x = scaleLinear(domain, xRange);
  const y = scaleLinear(costDomain(costs), yRange);
  /** @param {number} value */
  const clip = (value) => Math.min(y.domain()[1], Math.max(y.domain()[0], value));
  /** @param {number} v */
  const onLine = (v) => start + rate * (v - origin);
  const ends = domain.map((v) => (rate === 0 ? v : origin + (clip(onLine(v)) - start) / rate));
  const [actual, promised] = [costAt(size), start + rate * size].map(clip);
  const title = isStep
    ? "C along the step, and its tangent"
    : markup(`C against ${svg}, and its tangent`);
  const ground = [
    plotFrame({
      x,
      y,
      xTicks: linearTicks(x, 5),
      yTicks: linearTicks(y, 4),
      title,
      xLabel: isStep ? "learning rate η" : markup(svg),
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
    tag("circle", { class: "nn-here", cx: x(origin), cy: y(start), r: 4 }),
  ];
  const marks = [
    tag("line", {
      class: "nn-gap-line",
      x1: x(origin + size),
      x2: x(origin + size),
      y1: y(actual),
      y2: y(promised),
    }),
    tag("circle", { class: "nn-ring nn-C", cx: x(origin + size), cy: y(promised), r: 6.5 }),
    tag("circle", { class: "nn-dot nn-C", cx: x(origin + size), cy: y(actual), r: 4.5 }),
  ];
  return [ground, marks];
}

/**
 * From the lowest to the highest of some costs, and a little more; where they are flat, around them.
 * @param {number[]} costs @returns {Pair}
 */
function costDomain(costs) {
  const seen = costs.filter((cost) => cost === 0 || isMeasurable(cost));
  const [low, high] = seen.length ? [Math.min(...seen), Math.max(...seen)] : [0, 0];
  const isFlat = !isMeasurable(high - low) || high - low < 1e-12 * high;
  const margin = isFlat ? 0.1 * (high || 1) : 0.2 * (high - low);
  return [low - margin, high + margin];
}

/**
 * Gap against size on log-log paper, with guides of slope 1 and 2.
 * @param {ReturnType<typeof slopeTest>} test @param {Move} move @param {Pair} xRange
 * @param {Pair} yRange
 */
function slopeCurve({ points, slope }, move, xRange, yRange) {
  const title = `Slope test: ${slope === null ? "no gap to measure" : `slope ${slope.toFixed(2)}`}`;
  const x = scaleLog([SMALLEST, largestMove(move)], xRange);
  const tops = points.map(({ gap }) => Math.log10(gap));
  const high = points.length ? Math.ceil(Math.max(...tops)) : 0;
  const low = Math.min(
    high - 4,
    Math.max(high - 12, points.length ? Math.floor(Math.min(...tops)) : -4),
  );
  const y = scaleLog([10 ** low, 10 ** high], yRange);
  /** @param {number} gap */
  const inside = (gap) => Math.max(gap, 10 ** low);
  /** @type {Tags} */
  const marks = [];
  /** @type {Tags} */
  const ground = [
    plotFrame({
      x,
      y,
      xTicks: powerTicks(x),
      yTicks: powerTicks(y, 2),
      title,
      xLabel: move.isStep ? "learning rate η" : "size of the nudge h",
    }),
  ];
  if (points.length) {
    const anchor = points.find((p) => p.size <= 0.1) ?? points.at(-1);
    for (const guide of [1, 2]) {
      /** @param {number} s */
      const at = (s) => anchor.gap * (s / anchor.size) ** guide;
      const stop = Math.max(SMALLEST, anchor.size * (10 ** low / anchor.gap) ** (1 / guide));
      ground.push(
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
      // Above the flat guide and under the steep one, clear of both and of dots along either.
      const [left, height] =
        guide === 1
          ? [x(stop) + 4, y(at(x.invert(x(stop) + 40))) - 8]
          : [x(stop) + 34, y(at(stop)) - 7];
      ground.push(label(left, height, `slope ${guide}`, { class: "nn-axis-label" }));
    }
    ground.push(
      smallDots(
        x,
        y,
        points.map(({ size, gap }) => [size, inside(gap)]),
        "nn-C",
      ),
    );
    const { actual, promised } = costChange(move, move.size);
    const gap = Math.abs(actual - promised);
    const place = Math.abs(move.size);
    if (isMeasurable(gap) && place >= SMALLEST && place <= largestMove(move))
      marks.push(
        tag("circle", {
          class: "nn-ring nn-C",
          cx: x(place),
          cy: y(Math.min(10 ** high, inside(gap))),
          r: 7,
        }),
      );
  }
  return [ground, marks];
}
