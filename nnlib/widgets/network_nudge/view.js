// NetworkNudge: any small dense network; move one number and follow every path to the cost. The
// paths that lead on from one unit are its `ways`, one for each unit of the next layer.
import {
  backward,
  cost,
  forward,
  moved,
  parameterNames,
  parameterValue,
  parseParameter,
  slopeOf,
  ways,
} from "../shared/maths/dense.js";
import { along, brief, edge, layoutDiagram, unit } from "../shared/drawing/diagram.js";
import { drawSvg, h, label, paint, setAttribute, svgPicture, tag } from "../shared/drawing/dom.js";
import {
  factor,
  indexed,
  number,
  signed,
  spokenIndexed,
  svgIndexed,
  symbol,
} from "../shared/drawing/format.js";
import { frame } from "../shared/host/frame.js";
import {
  checkDifferent,
  checkNetwork,
  checkNumber,
  checkNumbers,
  LARGEST,
  shown,
} from "../shared/host/check.js";
import { markup } from "../shared/drawing/markup.js";
import { NUDGES, nudgeControl } from "../shared/controls/nudge.js";
import { promisePanel } from "../shared/drawing/promise_panel.js";
import { select } from "../shared/controls/select.js";
import { slider } from "../shared/controls/slider.js";
import { costChange } from "../shared/maths/slope_test.js";

const TRAITS = ["W", "b", "activations", "x", "y", "parameter", "nudge", "crossed"];

// -- state ------------------------------------------------------------------------------------

/**
 * null, or what is wrong with a state, naming the trait.
 * @param {NudgeState} state
 */
export function validate(state) {
  const { W, x, y, parameter, nudge, crossed } = state;
  const wrong =
    checkNetwork(state) ?? checkNumbers("y", y, W.at(-1).length) ?? checkNumber("nudge", nudge);
  if (wrong) return wrong;
  if (!parameterNames({ W }).includes(parameter))
    return `parameter is ${shown(parameter)}; it must be like w1_21, b1_2 or x_1, inside the network.`;
  const known = ways(state, x, y, parameter).flatMap(({ m }) => (m === null ? [] : [m + 1]));
  if (!Array.isArray(crossed) || !crossed.every((m) => Number.isInteger(m)))
    return `crossed is ${shown(crossed)}; it must list units of the next layer.`;
  const stranger = crossed.find((m) => !known.includes(m));
  if (stranger === undefined) return checkDifferent("crossed", crossed);
  return `crossed names unit ${stranger}; from ${parameter} there are ${known.length ? `paths through ${known.join(", ")}` : "no paths to cross out"}.`;
}

/** What is moved, as the promise panel wants it; crossed ways are left out of the promise. */
function moveOf(state) {
  const { x, y, parameter, nudge, crossed } = state;
  const lost = ways(state, x, y, parameter)
    .filter(({ m }) => m !== null && crossed.includes(m + 1))
    .reduce((sum, { share }) => sum + share, 0);
  return {
    costAt(size) {
      const after = moved(state, x, parameter, size);
      return cost(after.network, after.x, y);
    },
    rate: slopeOf(state, x, y, parameter) - lost,
    size: nudge,
    origin: parameterValue(state, x, parameter),
    isStep: false,
    name: spokenIndexed(parameter),
    html: indexed(parameter),
    svg: svgIndexed(parameter),
  };
}

// -- the picture ------------------------------------------------------------------------------

