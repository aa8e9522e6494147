// What the reader sets, and the line of the backward pass that comes of it.
import { h, paint, setAttribute } from "../shared/drawing/dom.js";
import { markup } from "../shared/drawing/markup.js";
import { slopeNames } from "../shared/maths/gradcheck.js";
import { select } from "../shared/controls/select.js";
import { positiveLog, slider } from "../shared/controls/slider.js";
import { BUGS } from "./bugs.js";
import { PROPERTIES } from "./state.js";
import { lineNote, lineOf } from "./words.js";

/** A slider from 1 down to `smallest`, with so many places in each power of ten. */
export function nudgeSlider(name, html, smallest, places, onInput) {
  const held = (value) => Math.min(1, Math.max(smallest, Number(value.toPrecision(2))));
  const control = slider({
    name,
    html,
    kind: "h",
    ...positiveLog(smallest, 1, Math.round(-Math.log10(smallest)) * places),
    limit: 1,
    positive: true,
    stepped: (value, amount) => held(value * 10 ** ((amount * 10) / places)),
    onInput(value) {
      const kept = Math.max(smallest, value);
      control.set(kept);
      onInput(kept);
    },
  });
  return control;
}

function toggleButtons(change) {
  const button = (trait, words, title) => {
    const element = h(
      "button.nn-button",
      {
        type: "button",
        title,
        onclick: () => change({ [trait]: element.getAttribute("aria-pressed") !== "true" }),
      },
      words,
    );
    return [trait, element];
  };
  const buttons = [
    button("show_one_sided", "One-sided", "Show differences to one side only"),
    button("show_complex", "Complex step", "Show the complex step"),
  ];
  return {
    elements: buttons.map(([, element]) => element),
    set(state) {
      for (const [trait, element] of buttons) setAttribute(element, "aria-pressed", state[trait]);
    },
  };
}

export function controlRow({ W, b }, change) {
  const eps = nudgeSlider("eps", "ε", PROPERTIES.eps.minimum, 10, (value) =>
    change({ eps: value }),
  );
  const parameter = select(
    "Read",
    slopeNames({ W, b }).map((name) => [name, plainName(name)]),
    (name) => change({ parameter: name }),
    "Slope to read",
  );
  const bug = select(
    "Bug",
    Object.entries(BUGS),
    (name) => change({ bug: name }),
    "Bug in backprop",
  );
  const layer = select(
    "in",
    W.map((_, l) => [String(l + 1), `layer ${l + 1}`]),
    (number) => change({ bug_layer: Number(number) }),
    "Layer of the bug",
  );
  const toggles = toggleButtons(change);
  const line = h("p.nn-line.nn-law.nn-check-line");
  return {
    element: h(
      "div",
      {},
      h("div.nn-controls.nn-check-along", {}, h("div.nn-grow", {}, eps.element), parameter.element),
      h(
        "div.nn-controls.nn-check-bugs",
        {},
        bug.element,
        layer.element,
        h("span.nn-gap"),
        ...toggles.elements,
      ),
      line,
    ),
    set(state, { place, changesNothing }) {
      eps.set(state.eps);
      parameter.set(state.parameter);
      bug.set(state.bug);
      layer.set(String(state.bug_layer));
      toggles.set(state);
      paint(
        line,
        markup(
          `${lineOf(state, place, state.bug)}<span class="nn-caption">${lineNote(state, place, changesNothing)}</span>`,
        ),
      );
    },
  };
}

function plainName(name) {
  const [head, units] = name.split("_");
  const layer = `layer ${head.slice(1)}`;
  return head[0] === "w" ? `w, ${layer}: ${units[1]} → ${units[0]}` : `b, ${layer}: unit ${units}`;
}
