// Backward: the product so far, the four equations with their numbers, and the count.
import { h, paint } from "../shared/drawing/dom.js";
import { factor, signed, symbol } from "../shared/drawing/format.js";
import { markup } from "../shared/drawing/markup.js";
import { ACTIVATIONS, backward, forward, multiplicationCounts } from "../shared/maths/network.js";
import { stageOf } from "./state.js";

/** Backward: the product so far, the four equations with their numbers, and the count. */
export function backwardPanel() {
  const product = h("p.nn-line");
  const equations = h("div.nn-equations");
  const counting = h("div.nn-counting", { hidden: true });
  const toggle = h(
    "button.nn-button",
    {
      type: "button",
      "aria-pressed": "false",
      onclick: () => {
        counting.hidden = !counting.hidden;
        toggle.setAttribute("aria-pressed", String(!counting.hidden));
      },
    },
    "Count the multiplications",
  );
  const element = h("div.nn-panel", {}, product, equations, toggle, counting);
  return {
    element,
    /** @param {ChainState} state */
    set(state) {
      const { stage } = stageOf(state);
      paint(product, markup(productLine(state)));
      paint(equations, markup(equationCards(state, stage)));
      paint(counting, markup(countTable(state.w.length)));
    },
  };
}

/**
 * dC by the row that the walk has reached, as a product of the chips passed.
 * @param {ChainState} state
 */
export function productLine(state) {
  const { stage } = stageOf(state);
  const length = state.w.length;
  if (stage === 0)
    return "Start at the cost. Each step climbs one row and multiplies by one factor.";
  const { z, a } = forward(state);
  const { derivative } = ACTIVATIONS[state.activation];
  /** @type {[string, number][]} */
  const factors = [[`(${symbol(`a${length}`)} − ${symbol("y")})`, a.at(-1) - state.y]];
  for (let k = 2; k <= stage; k++) {
    const l = length - Math.floor((k - 2) / 2);
    factors.push(
      k % 2 === 0
        ? [`σ′(${symbol(`z${l}`)})`, derivative(z[l - 1])]
        : [symbol(`w${l}`), state.w[l - 1]],
    );
  }
  const row = stage % 2 ? `a${length - (stage - 1) / 2}` : `z${length - stage / 2 + 1}`;
  const value = factors.reduce((product, [, v]) => product * v, 1);
  const name = stage % 2 ? "" : ` = ${symbol(`δ${row.slice(1)}`)}`;
  return `∂C/∂${symbol(row)}${name} = ${factors.map(([html]) => html).join(" · ")} = ${factors.map(([, v]) => factor(v)).join(" × ")} = <b>${signed(value)}</b>`;
}

/** @param {ChainState} state @param {number} stage */
function equationCards(state, stage) {
  const length = state.w.length;
  const { z, a } = forward(state);
  const { delta, dw, db } = backward(state);
  const { derivative } = ACTIVATIONS[state.activation];
  const deepest = stage >= 2 ? length - Math.floor((stage - 2) / 2) : null; // the layer whose delta is newest
  const picked = Number(state.parameter.slice(1)) || null;
  const known = picked && deepest !== null && picked >= deepest;
  /** @param {number} v */
  const bracketed = (v) => factor(v, 3);
  /** @type {[string, string, string | false | 0 | null][]} */
  const cards = [
    [
      "BP1",
      `${symbol("δ")}<sub>L</sub> = (${symbol("a")}<sub>L</sub> − y) σ′(${symbol("z")}<sub>L</sub>)`,
      deepest &&
        `${symbol(`δ${length}`)} = ${bracketed(a[length] - state.y)} × ${bracketed(derivative(z[length - 1]))} = ${signed(delta[length - 1])}`,
    ],
    [
      "BP2",
      `${symbol("δ")}<sub>l</sub> = ${symbol("w")}<sub>l+1</sub> ${symbol("δ")}<sub>l+1</sub> σ′(${symbol("z")}<sub>l</sub>)`,
      deepest &&
        deepest < length &&
        `${symbol(`δ${deepest}`)} = ${bracketed(state.w[deepest])} × ${bracketed(delta[deepest])} × ${bracketed(derivative(z[deepest - 1]))} = ${signed(delta[deepest - 1])}`,
    ],
    [
      "BP3",
      `∂C/∂${symbol("b")}<sub>l</sub> = ${symbol("δ")}<sub>l</sub>`,
      known &&
        state.parameter[0] === "b" &&
        `∂C/∂${symbol(state.parameter)} = ${symbol(`δ${picked}`)} = ${signed(db[picked - 1])}`,
    ],
    [
      "BP4",
      `∂C/∂${symbol("w")}<sub>l</sub> = ${symbol("a")}<sub>l−1</sub> ${symbol("δ")}<sub>l</sub>`,
      known &&
        state.parameter[0] === "w" &&
        `∂C/∂${symbol(state.parameter)} = ${bracketed(a[picked - 1])} × ${bracketed(delta[picked - 1])} = ${signed(dw[picked - 1])}`,
    ],
  ];
  /** @type {Record<string, string>} */
  const waiting = {
    BP1: "step twice",
    BP2: "step on",
    BP3: "press a chip “× 1”",
    BP4: "press a chip “× a”",
  };
  return cards
    .map(
      ([name, law, numbers]) =>
        `<div class="nn-card${numbers ? " nn-on" : ""}" data-card="${name}"><span class="nn-caption">${name}</span><span class="nn-law">${numbers ? law : ""}</span><span class="nn-filled">${numbers || `<span class="nn-muted">${waiting[name]}</span>`}</span></div>`,
    )
    .join("");
}

/**
 * The same products with other brackets: each parameter on its own, or sharing delta.
 * @param {number} length
 */
function countTable(length) {
  const counts = multiplicationCounts(length);
  /** @type {[string, number, number][]} */
  const rows = [];
  for (let l = length; l >= 1; l--) {
    rows.push(
      [`w${l}`, 2 * (length - l) + 2, 1],
      [`b${l}`, 2 * (length - l) + 1, l === length ? 1 : 2],
    );
  }
  const cells = rows
    .map(
      ([name, alone, shared]) =>
        `<tr><th scope="row">∂C/∂${symbol(name)}</th><td>${alone}</td><td>${shared}</td></tr>`,
    )
    .join("");
  return `<table><caption>Multiplications for all ${2 * length} derivatives</caption><thead><tr><th scope="col"></th><th scope="col">each on its own</th><th scope="col">backward, sharing δ</th></tr></thead><tbody>${cells}</tbody><tfoot><tr><th scope="row">in all</th><td>${counts.forward}</td><td>${counts.backward}</td></tr></tfoot></table>`;
}
