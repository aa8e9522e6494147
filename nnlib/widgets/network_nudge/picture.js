// The network: activations in the units, errors below them, slopes on the edges, and what is lit.
import { along, brief, edge, unit } from "../shared/drawing/diagram.js";
import { label, tag } from "../shared/drawing/dom.js";
import { signed, svgIndexed } from "../shared/drawing/format.js";
import { markup } from "../shared/drawing/markup.js";
import { backward, cost, forward, parseParameter } from "../shared/maths/dense.js";

export const LOOK = "nn-picture"; // class of the svg

/**
 * Elements of the picture, laid out by layoutDiagram.
 * @param {NudgeState} state
 * @param {ReturnType<typeof import("../shared/drawing/diagram.js").layoutDiagram>} layout
 * @returns {Tags}
 */
export function diagram(state, layout) {
  const { W, x, y, parameter } = state;
  const { a } = forward(state, x);
  const { delta, dW } = backward(state, x, y);
  const { at, radius } = layout;
  const lit = litFrom(state);
  const largest = Math.max(...dW.flat(2).map(Math.abs), Number.MIN_VALUE);
  const edges = [];
  W.forEach((matrix, l) =>
    matrix.forEach((row, j) =>
      row.forEach((_, k) => {
        const name = `w${l + 1}_${j + 1}${k + 1}`;
        const on = name === parameter || (lit[l]?.has(k) && lit[l + 1].has(j));
        const cut = isCut(state, l, j, k);
        const slope = dW[l][j][k];
        edges.push(
          edge({
            from: at(l, k),
            to: at(l + 1, j),
            radius,
            thickness: 1 + (5 * Math.abs(slope)) / largest,
            className: `nn-w${slope < 0 ? " nn-dashed" : ""}${on && !cut ? " nn-lit" : ""}`,
          }),
        );
        if (cut) edges.push(cross(along(at(l, k), at(l + 1, j), 0.4)));
      }),
    ),
  );
  const outputs = a.at(-1).map((_, j) =>
    edge({
      from: at(W.length, j),
      to: layout.cost,
      radius,
      className: `nn-C${lit[W.length].has(j) ? " nn-lit" : ""}`,
    }),
  );
  const units = a.flatMap((column, l) =>
    column.map((value, j) =>
      unit({
        at: at(l, j),
        radius,
        kind: "a",
        value,
        above: markup(svgIndexed(l ? `a${l}_${j + 1}` : `x_${j + 1}`)),
        below: l ? `${layout.isTight ? "" : "δ "}${signed(delta[l - 1][j], 2)}` : "",
        className: lit[l].has(j) ? "nn-lit" : "",
      }),
    ),
  );
  const end = unit({
    at: layout.cost,
    radius,
    kind: "C",
    value: cost(state, x, y),
    above: markup('<tspan class="nn-italic">C</tspan>'),
    className: "nn-lit",
  });
  const targets = y.map((value, j) =>
    label(at(W.length, j).x + radius + 5, at(W.length, j).y - radius - 2, `y ${brief(value)}`, {
      class: "nn-axis-label",
    }),
  );
  return [edges, outputs, units, end, targets];
}

/** For each layer, the units that feel the parameter; a crossed way leads nowhere. */
function litFrom(state) {
  const { W, parameter } = state;
  const { kind, l, j } = parseParameter(parameter);
  const lit = Array.from({ length: W.length + 1 }, () => new Set());
  lit[kind === "x" ? 0 : l + 1].add(j);
  for (let layer = l + 1; layer < W.length; layer++) {
    for (const from of lit[layer]) {
      W[layer].forEach((_, to) => {
        if (!isCut(state, layer, to, from)) lit[layer + 1].add(to);
      });
    }
  }
  return lit;
}

function isCut({ parameter, crossed }, l, j, k) {
  const start = parseParameter(parameter);
  return l === start.l + 1 && k === start.j && crossed.includes(j + 1);
}

function cross({ x, y }) {
  return tag("path", { class: "nn-cross", d: `M${x - 7},${y - 7}l14,14m0,-14l-14,14` });
}
