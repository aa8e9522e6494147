// A recording as nnlib.widgets.recording packs it: unpacked, and its networks moment by moment.
// No DOM.
import { checkState, propertiesOf } from "../shared/host/schema.js";
import STATE from "./state.json" with { type: "json" };
import { answerOf, bordersOf } from "../shared/maths/batch.js";

const FIELDS = propertiesOf(STATE.properties.recordings.items);

// What is drawn: so many hidden layers, units of one, samples, and answers of one output.
export const MOST_LAYERS = 4;
export const MOST_UNITS = 16;
export const MOST_SAMPLES = 4000;
const MOST_ANSWERS = 6;

const unpacked = new WeakMap();

/** A recording unpacked, once for every object; throws an Error that says what is wrong. */
export function unpack(packed) {
  if (!unpacked.has(packed)) unpacked.set(packed, read(packed));
  return unpacked.get(packed);
}

function read(packed) {
  const wrong = checkState(FIELDS, packed);
  if (wrong) throw new Error(wrong.slice(0, -1));
  const { sizes, activations, loss_name: lossName, epochs } = packed;
  const moments = epochs.length;
  const outputs = sizes.at(-1);
  if (activations.length !== sizes.length - 1)
    throw new Error(`it has ${activations.length} activations for ${sizes.length - 1} layers`);
  if (activations.slice(0, -1).includes("softmax"))
    throw new Error("softmax can only be the activation of its last layer");
  if (!epochs.every((epoch, n) => n === 0 || epoch > epochs[n - 1]))
    throw new Error("its epochs must ascend");
  for (const curve of ["loss", "accuracy"]) {
    if (packed[curve].length !== moments) throw new Error(`${curve} and epochs differ in length`);
  }
  const X = floats(packed.X);
  const N = X.length / sizes[0];
  const Y = floats(packed.Y);
  if (!(Number.isInteger(N) && N >= 1 && Y.length === N * outputs))
    throw new Error(`X and Y do not fit ${sizes[0]} inputs and ${outputs} outputs`);
  const P = sizes.slice(1).reduce((sum, n, l) => sum + n * (sizes[l] + 1), 0);
  const parameters = unpackParameters(packed.parameters, moments, P);
  for (const [name, numbers] of Object.entries({ X, Y, parameters })) {
    if (!numbers.every(Number.isFinite)) throw new Error(`${name} must hold finite numbers`);
  }
  const borders = bordersOf(Y, outputs);
  const isClassed = outputs > 1 || !borders || borders[0].length < MOST_ANSWERS;
  const answers = Float64Array.from({ length: N }, (_, i) => answerOf(Y, outputs, borders, i));
  return {
    ...packed,
    lossName,
    parameters,
    P,
    N,
    X,
    Y,
    borders,
    isClassed,
    answers, // what each target is, as `answerOf` counts it
  };
}

/**
 * What of a recording is not shown, a sentence each.
 * @param {Pick<ReturnType<typeof unpack>, "sizes" | "N" | "borders" | "isClassed">} run
 * @returns {string[]}
 */
export function notesOf({ sizes, N, borders, isClassed }) {
  const [inputs, outputs, hidden] = [sizes[0], sizes.at(-1), sizes.slice(1, -1)];
  const drawn = Math.ceil(N / Math.ceil(N / MOST_SAMPLES));
  return [
    inputs !== 2 &&
      `This network has ${inputs} input${inputs === 1 ? "" : "s"}: the input plane, the units' maps and the folded grid need exactly 2.`,
    outputs > 1 &&
      `It has ${outputs} outputs: the decision boundary and the field of the output are drawn for one output only.`,
    !isClassed &&
      `Its targets take ${borders[0].length + 1} values: no decision boundary, and one mark for all samples.`,
    hidden.length > MOST_LAYERS &&
      `It has ${hidden.length} hidden layers: the first ${MOST_LAYERS} are shown.`,
    ...hidden
      .slice(0, MOST_LAYERS)
      .map(
        (width, l) =>
          width > MOST_UNITS &&
          `Layer ${l + 1} has ${width} units: the first ${MOST_UNITS} are shown.`,
      ),
    drawn < N && `Of its ${N} samples ${drawn} are drawn; loss and accuracy count all.`,
  ].filter((note) => typeof note === "string");
}

/** Room for one network of a recording. */
export function emptyNetwork({ sizes, activations }) {
  const W = sizes.slice(1).map((n, l) => new Float64Array(n * sizes[l]));
  return { sizes, activations, W, b: sizes.slice(1).map((n) => new Float64Array(n)) };
}

/** Fills `network` with the parameters of the n-th recorded moment: every W, then every b. */
export function networkAt({ parameters, P }, n, network) {
  let place = n * P;
  for (const array of [...network.W, ...network.b]) {
    array.set(parameters.subarray(place, place + array.length));
    place += array.length;
  }
  return network;
}

/** Place of the last recorded moment at or before an epoch. */
export function momentAt({ epochs }, epoch) {
  let [low, high] = [0, epochs.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (epochs[middle] <= epoch) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The epochs that can be shown: all that one of the recordings holds. */
export function timeline(runs) {
  return [...new Set(runs.flatMap(({ epochs }) => epochs))].sort((p, q) => p - q);
}

// -- bytes --------------------------------------------------------------------------------------

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const VALUES = new Int16Array(128).fill(-1);
for (let i = 0; i < LETTERS.length; i++) VALUES[LETTERS.charCodeAt(i)] = i;

/** The bytes of a base64 text. (`atob` is not there where these modules are tested.) */
export function bytes(text) {
  const length = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  if (text.length % 4) throw new Error("a base64 text is cut off");
  const result = new Uint8Array((text.length / 4) * 3 - length);
  let [buffer, bits, out] = [0, 0, 0];
  for (let i = 0; i < text.length - length; i++) {
    const value = VALUES[text.charCodeAt(i)] ?? -1;
    if (value < 0) throw new Error("a base64 text holds a strange character");
    buffer = ((buffer << 6) | value) & 0xffffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      result[out++] = (buffer >> bits) & 255;
    }
  }
  return result;
}

function floats(text) {
  const data = bytes(text);
  if (data.length % 8) throw new Error("X and Y must hold float64 numbers");
  return new Float64Array(data.buffer);
}

/** Undoes nnlib.widgets.recording.pack_parameters: Float32Array, moment by moment. */
export function unpackParameters(text, moments, P) {
  const data = bytes(text);
  const count = moments * P;
  if (data.length !== 4 * count)
    throw new Error(`parameters hold ${data.length} bytes, not 4 x ${moments} x ${P}`);
  const bits = new Int32Array(count);
  for (let p = 0, i = 0; p < P; p++) {
    let value = 0;
    for (let s = 0; s < moments; s++, i++) {
      const folded =
        (data[i] << 24) |
        (data[i + count] << 16) |
        (data[i + 2 * count] << 8) |
        data[i + 3 * count];
      value = (value + ((folded >>> 1) ^ -(folded & 1))) | 0;
      bits[s * P + p] = value;
    }
  }
  return new Float32Array(bits.buffer);
}
