// The operands above, the result below: boxes with their sizes, letters and numbers.
import { drawSvg, h, label, setAttribute, svgPicture, tag } from "../shared/drawing/dom.js";
import { markup } from "../shared/drawing/markup.js";
import { stretched, tuple } from "../shared/maths/shapes.js";
import { isStack } from "./products.js";
import { summary } from "./state.js";
import { RESULTS } from "./words.js";

const ROW = 20; // pixels of a row of a box
const HEAD = 38; // name and column letter above a box
const FOOT = 20; // shape below it
const GUTTER = 32; // row letter to its left
const SIGN = 46;
const SHIFT = 5; // from one matrix of a stack to the next
const WIDEST = 32; // of a cell
const NARROWEST = 20; // of a cell, where something can be left away
const CHARACTER = 8; // of a name

/** Pixels that the picture takes at these sizes. */
export function pictureHeight(state) {
  return 2 * lineHeight(state);
}

function lineHeight({ N, n, n_prev: before, product }) {
  return HEAD + depth(product, N) + ROW * Math.max(N, n, before) + FOOT;
}

const depth = (product, N) => (isStack(product) ? SHIFT * (N - 1) : 0);

export const LOOK = "nn-picture";

/** Returns { element, draw(state, found, width) }. */
export function boxPicture() {
  const svg = svgPicture(LOOK);
  const element = h("div.nn-tracks", {}, svg);
  return {
    element,
    draw(state, found, width) {
      const height = pictureHeight(state);
      setAttribute(element, "style", `height:${height}px`);
      setAttribute(svg, "viewBox", `0 0 ${width} ${height}`);
      setAttribute(svg, "aria-label", summary(state, found));
      drawSvg(svg, boxes(state, found, width));
    },
  };
}

/** The elements of the picture. */
export function boxes(state, found, width) {
  const line = lineHeight(state);
  const middle = (HEAD + depth(state.product, state.N) + line - FOOT) / 2;
  return [
    ...arranged(state, upper(found), middle, width),
    ...arranged(state, lower(state, found, width), line + middle, width),
  ];
}

/** The operands, with what stands between them. */
function upper({ form, parts, product, result }) {
  const boxes = parts.map((part) => ({ ...part, title: part.name + part.view }));
  if (form.sign === "@") {
    const [first, second] = boxes;
    const [size, inner] = [first.array.shape.at(-1), second.array.shape.at(-2)];
    const [one, other] = [first.axes.at(-1), second.axes.at(-2)];
    const fit = size !== inner ? "clash" : one === other ? "fit" : "stranger";
    first.columnsMeet = second.rowsMeet = fit;
    second.sign = [
      "@",
      `${one} ${one === other ? "=" : "≠"} ${other}`,
      `${size} ${size === inner ? "=" : "≠"} ${inner}`,
    ];
    second.fit = fit;
  }
  if (form.sign === "+") {
    boxes[1].sign = ["+"];
    if (result) boxes[1].stretchedTo = product.array.shape;
  }
  if (form.sign === "mean") meanEdge(boxes[0], form.axis);
  return boxes;
}

function meanEdge(box, axis) {
  const place = box.array.shape.length - 1 - axis;
  const fit = box.axes[axis] === "i" ? "fit" : "stranger";
  if (place === 0) box.columnsMeet = fit;
  if (place === 1) box.rowsMeet = fit;
}

