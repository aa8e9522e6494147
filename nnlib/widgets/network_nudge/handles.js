// A handle on every number of the network.
import { along } from "../shared/drawing/diagram.js";
import { h, setAttribute } from "../shared/drawing/dom.js";
import { number, spokenIndexed } from "../shared/drawing/format.js";
import { parameterValue, parseParameter } from "../shared/maths/dense.js";
import { NUDGES } from "../shared/controls/nudge.js";

/** A small handle on every weight and bias: press it, drag it, or use the arrow keys. */
export function handles({ parent, names, change }) {
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
