// The paths that lead on from one unit, its ways: one for each unit of the next layer.
import { h, paint } from "../shared/drawing/dom.js";
import { factor, indexed, number, signed, symbol } from "../shared/drawing/format.js";
import { markup } from "../shared/drawing/markup.js";
import { parseParameter, ways } from "../shared/maths/dense.js";

/** Every way on from the picked number, its share of the promise, and a box to cross it out. */
export function waysTable(change) {
  const element = h("div.nn-ways");
  let latest;
  let built = "";
  let rows = [];
  const [terms, total] = [h("span"), h("b")];
  const sum = h("p.nn-line", {}, terms, total);
  const title = h("p.nn-caption");

  function rebuild(lines) {
    rows = lines.map(({ m }) => {
      const box =
        m === null
          ? null
          : h("input", {
              type: "checkbox",
              "aria-label": `count the path through unit ${m + 1}`,
              onchange: () =>
                change({
                  crossed: box?.checked
                    ? latest.crossed.filter((n) => n !== m + 1)
                    : [...latest.crossed, m + 1],
                }),
            });
      const [name, product, share] = [h("span"), h("span"), h("b")];
      const text = h("span.nn-way-text", {}, name, product, share);
      const bar = h("span.nn-way-bar");
      return {
        box,
        name,
        product,
        share,
        bar,
        element: h(
          box ? "label.nn-way" : "div.nn-way",
          {},
          box,
          text,
          h("span.nn-way-track", { "aria-hidden": "true" }, bar),
        ),
      };
    });
    element.replaceChildren(title, ...rows.map((row) => row.element), sum);
  }

  return {
    element,
    set(state) {
      latest = state;
      const { lines, ...texts } = wayTexts(state);
      const key = JSON.stringify([lines.length, lines[0].m]);
      if (key !== built) rebuild(lines);
      built = key;
      paint(title, texts.title);
      paint(terms, texts.terms);
      paint(total, texts.total);
      lines.forEach(({ name, product, share, part, isCrossed }, place) => {
        const row = rows[place];
        if (row.box) row.box.checked = !isCrossed;
        paint(row.name, markup(name));
        paint(row.product, product);
        paint(row.share, share);
        row.bar.style.cssText = `width:${50 * Math.abs(part)}%;${part < 0 ? "right" : "left"}:50%`;
        row.element.classList.toggle("nn-crossed", isCrossed);
      });
    },
  };
}

/**
 * What the table says: a line for each way, with its part of the largest share, and their sum.
 * @param {NudgeState} state
 */
export function wayTexts(state) {
  const { nudge, crossed } = state;
  const all = ways(state, state.x, state.y, state.parameter);
  const { l, j } = parseParameter(state.parameter);
  const largest = Math.max(...all.map(({ share }) => Math.abs(share)), Number.MIN_VALUE);
  const lines = all.map(({ m, share, weight, delta }) => ({
    m,
    share: signed(share * nudge, 3),
    part: share / largest,
    isCrossed: m !== null && crossed.includes(m + 1),
    ...(m === null
      ? { name: `to ${symbol("C")}`, product: " → " }
      : {
          name: `unit ${m + 1}: ${indexed(`w${l + 2}_${m + 1}${j + 1}`)} ${indexed(`δ${l + 2}_${m + 1}`)}`,
          product: ` = ${factor(weight, 3)} × ${factor(delta, 3)} → `,
        }),
  }));
  const kept = all.filter((_, place) => !lines[place].isCrossed).map(({ share }) => share * nudge);
  const start = crossed.length ? " without the crossed paths" : ", all paths together";
  const terms = kept.map((share) => factor(share, 3)).join(" + ") || "nothing";
  return {
    title: common(nudge, all[0]),
    lines,
    terms: `Promised${start}: ${terms} = `,
    total: signed(kept.reduce((sum, share) => sum + share, 0)),
  };
}

/**
 * What the ways have in common, so that each line's arithmetic can be followed.
 * @param {number} nudge @param {Way} way
 */
function common(nudge, { m, local }) {
  const before = m === null ? "∂C/∂a" : "weight times error";
  return `The paths on. Before the arrow ${before}; after it the same times ${number(local, 3)} × ${factor(nudge, 3)}, what the nudge makes of this unit's activation.`;
}
