// What the gradient check says, as markup: the line of the backward pass, and the verdict with its
// reasons.
import { indexed, number, spokenIndexed, whole } from "../shared/drawing/format.js";
import { markup } from "../shared/drawing/markup.js";
import { TOLERANCE, reader } from "./state.js";

const DIGITS = 9; // of a slope

export const VERDICTS = {
  passed: "✓ passed",
  failed: "✗ failed",
  noise: "≈ only noise",
  lost: "– no answer",
};

/** A parameter as this page prints it, and as nnlib.gradcheck names it: counted from 0. */
export function bothNames(name) {
  const [head, units] = name.split("_");
  const places = [...units].map((unit) => Number(unit) - 1).join(", ");
  const array = head[0] === "w" ? "W" : "b";
  return `${indexed(name)} <code>layer ${head.slice(1)}: ${array}[${places}]</code>`;
}

// -- the line of the backward pass ------------------------------------------------------------

const transposed = (name) => `(${whole(name)})<sup>T</sup>`;
const wrong = (html) => `<mark class="nn-wrong">${html}</mark>`;

/** The line that gives a layer's delta, as it is written: with the bug, if it is here. */
export function lineOf({ W, bug_layer: chosen }, { layer: place }, bug) {
  const layer = place ?? chosen;
  const here = place === null ? "none" : bug;
  const last = layer === W.length;
  const next = layer + 1;
  let front;
  if (last) {
    const [a, y] = [whole(`a${layer}`), "<i>y</i>"];
    front = here === "sign" ? wrong(`${y} − ${a}`) : `${a} − ${y}`;
    front = `${here === "half" ? wrong("2") : ""}(${front})`;
  } else {
    const matrix = here === "transpose" ? wrong(whole(`W${next}`)) : transposed(`W${next}`);
    front = `${matrix} ${whole(`δ${next}`)}`;
    if (here === "path") front += ` ${wrong(`without unit ${W[layer].length}`)}`;
    front = `(${front})`;
    if (here === "sign") front = `${wrong("−")}${front}`;
  }
  const at = here === "a_for_z" ? wrong(whole(`a${layer}`)) : whole(`z${layer}`);
  const end = here === "slope" ? wrong(`<s>⊙ σ′(${at})</s>`) : `⊙ σ′(${at})`;
  return `${whole(`δ${layer}`)} = ${front} ${end}`;
}

/** What stands beside the line: where it is, and why a bug is not in it. */
export function lineNote({ W, bug, bug_layer: layer }, { obstacle }, changesNothing) {
  const next = W[layer];
  const obstacles = {
    last: () =>
      W.length === 1
        ? "A network of one layer carries no error back: there is no matrix in its line, and this bug cannot be there."
        : "The last layer's line has no matrix, so this bug cannot be there. Choose an earlier layer.",
    shape: () =>
      `This bug cannot hide here: ${whole(`W${layer + 1}`)} has shape (${next.length}, ${next[0].length}), so without the transpose the product does not fit ${whole(`δ${layer + 1}`)}, of ${counted(next.length, "entry", "entries")}, and NumPy stops with an error. It takes a square matrix.`,
    "one path": () =>
      `Layer ${layer + 1} has one unit, so one path leads back from it, and there is none to forget beside it.`,
  };
  if (obstacle) return obstacles[obstacle]();
  if (bug === "none") return "This is right.";
  if (changesNothing)
    return "The bug is in, and it changes no number: with this network and this sample nobody can see it.";
  const half = bug === "half" && layer !== W.length;
  return half
    ? "The ½ belongs to the cost, so this bug sits in the last layer's line."
    : "This is what is checked.";
}

function counted(count, one, many) {
  return `${count} ${count === 1 ? one : many}`;
}

// -- the verdict ------------------------------------------------------------------------------

/** The verdict's reasons, in a few sentences. */
export function reasons(state, reading) {
  const { report, worst, isWrong, diagnosis } = reading;
  const { eps } = state;
  if (report.verdict === "lost")
    return "This ε is too small: beside one of the parameters it is lost, and the nudged number is the same number as before. Nothing is measured.";
  if (report.verdict === "noise")
    return `At this ε rounding alone can make a difference of up to ${number(report.noise, 3)} (ten times the last digit of the cost, taken as 1 where it is smaller, over ε), and none of the differences is larger. The check lets that pass, and it proves nothing. Take a larger ε.`;
  const largest = `Largest difference, ${number(report.difference, 3)}, at ${bothNames(worst.name)}`;
  if (report.verdict === "passed") return `Derived and measured agree. ${largest}.`;
  if (!isWrong)
    return `The gradient is right, and fails: ε is too ${eps > 1e-5 ? "large, and the bend of the cost (truncation)" : "small, and rounding"} makes the difference. ${largest}.`;
  return `${largest}: ${number(worst.derived)} derived, ${number(worst.measured)} measured. ${where(state, diagnosis)} ${which(state, diagnosis)}`;
}

