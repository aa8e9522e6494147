// Parts of a still: a picture on its ground, and numbers in rows below it.
import { label, tag } from "./dom.js";

const ROW = 22; // pixels

/**
 * The elements of a live svg of some classes, as a group `top` pixels down.
 * @param {Tags} elements @param {{ className: string, top?: number }} options
 */
export function standing(elements, { className, top }) {
  return tag("g", { class: className, transform: top && `translate(0,${top})` }, elements);
}

/**
 * The same of a plot, on the ground that its style sheet gives the live one.
 * @param {Tags} elements
 * @param {{ className: string, top?: number, width: number, height: number }} options
 */
export function standingPlot(elements, { className, top, width, height }) {
  const ground = tag("rect", { class: "nn-ground", width, height, rx: 7 });
  return standing([ground, ...elements], { className, top });
}

/**
 * { height, parts } of a table for a still: rows of text or `markup`, the first one the heads.
 * `columns` are where each ends, the first where it starts.
 * @param {Content[][]} rows @param {{ top: number, columns: number[] }} options
 */
export function readings(rows, { top, columns: [left, ...ends] }) {
  const parts = rows.map(([head, ...cells], row) => {
    const y = top + ROW * (row + 0.5);
    const className = row ? null : "nn-muted";
    return [
      label(left, y, head, { class: className }),
      ...cells.map((cell, k) =>
        label(ends[k], y, cell, { class: className, "text-anchor": "end" }),
      ),
    ];
  });
  return { height: ROW * rows.length, parts: tag("g", { class: "nn-readings" }, parts) };
}

/**
 * A text in lines of at most so many characters, broken between words.
 * @param {string} text @param {number} most
 */
export const wrapped = (text, most) =>
  text.match(new RegExp(`\\S.{0,${most - 1}}(?=\\s|$)`, "g")) ?? [];
