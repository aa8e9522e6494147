// The training player's state: what it may be, and what it says.
import STATE from "./state.json" with { type: "json" };
import { checkState, propertiesOf, shown } from "../shared/host/schema.js";
import { number } from "../shared/drawing/format.js";
import { MOST_LAYERS, momentAt, timeline, unpack } from "./recording.js";
import { scene } from "./scene.js";

export const PROPERTIES = propertiesOf(STATE);

/**
 * null, or what is wrong with a state, naming the trait.
 * @param {PlayerState} state
 */
export function validate(state) {
  const { recordings, epoch, turn, layer, unit, sample } = state;
  const wrong = checkState(PROPERTIES, state);
  if (wrong) return wrong;
  for (const [place, packed] of recordings.entries()) {
    try {
      unpack(packed);
    } catch (error) {
      return `recordings[${place}] cannot be read: ${/** @type {Error} */ (error).message}.`;
    }
  }
  const runs = recordings.map(unpack);
  if (!timeline(runs).includes(epoch))
    return `epoch is ${shown(epoch)}; it must be one that was recorded: ${some(timeline(runs))}.`;
  if (Math.abs(turn[1]) > 90) return `turn is ${shown(turn)}; over it must be of size at most 90.`;
  const widths = widthsOf(runs);
  if (layer > widths.length)
    return `layer is ${layer}; it must be a whole number from 1 to ${widths.length}.`;
  if (unit > widths[layer - 1])
    return `unit is ${unit}; layer ${layer} has units 1 to ${widths[layer - 1]}, and 0 means all.`;
  const most = Math.min(...runs.map(({ N }) => N)) - 1;
  if (sample !== null && sample > most)
    return `sample is ${sample}; the rows of X are 0 to ${most}.`;
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

/** The loss and the accuracy of a moment, as texts. */
export const readingsOf = (one) => ({
  loss: number(one.loss(), 3),
  accuracy: percent(one.accuracy()),
});

/** The recorded moment in words: "epoch 120, loss 0.034, accuracy 99 %"; each recording's. */
export function momentWords(runs, epoch, scenes) {
  const words = scenes.map((one, place) => {
    const name = runs.length > 1 ? `${labelOf(runs[place], place, runs.length)}: ` : "";
    const { loss, accuracy } = readingsOf(one);
    return `${name}loss ${loss}, accuracy ${accuracy}`;
  });
  return `epoch ${epoch}, ${words.join("; ")}`;
}

/** How to say the recording's name above its pictures. */
export const labelOf = (run, place, count) =>
  run.label || (count > 1 ? `recording ${place + 1}` : "");

/** The recordings of a state at its epoch. */
export function scenesOf({ recordings, epoch }) {
  return recordings.map((packed) => {
    const run = unpack(packed);
    const one = scene(run);
    one.goTo(momentAt(run, epoch));
    return one;
  });
}

/** The picture in a sentence. */
export function summary(state) {
  return `At ${momentWords(state.recordings.map(unpack), state.epoch, scenesOf(state))}.`;
}