function where({ W }, { layer }) {
  const behind = W.length - layer;
  const right =
    behind === 0
      ? "It is wrong from the last layer on"
      : behind === 1
        ? `Layer ${W.length} is right, layer ${layer} is wrong`
        : `Layers ${layer + 1} to ${W.length} are right, layer ${layer} is wrong`;
  const before =
    layer === 1 ? "" : layer === 2 ? " (layer 1 inherits it)" : " (the layers before inherit it)";
  return `${right}${before}: the bug is in the line of <b>layer ${layer}</b>.`;
}

function which({ W }, { layer, terms }) {
  const next = layer + 1;
  const signs = {
    sign: "the sign: each slope is the measured one turned round",
    half: "the miss: each slope is twice the measured one, as if the cost had no ½",
    transpose: `the matrix: ${whole(`W${next}`)} ${whole(`δ${next}`)} gives these numbers, ${transposed(`W${next}`)} ${whole(`δ${next}`)} the measured ones`,
    a_for_z: `the slope of the squash: σ′ at ${whole(`a${layer}`)} gives these numbers, at ${whole(`z${layer}`)} the measured ones`,
    path: `the sum: without the path through unit ${W[layer]?.length} of layer ${next} it gives these numbers`,
    slope: `the slope of the squash: without σ′(${whole(`z${layer}`)}) the line gives these numbers`,
  };
  const found = terms.map((bug) => signs[bug]);
  if (!found.length) return "No bug of the menu gives these numbers.";
  if (found.length === 1) return `The term is ${found[0]}.`;
  return `The term cannot be told from this sample alone. Either ${found.join("; or ")}.`;
}

/** The verdict in a sentence. */
export function verdictWords(state, { report, worst, isWrong, diagnosis }) {
  const verdict = VERDICTS[report.verdict].replace(/^\W+/, "");
  const at =
    report.verdict === "failed" ? `, largest difference at ${spokenIndexed(worst.name)}` : "";
  const place =
    isWrong && report.verdict === "failed"
      ? ` The bug is in the line of layer ${diagnosis.layer}.`
      : "";
  return `Epsilon ${state.eps}: relative error ${number(report.error, 3)}, ${verdict} at tolerance ${TOLERANCE}${at}.${place}`;
}

/**
 * The picture in a sentence.
 * @param {GradientState} state
 */
export const summary = (state) => verdictWords(state, reader()(state));

/** How the error runs over all eps, in a sentence. */
export function curveWords({ branches, isWrong, floor }) {
  const shape = isWrong
    ? `with the bug it is flat and stays near ${number(floor, 3)}`
    : `${branches.truncation ? "it falls with slope 2 (truncation)" : "it does not fall with slope 2"} and rises again with slope −1 (rounding)`;
  return `Relative error against epsilon from 1 down to 1e-15, both logarithmic: ${shape}.`;
}

// -- the numbers ------------------------------------------------------------------------------

/**
 * [caption, text] of the slope that is read out and of the verdict; `nameOf` writes a parameter.
 * @param {GradientState} state @returns {[Content, Content][]}
 */
export function cellTexts({ parameter }, { measured, derived, names, report }, nameOf) {
  const slope = `∂C/∂${nameOf(parameter)}`;
  return [
    [markup(`${slope} measured`), number(measured, DIGITS)],
    [markup(`${slope} by backprop`), number(derived, DIGITS)],
    [`relative error, ${names.length} slopes`, number(report.error)],
    ["at tolerance 10⁻⁷", VERDICTS[report.verdict]],
  ];
}

export const LAYER_HEADS = ["layer", "∂C/∂W", "∂C/∂b"];

/** Which layer the verdict finds the bug in, from 1; null for none. */
export const layerOfBug = ({ report, diagnosis }) =>
  report.verdict === "failed" && diagnosis ? diagnosis.layer : null;

/** The relative errors of each layer, in the order of LAYER_HEADS. */
export function layerTexts({ layers, report, diagnosis }) {
  const verdict = ({ error, agrees }) =>
    Number.isNaN(error) ? "–" : `${number(error, 3)} ${agrees ? "✓" : "✗"}`;
  const here = layerOfBug({ report, diagnosis });
  return layers.map(({ W, b }, l) => [
    `${l + 1}${l + 1 === here ? " ← the bug" : ""}`,
    verdict(W),
    verdict(b),
  ]);
}

/** What the complex step finds. */
export function complexWords({ parameter }, { slope, error, verdict }) {
  return `Complex step, Im C(<i>w</i> + <i>ih</i>) / <i>h</i>: ∂C/∂${indexed(parameter)} = <b>${number(slope, DIGITS)}</b>. Relative error over all slopes <b>${number(error)}</b>, ${VERDICTS[verdict]}. No two nearly equal numbers are subtracted, so no digit is lost however small <i>h</i> is.`;
}
