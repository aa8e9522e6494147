// A matrix or column between brackets: its name above, its shape below.
import { h } from "./dom.js";

/**
 * `name` and `shape` are markup, `words` is for assistive technology, `cell(j, k)` returns the
 * element of an entry. `rowHeads` and `columnHeads` are lists of elements, or missing; `headRoom`
 * keeps the room of column heads free, so that a neighbour with heads stays level.
 * @param {{
 *   name: string, words: string, shape: string, rows: number, columns: number,
 *   cell: (j: number, k: number) => HTMLElement,
 *   rowHeads?: HTMLElement[], columnHeads?: HTMLElement[], headRoom?: boolean,
 * }} options
 */
export function matrix({
  name,
  words,
  shape,
  rows,
  columns,
  cell,
  rowHeads,
  columnHeads,
  headRoom,
}) {
  const cells = Array.from({ length: rows }, (_, j) =>
    Array.from({ length: columns }, (_, k) => cell(j, k)),
  );
  const grid = h(
    "div.nn-matrix-cells",
    { style: `grid-template-columns: repeat(${columns}, var(--nn-cell))` },
    ...cells.flat(),
  );
  const over = columnHeads
    ? h("div.nn-matrix-heads", {}, ...columnHeads)
    : headRoom && h("div.nn-matrix-heads");
  return h(
    "div.nn-matrix",
    { role: "group", "aria-label": words },
    h("div.nn-matrix-name", { html: name }),
    h(
      `div.nn-matrix-body${rowHeads ? ".nn-with-heads" : ""}`,
      {},
      over || null,
      rowHeads && h("div.nn-matrix-side", {}, ...rowHeads),
      grid,
    ),
    h("div.nn-matrix-shape", { html: shape }),
  );
}
