// What stands below the tracks going forward: the sum behind the latest row.
import { h, paint } from "../shared/drawing/dom.js";
import { factor, number, symbol } from "../shared/drawing/format.js";
import { markup } from "../shared/drawing/markup.js";
import { cost, forward } from "../shared/maths/network.js";
import { stageOf } from "./state.js";

/** Forward: the sum behind the latest row. */
export function forwardPanel() {
  const element = h("p.nn-line");
  return {
    element,
    /** @param {ChainState} state */
    set(state) {
      paint(element, markup(forwardLine(state)));
    },
  };
}

/**
 * The sum behind the latest row, in numbers.
 * @param {ChainState} state
 */
export function forwardLine(state) {
  const { stage } = stageOf(state);
  const { z, a } = forward(state);
  const l = Math.ceil(stage / 2);
  const before = l === 1 ? "x" : `a${l - 1}`;
  if (stage === 0) return `${symbol("x")} = ${number(state.x)}`;
  if (stage === 2 * state.w.length + 1) {
    return `${symbol("C")} = ½ (${symbol(`a${l - 1}`)} − ${symbol("y")})² = ½ (${number(a.at(-1))} − ${factor(state.y)})² = <b>${number(cost(state))}</b>`;
  }
  if (stage % 2) {
    return `${symbol(`z${l}`)} = ${symbol(`w${l}`)} ${symbol(before)} + ${symbol(`b${l}`)} = ${factor(state.w[l - 1])} × ${factor(a[l - 1])} + ${factor(state.b[l - 1])} = <b>${number(z[l - 1])}</b>`;
  }
  return `${symbol(`a${l}`)} = σ(${symbol(`z${l}`)}) = σ(${number(z[l - 1])}) = <b>${number(a[l])}</b>`;
}