/** What NumPy gives, and what it should be where that differs. */
function lower(state, { form, product, result, target, verdict }, width) {
  const { name, kind } = RESULTS[state.product];
  if (!result) return [{ title: "no result", kind: "C", isEmpty: true }];
  const boxes = [];
  const isWrong = verdict === "shape" || verdict === "values";
  const isStepwise = form.axis !== null && form.sign === "@";
  const three = 3 * (GUTTER + NARROWEST * Math.max(state.N, state.n, state.n_prev)) + 2 * SIGN;
  if (isStepwise && (!isWrong || three <= width)) {
    const stack = { ...product, kind, title: "the stack" };
    if (form.axis > 0) meanEdge(stack, form.axis);
    boxes.push(stack);
  }
  boxes.push({
    ...result,
    kind,
    title: isWrong ? "NumPy gives" : name,
    sign: boxes.length ? ["mean", `axis ${form.axis}`] : undefined,
    expected: verdict === "values" ? target.array.data : undefined,
  });
  if (isWrong) boxes.push({ ...target, kind, title: "should be" });
  return boxes;
}

/** Boxes beside one another, centred; each as wide as its cells, or as its name. */
function arranged({ N, n, n_prev: before }, boxes, middle, width) {
  const most = Math.max(N, n, before);
  const gaps = boxes.reduce(
    (sum, { sign, array }) => sum + GUTTER + (sign ? SIGN : 0) + behind(array),
    0,
  );
  const cell = Math.min(WIDEST, (width - gaps - 8) / (Math.max(2, boxes.length) * most));
  const inner = boxes.map((box) => (box.isEmpty ? 4 * WIDEST : columnsOf(box) * cell));
  const sum = (list) => list.reduce((total, one) => total + one, 0);
  const lacking = boxes.map(({ title }, place) =>
    Math.max(0, CHARACTER * title.length - GUTTER - inner[place]),
  );
  const room = Math.max(0, width - gaps - sum(inner));
  const share = Math.min(1, room / Math.max(1, sum(lacking)));
  const spare = lacking.map((lack) => share * lack);
  let x = (width - gaps - sum(inner) - sum(spare)) / 2;
  return boxes.flatMap((box, place) => {
    const parts = [];
    if (box.sign) {
      parts.push(signElements(x + SIGN / 2, middle, box));
      x += SIGN;
    }
    x += GUTTER + spare[place] / 2;
    parts.push(boxElements(x, middle, cell, inner[place], box, width));
    x += inner[place] + spare[place] / 2 + behind(box.array);
    return parts;
  });
}

const behind = (array) => (array?.shape.length === 3 ? SHIFT * (array.shape[0] - 1) : 0);
const columnsOf = ({ array, stretchedTo }) => (stretchedTo ?? array.shape).at(-1);

function signElements(x, middle, { sign: [first, ...more], fit = "fit" }) {
  const lines = [label(x, middle - 8 * more.length, first, { class: "nn-shape-sign" })];
  more.forEach((text, place) =>
    lines.push(
      label(x, middle - 8 * more.length + 18 + 15 * place, text, {
        class: `nn-shape-small ${fit === "fit" ? "" : "nn-shape-bad"}`,
      }),
    ),
  );
  return lines;
}

function boxElements(x, middle, cell, width, box, whole) {
  const { array, axes, kind, title, isEmpty } = box;
  const own = isEmpty ? [2, 4] : sizesOf(array.shape);
  const shown = box.stretchedTo ?? own;
  const [rows, columns] = [shown.at(-2), shown.at(-1)];
  const height = rows * ROW;
  const top = middle - height / 2;
  const back = isEmpty ? 0 : behind(array);
  const centre = x + width / 2;
  const half = (CHARACTER * title.length) / 2;
  const inside = Math.min(Math.max(centre, half), whole - half);
  const parts = [label(inside, top - back - 27, title, { class: `nn-shape-name nn-${kind}` })];
  if (isEmpty)
    return [...parts, tag("rect", { class: "nn-shape-none", x, y: top, width, height, rx: 4 })];
  for (let place = back / SHIFT; place > 0; place--)
    parts.push(frame(x + SHIFT * place, top - SHIFT * place, width, height, kind));
  parts.push(frame(x, top, columns * cell, height, kind));
  const grid = gridPath(x, top, cell, rows, columns);
  if (grid) parts.push(tag("path", { class: "nn-shape-grid", d: grid }));
  parts.push(...edges(x, top, columns * cell, height, box));
  parts.push(...axisLabels(x, top, middle, centre, back, axes, own, box));
  parts.push(label(centre, top + height + 11, tuple(array.shape), { class: "nn-shape-small" }));
  return [...parts, ...numbers(x, top, cell, box, own, shown)];
}

