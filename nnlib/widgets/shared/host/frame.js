// What every figure has: modes as tabs, Reset, Copy link, a polite voice, and drawing once a frame.
import { h } from "../drawing/dom.js";

export const NARROWEST = 240; // pixels that are drawn for, also where a figure is hidden or squeezed
const SHEET = 800; // pixels of a printed figure's width; paper.css makes it as wide as the text
const WIDE = 668; // pixels from which on there is room for two columns

/**
 * Sets up `el` for a figure over `model`.
 *
 * `name` is the figure's accessible name; `traits` are the model's names that belong to its state;
 * `validate(state)` returns null or what is wrong; `build({ body, tools, state, wide, change, redraw })`
 * fills the body, and the toolbar's start where it has something for it, and returns
 * { draw, takeDown }: draw(state, width) is called whenever the state or the width has changed, and in
 * the next frame after redraw(), for what no trait holds; `structure(state)` is a key: when it
 * changes, the body is built anew; `summary(state)` is spoken once changes have come to rest.
 * A figure with the traits `mode` and `modes` has a tab for each mode.
 * Returns a function that takes everything down again. What goes wrong at the first drawing is
 * thrown, for the host to show a still; what goes wrong later is said in the figure's place.
 * @template {object} State
 * @param {Framed<State & Tabbed>} figure
 */
export function frame({ model, el, name, traits, validate, structure, build, summary }) {
  const read = () =>
    /** @type {State & Tabbed} */ (
      Object.fromEntries(traits.map((trait) => [trait, model.get(trait)]))
    );
  /** @type {State & Tabbed & Record<string, any>} */
  const initial = read(); // no copy: a figure puts new values in place of old ones
  /** @param {object} values */
  const change = (values) => {
    for (const [trait, value] of Object.entries(values)) model.set(trait, value);
    model.save_changes();
  };

  /** What Reset changes. The rest keeps its objects, and with them what was computed from them. */
  const undone = () => {
    const moved = traits.filter((trait) => !Object.is(model.get(trait), initial[trait]));
    return Object.fromEntries(moved.map((trait) => [trait, initial[trait]]));
  };

  const body = h("div.nn-body");
  const tools = h("div.nn-tools");
  const tabs = h("div.nn-tabs", { role: "tablist", "aria-label": "Modes", onkeydown: arrowKeys });
  const copied = h("span.nn-copied", { role: "status" });
  const reset = h("button.nn-button", { type: "button", onclick: () => change(undone()) }, "Reset");
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

  /** @type {Built<State & Tabbed> | null} */
  let built = null;
  let builtFor = "";
  let wide = false;
  let width = 0;
  let measured = "";
  let isResized = true;
  /** @type {number | undefined} */
  let asked;
  /** @type {number | undefined} */
  let speaking;
  let isNews = false; // the state has changed since it was last drawn

  function show() {
    asked = undefined;
    if (isResized) measure();
    const state = read();
    const wrong = validate(state);
    if (wrong) return complain(wrong);
    const key = JSON.stringify([wide, state.mode, structure(state)]);
    /** @type {(() => void) | null} */
    let refocus = null;
    if (!built || key !== builtFor) {
      refocus = focusKeeper(tools, body);
      empty();
      built = build({ body, tools, state, wide, change, redraw: ask });
      builtFor = key;
    }
    drawTabs(state);
    built.draw(state, width);
    refocus?.();
    if (isNews) speak(state);
  }

  function showAgain() {
    try {
      show();
    } catch (error) {
      console.error(error);
      complain(/** @type {Error} */ (error).message);
    }
  }

  /**
   * A screen reader hears what a change has led to, and nothing while nobody changes anything.
   * @param {State & Tabbed} state
   */
  function speak(state) {
    isNews = false;
    clearTimeout(speaking);
    speaking = setTimeout(() => {
      voice.textContent = summary(state);
    }, 600);
  }

  function empty() {
    built?.takeDown?.();
    built = null;
    body.replaceChildren();
    tools.replaceChildren();
  }

  /** @param {string} message */
  function complain(message) {
    empty();
    clearTimeout(speaking);
    voice.textContent = "";
    const helps = validate(initial) === null && Object.keys(undone()).length > 0;
    const words = [
      `This figure cannot be drawn: ${message.replace(/\.?$/, ".")}`,
      ...(helps ? ["Press Reset to go back to where it started."] : []),
    ];
    body.append(h("p.nn-error", { role: "alert" }, words.join(" ")));
  }

  /** Only when the widths may have changed: a read after a write forces a layout. */
  function measure() {
    isResized = false;
    wide = root.clientWidth >= WIDE;
    el.classList.toggle("nn-narrow", !wide); // before the next read, which depends on it
    width = Math.max(NARROWEST, body.clientWidth);
    measured = widths();
  }

  const widths = () => `${root.clientWidth} ${body.clientWidth}`;

  function ask() {
    asked ??= requestAnimationFrame(showAgain);
  }

  function hear() {
    isNews = true;
    ask();
  }

  /** @param {Tabbed} state */
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
          m[0].toUpperCase() + m.slice(1),
        ),
      ),
    );
    if (hadFocus) focus(tabs.querySelector('[aria-selected="true"]'));
  }

  /** @param {KeyboardEvent} event */
  function arrowKeys(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    /** @type {Tabbed} */
    const { mode = "", modes: offered = [] } = read();
    const place = offered.indexOf(mode) + step + offered.length;
    change({ mode: offered[place % offered.length] });
  }

  async function copyLink() {
    const link = model.link?.() ?? location.href;
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

  /** @param {() => void} redraw */
  function notice(redraw) {
    isResized = root.clientWidth > 0 && widths() !== measured;
    if (isResized) redraw();
  }

  const sizes = new ResizeObserver(() => notice(ask));

  /**
   * A sheet is not as wide as the screen, and no frame comes between the event and the print.
   * @param {Event} event
   */
  function print({ type }) {
    el.style.width = type === "beforeprint" ? `${SHEET}px` : "";
    notice(showAgain);
  }

  function close() {
    removeEventListener("beforeprint", print);
    removeEventListener("afterprint", print);
    for (const trait of traits) model.off(`change:${trait}`, hear);
    sizes.disconnect();
    if (asked) cancelAnimationFrame(asked);
    clearTimeout(speaking);
    built?.takeDown?.();
  }

  for (const trait of traits) model.on(`change:${trait}`, hear);
  try {
    show();
  } catch (error) {
    close();
    throw error;
  }
  sizes.observe(root);
  addEventListener("beforeprint", print);
  addEventListener("afterprint", print);
  return close;
}

/** @param {Element} control */
const nameOf = (control) => control.getAttribute("aria-label") ?? control.textContent;

/**
 * Remembers which control of some rooms has the focus; returns a function that gives it to the one
 * that has come in its place: of the same name, and at the same place among those of that name.
 * @param {HTMLElement[]} rooms
 */
function focusKeeper(...rooms) {
  const controls = () =>
    rooms.flatMap((room) => [...room.querySelectorAll("button, input, select, [tabindex]")]);
  const focused = controls().find((control) => control === document.activeElement);
  if (!focused) return () => {};
  const alike = () => controls().filter((control) => nameOf(control) === nameOf(focused));
  const place = alike().indexOf(focused);
  return () => focus(alike()[place] ?? alike().at(-1));
}

/** @param {Element | null | undefined} control */
function focus(control) {
  if (control instanceof HTMLElement) control.focus();
}
