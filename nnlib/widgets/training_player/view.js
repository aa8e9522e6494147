// TrainingPlayer: a recorded training, played, scrubbed along its loss, and seen by every layer.
// This view arranges; the mathematics is in shared/maths/batch.js, the pictures in the rooms beside it.
import { clock } from "./clock.js";
import { choices, playControls, sampleLine } from "./controls.js";
import { HEIGHT, scrubBar } from "./scrub.js";
import { arrangementOf, stage } from "./stage.js";
import { momentAt, notesOf, timeline } from "./recording.js";
import { PROPERTIES, cardsOf, momentWords, scenesOf, summary, validate } from "./state.js";
import { h } from "../shared/drawing/dom.js";
import { frame } from "../shared/host/frame.js";
import { whileSeen } from "../shared/host/seen.js";
import { themeColours } from "../shared/drawing/theme.js";

export { summary, validate };

const COLOURS = ["ink", "muted", "line", "raised", "w", "b", "a", "z", "C", "d"];
const SECONDS = 12; // that a whole recording takes at speed 1
const isCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** @param {Room<PlayerState>} room @returns {Built<PlayerState>} */
function build({ body, tools, state, wide, change: changeModel, redraw }) {
  const scenes = scenesOf(state);
  const runs = scenes.map(({ run }) => run);
  const moments = timeline(runs);
  const { panels, compact } = state;
  const arrangement = arrangementOf(runs.length > 1, wide);
  let latest = state;
  let pointed = null;
  let measured = null;
  let waiting = false; // something has changed while nobody could see it
  let wished = false; // the reader has pressed Play

  /** What is asked for holds at once, for the next key that comes before the next frame. */
  function change(values) {
    latest = { ...latest, ...values };
    changeModel(values);
  }

  const hear = {
    state: () => latest,
    point(i) {
      if (i === pointed) return;
      pointed = i;
      redraw();
    },
    choose: (sample) => change({ sample }),
    turn([side, over]) {
      const around = ((((side + 180) % 360) + 360) % 360) - 180;
      change({ turn: [around, Math.min(90, Math.max(-90, over))] });
    },
    pick(layer, unit) {
      const again = latest.layer === layer && latest.unit === unit;
      change({ layer, unit: again ? 0 : unit });
    },
  };
  const stages = scenes.map((one, place) =>
    stage({ scene: one, panels, arrangement, place, count: runs.length, hear }),
  );
  const scrub = scrubBar({
    runs,
    moments,
    epoch: state.epoch,
    height: HEIGHT[wide ? "wide" : "narrow"],
    onEpoch: jump,
    onPlay: toggle,
  });
  const bar = playControls({
    moments,
    onPlay: toggle,
    onStep: (step) => jump(moments[moments.indexOf(latest.epoch) + step]),
    onSpeed: (speed) => change({ speed }),
  });
  const hasPlane = panels.includes("plane") && scenes.some((one) => one.hasPlane);
  const cards = runs.flatMap((run) => cardsOf(run, panels));
  const setChoices = compact
    ? () => {}
    : choices({
        runs,
        tools,
        change,
        hasPlane,
        hasMaps: cards.some(({ maps }) => maps),
        hasCloud: cards.some(({ cloud }) => cloud),
      });
  const line = compact
    ? null
    : sampleLine({ most: Math.min(...runs.map(({ N }) => N)) - 1, onChoose: hear.choose });
  if (compact) tools.append(bar.element); // first, where a small screen shows it at once
  body.append(
    h(
      "div.nn-player-stages",
      { style: `grid-template-columns: repeat(${stages.length}, minmax(0, 1fr))` },
      ...stages.map(({ element }) => element),
    ),
    scrub.element,
    ...(compact ? [] : [bar.element]),
    ...(line ? [line.element] : []),
    ...runs.flatMap(notesOf).map((note) => h("p.nn-player-note", {}, note)),
  );
  // At once, not in the next frame: on paper there is none.
  const theme = themeColours(body, COLOURS, refresh);
  const sight = whileSeen(body, () => {
    if (waiting) refresh();
    run();
  });
  const time = clock({
    perSecond: () => latest.speed * Math.min(60, Math.max(4, moments.length / SECONDS)),
    onTicks(count) {
      const place = Math.min(moments.length - 1, moments.indexOf(latest.epoch) + count);
      const isLast = place === moments.length - 1;
      change({ epoch: moments[place], ...(isLast && { playing: false }) });
    },
  });

  function jump(epoch) {
    if (epoch !== undefined) change({ epoch, playing: false });
  }

  function toggle() {
    wished = true;
    if (latest.playing) change({ playing: false });
    else {
      const atEnd = latest.epoch === moments.at(-1);
      change({ playing: true, ...(atEnd && { epoch: moments[0] }) });
    }
  }

  /** The clock runs while there is something to play and someone to see it. */
  function run() {
    if (latest.playing && !wished && isCalm()) change({ playing: false });
    else if (latest.playing && sight.seen()) time.start();
    else time.stop();
  }

  /** Draws the pictures; while nobody can see them they wait. */
  function refresh() {
    waiting = !sight.seen();
    if (!waiting) drawPictures();
  }

  function drawPictures() {
    const lit = pointed ?? latest.sample;
    const look = {
      colours: theme.colours,
      lit,
      folded: cards.some(({ cloud }) => cloud),
      ...latest,
    };
    scenes.forEach((one, place) => {
      one.goTo(momentAt(runs[place], latest.epoch));
      stages[place].draw({ ...look, folded: look.folded && one.hasPlane });
    });
    scrub.draw(latest.epoch, momentWords(runs, latest.epoch, scenes));
    line?.draw(scenes, lit, latest.sample);
  }

  function draw(current, width) {
    latest = current;
    bar.set(current);
    setChoices(current);
    if (width !== measured) {
      measured = width;
      scrub.resize(width);
      for (const one of stages) one.resize();
    }
    refresh();
    run();
  }

  return {
    draw,
    takeDown() {
      time.stop();
      theme.stop();
      sight.stop();
    },
  };
}

const numbers = new WeakMap();
let counted = 0;

/** A number for a list of recordings, so that another list is noticed without reading it. */
function numberOf(recordings) {
  if (!numbers.has(recordings)) numbers.set(recordings, ++counted);
  return numbers.get(recordings);
}

/** @param {{ model: Model, el: HTMLElement }} place */
export function render({ model, el }) {
  return frame({
    model,
    el,
    name: "Training player",
    traits: Object.keys(PROPERTIES),
    validate,
    structure: ({ recordings, panels, compact }) => [numberOf(recordings), panels, compact],
    build,
    summary,
  });
}
