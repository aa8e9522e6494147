// The training player's state: what it may be, and what it says.
import { shown } from "../shared/host/check.js";
import { number } from "../shared/drawing/format.js";
import { momentAt, timeline, unpack } from "./recording.js";

export const TRAITS = [
  "recordings",
  "epoch",
  "panels",
  "compact",
  "view",
  "turn",
  "arrows",
  "layer",
  "unit",
  "sample",
  "speed",
  "playing",
];
export const PANELS = ["plane", "units", "cloud"];
export const SPEEDS = [0.25, 0.5, 1, 2, 4];
export const MOST_LAYERS = 4; // hidden ones that are shown
export const MOST_UNITS = 16; // of a layer that are shown
/** @type {Record<string, unknown[]>} */
const CHOICES = { view: ["a", "z"], arrows: ["none", "ask", "steps", "both"], speed: SPEEDS };

/**
 * null, or what is wrong with a state, naming the trait.
 * @param {PlayerState} state
 */
export function validate(state) {
  const { recordings, epoch, panels, turn, layer, unit, sample } = state;
  if (!Array.isArray(recordings) || recordings.length < 1 || recordings.length > 2)
    return "recordings must be a list of one or two recordings.";
  let runs;
  for (const [place, packed] of recordings.entries()) {
    try {
      unpack(packed);
    } catch (error) {
      return `recordings[${place}] cannot be read: ${/** @type {Error} */ (error).message}.`;
    }
  }
  runs = recordings.map(unpack);
  if (!timeline(runs).includes(epoch))
    return `epoch is ${shown(epoch)}; it must be one that was recorded: ${some(timeline(runs))}.`;
  if (!Array.isArray(panels) || panels.some((p, k) => !PANELS.includes(p) || panels.indexOf(p) < k))
    return `panels is ${shown(panels)}; it must be a list of ${PANELS.join(", ")}, each at most once.`;
  for (const [name, known] of Object.entries(CHOICES)) {
    if (!known.includes(state[name]))
      return `${name} is ${shown(state[name])}; known are ${known.join(", ")}.`;
  }
  for (const name of ["compact", "playing"]) {
    if (typeof state[name] !== "boolean")
      return `${name} is ${shown(state[name])}; it must be true or false.`;
  }
  const isAngle = (value, most) => Number.isFinite(value) && Math.abs(value) <= most;
  if (!(Array.isArray(turn) && turn.length === 2 && isAngle(turn[0], 360) && isAngle(turn[1], 90)))
    return `turn is ${shown(turn)}; it must be degrees to the side (to 360) and over (to 90).`;
  const widths = widthsOf(runs);
  if (!(Number.isInteger(layer) && layer >= 1 && layer <= widths.length))
    return `layer is ${shown(layer)}; it must be a whole number from 1 to ${widths.length}.`;
  if (!(Number.isInteger(unit) && unit >= 0 && unit <= widths[layer - 1]))
    return `unit is ${shown(unit)}; layer ${layer} has units 1 to ${widths[layer - 1]}, and 0 means all.`;
  const most = Math.min(...runs.map(({ N }) => N)) - 1;
  if (!(sample === null || (Number.isInteger(sample) && sample >= 0 && sample <= most)))
    return `sample is ${shown(sample)}; the rows of X are 0 to ${most}.`;
  return null;
}

function some(list) {
  const shown = list.length > 8 ? [...list.slice(0, 4), "…", ...list.slice(-2)] : list;
  return shown.join(", ");
}

/** Units of each layer; of the wider recording where there are two. */
export function widthsOf(runs) {
  const widths = [];
  for (const { sizes } of runs)
    sizes.slice(1).forEach((n, l) => (widths[l] = Math.max(n, widths[l] ?? 0)));
  return widths;
}

/** The hidden layers of which something is drawn, counted from 1. */
export function cardsOf({ sizes }, panels) {
  const maps = panels.includes("units") && sizes[0] === 2;
  return sizes
    .slice(1, -1)
    .slice(0, MOST_LAYERS)
    .map((width, l) => ({
      layer: l + 1,
      width,
      maps,
      cloud: panels.includes("cloud") && (width === 2 || width === 3),
    }))
    .filter((card) => card.maps || card.cloud);
}

/** 0.986 as "98.6 %", without a zero that says nothing; "100 %" only where all are right. */
export function percent(share) {
  const tenths = share < 1 ? Math.min(999, Math.round(1000 * share)) : 1000;
  return `${tenths / 10} %`;
}

/** The recorded moment in words: "epoch 120, loss 0.034, accuracy 99 %"; each recording's. */
export function momentWords(runs, epoch, scenes) {
  const words = scenes.map((one, place) => {
    const name = runs.length > 1 ? `${runs[place].label || `recording ${place + 1}`}: ` : "";
    return `${name}loss ${number(one.loss(), 3)}, accuracy ${percent(one.accuracy())}`;
  });
  return `epoch ${epoch}, ${words.join("; ")}`;
}

/** How to say the recording's name above its pictures. */
export const labelOf = (run, place, count) =>
  run.label || (count > 1 ? `recording ${place + 1}` : "");

export { momentAt, timeline, unpack };
