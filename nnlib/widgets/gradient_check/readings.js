// What is read at one eps: the slope and the verdict, layer by layer, and the complex step.
import { h, paint, setAttribute } from "../shared/drawing/dom.js";
import { indexed } from "../shared/drawing/format.js";
import { markup } from "../shared/drawing/markup.js";
import { nudgeSlider } from "./controls.js";
import { PROPERTIES } from "./state.js";
import { LAYER_HEADS, cellTexts, complexWords, layerOfBug, layerTexts, reasons } from "./words.js";

export function reading() {
  const names = ["measured", "derived", "error", "verdict"];
  const cells = names.map((name) => {
    const [caption, value] = [h("span.nn-caption"), h("span.nn-number")];
    return { caption, value, element: h("div.nn-cell", { "data-cell": name }, caption, value) };
  });
  const why = h("p.nn-line.nn-check-why");
  return {
    element: h(
      "div",
      {},
      h("div.nn-cells.nn-check-cells", {}, ...cells.map((cell) => cell.element)),
      why,
    ),
    set(state, now) {
      const texts = cellTexts(state, now, indexed);
      const [measured, derived] = texts.map(([, text]) => text);
      texts[0][1] = markup(agreeing(measured, derived));
      texts[1][1] = markup(agreeing(derived, measured));
      cells.forEach(({ caption, value }, place) => {
        paint(caption, texts[place][0]);
        paint(value, texts[place][1]);
      });
      setAttribute(cells[3].element, "data-verdict", now.report.verdict);
      paint(why, markup(reasons(state, now)));
    },
  };
}

/** A number as markup: the digits that the other shares set apart from those it does not. */
export function agreeing(text, other) {
  const [mine, theirs] = [text, other].map((t) => t.split("×"));
  let same = 0;
  if (mine[1] === theirs[1])
    while (same < mine[0].length && mine[0][same] === theirs[0][same]) same++;
  const rest = mine[0].slice(same);
  const power = mine[1] ? `×${mine[1]}` : "";
  return `${mine[0].slice(0, same)}${rest && `<span class="nn-apart">${rest}</span>`}${power}`;
}

export function layerTable({ W }) {
  const cells = W.map(() => [h("th", { scope: "row" }), h("td"), h("td")]);
  const rows = cells.map((row) => h("tr", {}, ...row));
  const heads = LAYER_HEADS.map((text) => h("th", { scope: "col" }, text));
  const element = h(
    "table.nn-check-layers",
    {},
    h("caption", {}, "Relative error of each layer"),
    h("thead", {}, h("tr", {}, ...heads)),
    h("tbody", {}, ...rows),
  );
  return {
    element,
    set(state, now) {
      layerTexts(now).forEach((texts, l) => {
        rows[l].classList.toggle("nn-here-row", l + 1 === layerOfBug(now));
        cells[l].forEach((cell, place) => paint(cell, texts[place]));
      });
    },
  };
}

export function complexPart(change) {
  const { minimum } = PROPERTIES.complex_eps;
  const step = nudgeSlider("imaginary nudge", "<i>h</i>", minimum, 1, (value) =>
    change({ complex_eps: value }),
  );
  const words = h("p.nn-line");
  const element = h(
    "div.nn-complex",
    {},
    h("div.nn-controls", {}, h("div.nn-grow", {}, step.element)),
    words,
  );
  return {
    element,
    set(state, { complex }) {
      element.hidden = !complex;
      if (!complex) return;
      step.set(state.complex_eps);
      paint(words, markup(complexWords(state, complex)));
    },
  };
}
