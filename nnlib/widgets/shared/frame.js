// What every figure has: modes as tabs, Reset, Copy link, a polite voice, and drawing once a frame.
import { h } from "./dom.js";

export const NARROWEST = 240; // pixels that are drawn for, also where a figure is hidden or squeezed

/**
 * Sets up `el` for a figure over `model`.
 *
 * `name` is the figure's accessible name; `traits` are the model's names that belong to its state;
 * `validate(state)` returns null or what is wrong; `build({ body, tools, state, wide, change })` fills
 * the body, and the toolbar's start where it has something for it, and returns { draw, takeDown }:
 * draw(state) is called whenever the state has changed; `structure(state)` is a key: when it changes,
 * the body is built anew; `summary(state)` is spoken once changes have come to rest. `modes` (words
 * of each mode) is for figures with the traits `mode` and `modes`.
 * Returns a function that takes everything down again.
 */
export function frame({ model, el, name, traits, modes, validate, structure, build, summary }) {
  const read = () => Object.fromEntries(traits.map((trait) => [trait, model.get(trait)]));
  const initial = structuredClone(read());
  const change = (values) => {
    for (const [trait, value] of Object.entries(values)) model.set(trait, value);
    model.save_changes();
  };

  const body = h("div.nn-body");
  const tools = h("div.nn-tools");
  const tabs = h("div.nn-tabs", { role: "tablist", "aria-label": "Modes", onkeydown: arrowKeys });
  const copied = h("span.nn-copied", { role: "status" });
  const reset = h(
    "button.nn-button",
    { type: "button", onclick: () => change(structuredClone(initial)) },
    "Reset",
  );
  const copy =
    model.link && h("button.nn-button", { type: "button", onclick: copyLink }, "Copy link");
  const voice = h("p.nn-unseen", { role: "status", "aria-live": "polite" });
  const root = h(
    "div.nn-frame",
    { role: "group", "aria-label": name },
    h("div.nn-toolbar", {}, tabs, tools, h("span.nn-gap"), copied, reset, copy),
    body,
    voice,
  );
  el.classList.add("nn-figure");
  el.replaceChildren(root);

  let draw = null;
  let takeDown = null;
  let built = null;
  let wide;
  let width;
  let asked = null;
  let speaking = null;

  function show() {
    asked = null;
    const state = read();
    const wrong = validate(state);
    if (wrong) return complain(wrong);
    const key = JSON.stringify([wide, state.mode, structure(state)]);
    if (key !== built) {
      const focused = root.contains(document.activeElement)
        ? document.activeElement.getAttribute("aria-label")
        : null;
      takeDown?.();
      body.replaceChildren();
      tools.replaceChildren();
      ({ draw, takeDown } = build({ body, tools, state, wide, change }));
      built = key;
      if (focused)
        [...root.querySelectorAll("[aria-label]")]
          .find((e) => e.getAttribute("aria-label") === focused)
          ?.focus();
    }
    drawTabs(state);
    draw(state, width);
    clearTimeout(speaking);
    speaking = setTimeout(() => {
      voice.textContent = summary(state);
    }, 600);
  }

  function complain(message) {
    takeDown?.();
    [draw, takeDown, built] = [null, null, null];
    tools.replaceChildren();
    body.replaceChildren(
      h(
        "p.nn-error",
        { role: "alert" },
        `This figure cannot be drawn: ${message} `,
        "Press Reset to go back to where it started.",
      ),
    );
  }

  /** Read the widths only when they may have changed: a read after a write forces a layout. */
  function measure() {
    wide = root.clientWidth >= 668;
    width = Math.max(NARROWEST, body.clientWidth);
  }

  function ask() {
    asked ??= requestAnimationFrame(show);
  }

  function drawTabs({ mode, modes: offered = [] }) {
    tabs.hidden = offered.length < 2;
    const key = JSON.stringify([mode, offered]);
    if (tabs.dataset.key === key) return;
    tabs.dataset.key = key;
    const hadFocus = tabs.contains(document.activeElement);
    tabs.replaceChildren(
      ...offered.map((m) =>
        h(
          "button.nn-tab",
          {
            type: "button",
            role: "tab",
            "aria-selected": String(m === mode),
            tabindex: m === mode ? 0 : -1,
            "data-mode": m,
            onclick: () => change({ mode: m }),
          },
          modes[m],
        ),
      ),
    );
    if (hadFocus) tabs.querySelector('[aria-selected="true"]').focus();
  }

  function arrowKeys(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const offered = model.get("modes");
    const place = offered.indexOf(model.get("mode")) + step + offered.length;
    change({ mode: offered[place % offered.length] });
  }

  async function copyLink() {
    const link = model.link();
    try {
      await navigator.clipboard.writeText(link);
      copied.textContent = "Link copied";
    } catch {
      copied.textContent = "The link is in the address bar";
    }
    history.replaceState(null, "", link);
    setTimeout(() => {
      copied.textContent = "";
    }, 4000);
  }

  const sizes = new ResizeObserver(() => {
    if (root.clientWidth === 0) return;
    measure();
    ask();
  });
  for (const trait of traits) model.on(`change:${trait}`, ask);
  measure();
  show();
  sizes.observe(root);

  return () => {
    for (const trait of traits) model.off(`change:${trait}`, ask);
    sizes.disconnect();
    cancelAnimationFrame(asked);
    clearTimeout(speaking);
    takeDown?.();
  };
}
