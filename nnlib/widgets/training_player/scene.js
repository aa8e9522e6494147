// A recording at one moment: whatever a picture needs of it, computed when asked for and kept until
// the moment changes. No DOM.
import {
  costOf,
  emptyTrace,
  forward,
  isRight,
  meanCost,
  slopesByActivation,
} from "../shared/maths/batch.js";
import { gridLines, gridPoints, preimage, squareDomain } from "./fields.js";
import { MOST_SAMPLES, emptyNetwork, networkAt } from "./recording.js";

export const GRID = 57; // points a side of the fields
export const LINES = 11; // lines of the folded grid, each way
export const PIECES = 24; // straight pieces that a folded line is made of
export const AHEAD = 5; // recorded moments that "where the next steps take it" looks ahead
const MOST_ARROWS = 60;

export function scene(run) {
  const { sizes, N, X, Y, lossName, borders } = run;
  const hasPlane = sizes[0] === 2;
  const network = emptyNetwork(run);
  const later = emptyNetwork(run);
  const domain = hasPlane ? squareDomain(X) : null;
  const every = Math.ceil(N / MOST_SAMPLES);
  const shown = Int32Array.from({ length: Math.ceil(N / every) }, (_, k) => k * every);
  let moment = -1; // none yet
  let kept = {};

  /** What `make` returns, once a moment; the buffers that it fills are made once. */
  const once = (name, make) => (kept[name] ??= make());
  const rooms = {};
  const room = (name, make) => (rooms[name] ??= make());

  const traceOf = (name, makePoints) => () =>
    once(name, () => {
      const points = room(`${name} points`, makePoints);
      const trace = room(`${name} trace`, () => emptyTrace(network, points.length / sizes[0]));
      return forward(network, points, trace);
    });
  const samples = traceOf("samples", () => X);
  const plane = () => /** @type {[Pair, Pair]} */ (domain); // who asks for a field has one
  const field = traceOf("field", () => gridPoints(plane(), GRID, GRID));
  const fold = traceOf("fold", () => gridLines(plane(), LINES, PIECES));

  /** The rows of X that carry arrows: spread over all, and the one that is lit. */
  function arrowRows(lit) {
    const apart = Math.max(1, Math.ceil(N / MOST_ARROWS));
    const rows = [];
    for (let i = 0; i < N; i += apart) rows.push(i);
    if (lit !== null && lit % apart) rows.push(lit);
    return rows;
  }

  const rowsOf = (values, width, rows) => {
    const some = new Float64Array(rows.length * width);
    rows.forEach((i, k) => some.set(values.subarray(i * width, (i + 1) * width), k * width));
    return some;
  };

  return {
    run,
    domain,
    shown,
    hasPlane,
    samples,
    field,
    fold,
    goTo(n) {
      if (n === moment) return;
      moment = n;
      kept = {};
      networkAt(run, n, network);
    },
    network: () => network,
    loss: () => once("loss", () => meanCost(network, samples(), Y, lossName)),
    accuracy: () =>
      once("accuracy", () => {
        const outputs = samples().a.at(-1);
        let right = 0;
        for (let i = 0; i < N; i++) right += Number(isRight(outputs, Y, sizes.at(-1), borders, i));
        return right / N;
      }),
    costOf: (i) => costOf(network, samples(), Y, lossName, i),
    outputOf: (i) =>
      samples()
        .a.at(-1)
        .subarray(i * sizes.at(-1), (i + 1) * sizes.at(-1)),

    /** The values of z of the output at which one answer borders on the next. */
    borderLevels: () =>
      sizes.at(-1) > 1 || !run.isClassed
        ? []
        : borders[0]
            .map((border) => preimage(run.activations.at(-1), border))
            .filter((z) => z !== null),

    /** What some points ask for: { rows, trace, da }, da[l] being dC_i/da of hidden layer l. */
    asks(lit) {
      return once(`asks ${lit}`, () => {
        const rows = arrowRows(lit);
        const trace = forward(network, rowsOf(X, sizes[0], rows), emptyTrace(network, rows.length));
        const targets = rowsOf(Y, sizes.at(-1), rows);
        return { rows, trace, da: slopesByActivation(network, trace, targets, lossName) };
      });
    },

    /** Where the next recorded moments take the same points: { rows, traces }, this moment first. */
    steps(lit) {
      return once(`steps ${lit}`, () => {
        const rows = arrowRows(lit);
        const points = rowsOf(X, sizes[0], rows);
        const last = Math.min(run.epochs.length - 1, moment + AHEAD);
        const traces = [];
        for (let n = moment; n <= last; n++) {
          networkAt(run, n, later);
          traces.push(forward(later, points, emptyTrace(later, rows.length)));
        }
        return { rows, traces };
      });
    },
  };
}
