// The curve of the loss, along which the reader drags the learning itself.
import { roundUp } from "../shared/drawing/bounds.js";
import {
  drawSvg,
  h,
  label,
  setAttribute,
  svgPicture,
  tag,
  unselectable,
} from "../shared/drawing/dom.js";
import { trimmed } from "../shared/drawing/format.js";
import { momentAt } from "./recording.js";
import { labelOf } from "./state.js";

const MARGIN = { left: 46, right: 14, top: 24, bottom: 20 };
export const LOOK = "nn-plot nn-player-curve";
export const HEIGHT = { wide: 116, narrow: 108 };
const DASHES = ["none", "7 4"]; // of the first and of the second recording

/** From three to six round epochs from 0 up to the last, or every one of fewer. */
function tickEpochs(last) {
  const step = Math.max(1, roundUp(last / 5));
  return Array.from({ length: Math.floor(last / step) + 1 }, (_, n) => n * step);
}

/** Where epochs, and shares of the largest loss, lie in a bar of some size. */
export function layoutOf(runs, { width, height }) {
  const last = Math.max(1, ...runs.map(({ epochs }) => epochs.at(-1)));
  const most = Math.max(...runs.flatMap(({ loss }) => loss)) || 1;
  const right = width - MARGIN.right - (runs.length === 1 ? 34 : 0);
  const bottom = height - MARGIN.bottom;
  const x = (epoch) => MARGIN.left + ((right - MARGIN.left) * epoch) / last;
  const y = (share) => bottom + (MARGIN.top - bottom) * share;
  return { runs, width, last, most, right, bottom, x, y };
}

/** The axes and the curves. */
export function frameAndCurves({ runs, width, last, most, right, bottom, x, y }) {
  const small = { class: "nn-axis-label" };
  const end = { ...small, "text-anchor": "end" };
  const path = (run, values) =>
    values
      .map((v, n) => `${n ? "L" : "M"}${x(run.epochs[n]).toFixed(1)} ${y(v).toFixed(1)}`)
      .join("");
  const names = runs.map(
    (run, place) => `${["solid", "dashed"][place]}: ${labelOf(run, place, runs.length)}`,
  );
  return [
    tag("path", { class: "nn-axis", d: `M${MARGIN.left},${MARGIN.top}V${bottom}H${right}` }),
    label(6, 9, "loss", { class: "nn-plot-title nn-C" }),
    label(MARGIN.left - 5, y(1), trimmed(most, 2), end),
    label(MARGIN.left - 5, y(0), "0", end),
    ...tickEpochs(last).map((epoch) =>
      label(x(epoch), bottom + 11, String(epoch), { ...small, "text-anchor": "middle" }),
    ),
    ...(runs.length === 1
      ? [
          label(width - 6, 9, "accuracy", { ...end, class: "nn-plot-title nn-muted" }),
          label(right + 4, y(1), "100 %", small),
          label(right + 4, y(0), "0 %", small),
          tag("path", { class: "nn-curve nn-player-accuracy", d: path(runs[0], runs[0].accuracy) }),
        ]
      : [label(MARGIN.left + 34, 9, names.join(", "), small)]),
    ...runs.map((run, place) => {
      const shares = run.loss.map((v) => v / most);
      const dashes = { "stroke-dasharray": DASHES[place] };
      return tag("path", { class: "nn-curve nn-C", d: path(run, shares), ...dashes });
    }),
  ];
}

/** The line and the dots at an epoch. */
export function marksAt({ runs, most, bottom, x, y }, epoch) {
  const across = x(epoch).toFixed(1);
  return [
    tag("path", { class: "nn-player-here", d: `M${across} ${MARGIN.top - 4}V${bottom + 4}` }),
    ...runs.map((run) => {
      const n = momentAt(run, epoch);
      const [cx, cy] = [x(run.epochs[n]), y(run.loss[n] / most)];
      return tag("circle", { class: "nn-player-dot nn-C", cx, cy, r: 6 });
    }),
  ];
}

/**
 * A slider over the epochs `moments`, at `epoch` to begin with. `onEpoch(epoch)` hears where it goes,
 * `onPlay()` that Space was pressed. Returns { element, draw(epoch, words), resize(width) }.
 */
export function scrubBar({ runs, moments, epoch: start, height, onEpoch, onPlay }) {
  const picture = svgPicture(LOOK);
  picture.setAttribute("aria-hidden", "true");
  picture.style.height = `${height}px`;
  const here = document.createElementNS(picture.namespaceURI, "g");
  const curves = document.createElementNS(picture.namespaceURI, "g");
  picture.append(curves, here);
  const element = h(
    "div.nn-player-scrub",
    {
      role: "slider",
      tabindex: 0,
      "aria-label": "Epoch",
      "aria-valuemin": moments[0],
      "aria-valuemax": moments.at(-1),
      "aria-valuenow": start,
      "data-lm-suppress-shortcuts": "true",
      onkeydown: keys,
      onpointerdown: grab,
    },
    picture,
  );
  unselectable(element);
  let layout = layoutOf(runs, { width: 0, height });
  let current = start;

  function resize(width) {
    if (width === layout.width) return;
    layout = layoutOf(runs, { width, height });
    setAttribute(picture, "viewBox", `0 0 ${width} ${height}`);
    drawSvg(curves, frameAndCurves(layout));
    place();
  }

  const place = () => drawSvg(here, marksAt(layout, current));

  function draw(epoch, words) {
    setAttribute(element, "aria-valuenow", epoch);
    setAttribute(element, "aria-valuetext", words);
    if (epoch === current && here.childElementCount) return;
    current = epoch;
    place();
  }

  /** The recorded epoch nearest to a place on the bar. */
  function epochAt(px) {
    const wanted = ((px - MARGIN.left) / (layout.right - MARGIN.left)) * layout.last;
    return moments.reduce((best, epoch) =>
      Math.abs(epoch - wanted) < Math.abs(best - wanted) ? epoch : best,
    );
  }

  function grab(event) {
    if (event.button !== 0) return;
    const { left } = picture.getBoundingClientRect();
    const move = ({ clientX }) => {
      const epoch = epochAt(clientX - left);
      if (epoch !== current) onEpoch(epoch);
    };
    const drop = () => {
      element.removeEventListener("pointermove", move);
      element.removeEventListener("pointerup", drop);
      element.removeEventListener("pointercancel", drop);
    };
    element.setPointerCapture(event.pointerId);
    element.addEventListener("pointermove", move);
    element.addEventListener("pointerup", drop);
    element.addEventListener("pointercancel", drop);
    move(event);
  }

  function keys(event) {
    if (event.key === " ") {
      event.preventDefault();
      return onPlay();
    }
    const far = Math.max(1, Math.round(moments.length / 10));
    const at = moments.indexOf(current);
    const to = {
      ArrowLeft: at - 1,
      ArrowDown: at - 1,
      ArrowRight: at + 1,
      ArrowUp: at + 1,
      PageDown: at - far,
      PageUp: at + far,
      Home: 0,
      End: moments.length - 1,
    }[event.key];
    if (to === undefined) return undefined;
    event.preventDefault();
    return onEpoch(moments[Math.min(moments.length - 1, Math.max(0, to))]);
  }

  return { element, draw, resize };
}