/** Rows and columns as they are drawn: an array of one axis lies as a row. */
const sizesOf = (shape) => (shape.length === 1 ? [1, ...shape] : shape);

function frame(x, y, width, height, kind) {
  return tag("rect", { class: `nn-shape-frame nn-${kind}`, x, y, width, height });
}

function gridPath(x, top, cell, rows, columns) {
  const lines = [];
  for (let row = 1; row < rows; row++)
    lines.push(`M${x.toFixed(1)},${top + row * ROW}h${(columns * cell).toFixed(1)}`);
  for (let column = 1; column < columns; column++)
    lines.push(`M${(x + column * cell).toFixed(1)},${top}v${rows * ROW}`);
  return lines.join("");
}

/** The edges that meet: the first operand's columns, the second's rows. */
function edges(x, top, width, height, { columnsMeet, rowsMeet }) {
  const line = (fit, x2, y2) =>
    tag("line", { class: `nn-shape-edge nn-shape-${fit}`, x1: x, y1: top, x2, y2 });
  return [
    ...(columnsMeet ? [line(columnsMeet, x + width, top)] : []),
    ...(rowsMeet ? [line(rowsMeet, x, top + height)] : []),
  ];
}

function axisLabels(x, top, middle, centre, back, axes, own, { columnsMeet, rowsMeet }) {
  const text = (axis, size) =>
    axis === "1" ? "1" : markup(`<tspan class="nn-italic">${axis}</tspan>: ${size}`);
  const style = (meets) => `nn-shape-letter ${meets ? "nn-shape-met" : ""}`;
  const parts = [];
  if (axes.length)
    parts.push(
      label(centre, top - back - 10, text(axes.at(-1), own.at(-1)), { class: style(columnsMeet) }),
    );
  if (axes.length > 1)
    parts.push(
      label(x - 5, middle, text(axes.at(-2), own.at(-2)), {
        class: `${style(rowsMeet)} nn-shape-end`,
      }),
    );
  if (axes.length > 2)
    parts.push(
      label(x - 5, top - back, text(axes[0], own[0]), { class: "nn-shape-letter nn-shape-end" }),
    );
  return parts;
}

/** The numbers of the first matrix; what is only repeated is paler, what is wrong is boxed. */
function numbers(x, top, cell, { array, kind, expected, stretchedTo }, own, shown) {
  const values = stretchedTo ? stretched(array, stretchedTo).data : array.data;
  const [rows, columns] = [shown.at(-2), shown.at(-1)];
  const parts = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const place = row * columns + column;
      const text = String(Number(values[place].toFixed(2))).replace("-", "−");
      const [cx, cy] = [x + (column + 0.5) * cell, top + (row + 0.5) * ROW];
      const isGhost = stretchedTo && (row >= own.at(-2) || column >= own.at(-1));
      const isWrong = expected && Math.abs(expected[place] - values[place]) > 1e-9;
      if (isWrong)
        parts.push(tag("rect", { class: "nn-shape-wrong", x: cx - cell / 2 + 1.5, y: cy - ROW / 2 + 1.5, width: cell - 3, height: ROW - 3, rx: 3 })); // prettier-ignore
      parts.push(
        label(cx, cy, text, {
          class: `nn-shape-number nn-${kind} ${isGhost ? "nn-shape-ghost" : ""}`,
          textLength: 6.8 * text.length > cell - 3 ? cell - 4 : null,
          lengthAdjust: "spacingAndGlyphs",
        }),
      );
    }
  }
  return parts;
}