function diagram(state, layout) {
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

/** A small handle on every weight and bias: press it, drag it, or use the arrow keys. */
function handles({ parent, names, change }) {
  let latest;
  const made = names.map((name) => {
    const { kind, l, j, k } = parseParameter(name);
    const element = h(`button.nn-handle.nn-${kind === "x" ? "a" : kind}`, {
      type: "button",
      role: "slider",
      "aria-label": spokenIndexed(name),
      title: `${spokenIndexed(name)}: drag sideways to nudge`,
      onclick: () => pick(name),
      onkeydown: (event) => key(event, name),
      onpointerdown: (event) => drag(event, name, element),
    });
    parent.append(element);
    return { name, element, placeIn: (layout) => handlePlace(layout, kind, l, j, k) };
  });

  function pick(name) {
    if (latest.parameter !== name) change({ parameter: name, crossed: [] });
  }

  function key(event, name) {
    const at = NUDGES.toPosition(latest.nudge);
    const to = {
      ArrowUp: at + 1,
      ArrowRight: at + 1,
      ArrowDown: at - 1,
      ArrowLeft: at - 1,
      PageUp: at + 10,
      PageDown: at - 10,
      Home: NUDGES.min,
      End: NUDGES.max,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    pick(name);
    change({ nudge: NUDGES.toValue(Math.min(NUDGES.max, Math.max(NUDGES.min, to))) });
  }

  function drag(event, name, element) {
    element.focus();
    pick(name);
    element.setPointerCapture(event.pointerId);
    const move = ({ clientX }) => {
      const size = Math.min(1, Math.max(-1, (clientX - event.clientX) / 100));
      change({ nudge: Number(size.toFixed(2)) });
    };
    element.addEventListener("pointermove", move);
    element.addEventListener(
      "lostpointercapture",
      () => element.removeEventListener("pointermove", move),
      { once: true },
    );
  }

  return {
    place(layout) {
      for (const { element, placeIn } of made) {
        const { x, y } = placeIn(layout);
        Object.assign(element.style, { left: `${x}px`, top: `${y}px` });
      }
    },
    set(state) {
      latest = state;
      for (const { name, element } of made) {
        const value = parameterValue(state, state.x, name);
        const picked = name === state.parameter;
        const nudge = picked ? state.nudge : 0;
        const most = Math.max(1, Math.abs(nudge)); // a nudge may be typed that no handle reaches
        element.classList.toggle("nn-picked", picked);
        setAttribute(element, "aria-valuenow", nudge);
        setAttribute(element, "aria-valuemin", -most);
        setAttribute(element, "aria-valuemax", most);
        setAttribute(
          element,
          "aria-valuetext",
          `${number(value)}${picked ? `, nudged by ${number(state.nudge)}` : ""}`,
        );
      }
    },
  };
}

/** On a weight's line, nearer to its unit and staggered; of a bias or an input, below left. */
function handlePlace({ at, radius }, kind, l, j, k) {
  if (kind !== "w") {
    const { x, y } = at(kind === "x" ? 0 : l + 1, j);
    return { x: x - radius - 2, y: y + radius + 1 };
  }
  return along(at(l, k), at(l + 1, j), j % 2 ? 0.56 : 0.68);
}

// -- the ways ---------------------------------------------------------------------------------

/** Every way on from the picked number, its share of the promise, and a box to cross it out. */
function waysTable(change) {
  const element = h("div.nn-ways");
  let latest;
  let built = "";
  let rows = [];
  const [terms, total] = [h("span"), h("b")];
  const sum = h("p.nn-line", {}, terms, total);
  const title = h("p.nn-caption");

  function rebuild(state, all) {
    rows = all.map(({ m }) => {
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
      const all = ways(state, state.x, state.y, state.parameter);
      const { l, j } = parseParameter(state.parameter);
      const key = JSON.stringify([all.length, all[0].m]);
      if (key !== built) rebuild(state, all);
      built = key;
      paint(title, shared(state, all[0]));
      const largest = Math.max(...all.map(({ share }) => Math.abs(share)), Number.MIN_VALUE);
      all.forEach(({ m, share, weight, delta }, place) => {
        const row = rows[place];
        const { box, bar } = row;
        const crossed = m !== null && state.crossed.includes(m + 1);
        if (box) box.checked = !crossed;
        const [name, product] =
          m === null
            ? [`to ${symbol("C")}`, ""]
            : [
                `unit ${m + 1}: ${indexed(`w${l + 2}_${m + 1}${j + 1}`)} ${indexed(`δ${l + 2}_${m + 1}`)}`,
                ` = ${factor(weight, 3)} × ${factor(delta, 3)}`,
              ];
        paint(row.name, markup(name));
        paint(row.product, `${product} → `);
        paint(row.share, signed(share * state.nudge, 3));
        bar.style.cssText = `width:${(50 * Math.abs(share)) / largest}%;${share < 0 ? "right" : "left"}:50%`;
        row.element.classList.toggle("nn-crossed", crossed);
      });
      const kept = all.filter(({ m }) => m === null || !state.crossed.includes(m + 1));
      paint(terms, promiseWords(state, kept));
      paint(total, signed(kept.reduce((promised, { share }) => promised + share * state.nudge, 0)));
    },
  };
}

/** What the ways have in common, so that each line's arithmetic can be followed. */
function shared({ nudge }, { m, local }) {
  const before = m === null ? "∂C/∂a" : "weight times error";
  return `The paths on. Before the arrow ${before}; after it the same times ${number(local, 3)} × ${factor(nudge, 3)}, what the nudge makes of this unit's activation.`;
}

/** What is promised by the ways that are kept, up to the equals sign. */
function promiseWords({ crossed, nudge }, kept) {
  const start = crossed.length
    ? "Promised without the crossed paths"
    : "Promised, all paths together";
  const terms = kept.map(({ share }) => factor(share * nudge, 3)).join(" + ") || "nothing";
  return `${start}: ${terms} = `;
}

// -- the figure -------------------------------------------------------------------------------

/**
 * @param {Room<NudgeState>} room
 * @returns {Built<NudgeState>}
 */
function build({ body, state, wide, change }) {
  const names = parameterNames(state);
  const picture = svgPicture("nn-picture");
  const stage = h("div.nn-tracks", {}, picture);
  const knobs = handles({ parent: stage, names, change });
  const controls = controlRow(names, change);
  const table = waysTable(change);
  const panel = promisePanel({ wide, moveOf });
  body.append(stage, controls.element, table.element, panel.element);
  /** @type {ReturnType<typeof layoutDiagram> | undefined} */
  let layout;

  function draw(current, width) {
    if (layout?.width !== width) {
      layout = layoutDiagram(state.W, width, { radius: wide ? 18 : 16 });
      stage.style.height = `${layout.height}px`;
      stage.classList.toggle("nn-tight", layout.isTight);
      setAttribute(picture, "viewBox", `0 0 ${width} ${layout.height}`);
      knobs.place(layout);
    }
    setAttribute(picture, "aria-label", summary(current));
    drawSvg(picture, diagram(current, layout));
    for (const part of [knobs, controls, table, panel]) part.set(current, width);
  }

  return { draw, takeDown() {} };
}

function controlRow(names, change) {
  let latest;
  const which = select(
    "Nudge",
    names.map((name) => [name, plainName(name)]),
    (parameter) => change({ parameter, crossed: [] }),
    "Parameter to nudge",
  );
  const value = slider({
    name: "its value",
    html: "now",
    kind: "h",
    min: -4,
    max: 4,
    step: 0.01,
    limit: LARGEST,
    onInput: (v) => {
      const after = moved(
        latest,
        latest.x,
        latest.parameter,
        v - parameterValue(latest, latest.x, latest.parameter),
      );
      change({ W: after.network.W, b: after.network.b, x: after.x });
    },
  });
  const size = nudgeControl((nudge) => change({ nudge }));
  return {
    element: h(
      "div.nn-controls",
      {},
      which.element,
      h("div.nn-grow", {}, value.element),
      size.slider,
      ...size.buttons,
    ),
    set(state) {
      latest = state;
      which.set(state.parameter);
      value.set(parameterValue(state, state.x, state.parameter));
      size.set(state.nudge);
    },
  };
}

function plainName(name) {
  const { kind, l, j, k } = parseParameter(name);
  if (kind === "x") return `x ${j + 1}`;
  return kind === "w"
    ? `w, layer ${l + 1}: ${k + 1} → ${j + 1}`
    : `b, layer ${l + 1}: unit ${j + 1}`;
}

/** @param {NudgeState} state */
function summary(state) {
  const move = moveOf(state);
  const { actual, promised } = costChange(move, move.size);
  const paths = state.crossed.length > 1 ? "paths" : "path";
  const lost = state.crossed.length
    ? ` without the ${paths} through ${state.crossed.join(", ")}`
    : "";
  return `Cost ${number(cost(state, state.x, state.y))}. Nudge of ${number(state.nudge)} in ${spokenIndexed(state.parameter)}: actual change ${signed(actual)}, promised${lost} ${signed(promised)}.`;
}

/** @param {{ model: Model, el: HTMLElement }} place */
export function render({ model, el }) {
  return frame({
    model,
    el,
    name: "Network nudge",
    traits: TRAITS,
    validate,
    structure: ({ W }) => W.map((matrix) => [matrix.length, matrix[0].length]),
    build,
    summary,
  });
}
