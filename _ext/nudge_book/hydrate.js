/*
 * Brings the figures of a built page to life, without a kernel.
 *
 * In a notebook a figure is an anywidget: Jupyter hands `render({ model, el })` a model that is
 * tied to Python. Here the page holds the figure's state in `data-nn-state`, and this script
 * hands the very same `render` a model of its own. It is a classic script that follows the
 * figures it serves, so it works over http and from a file alike.
 *
 * The state of all figures of a page can travel in the URL's hash:
 *   #nn={"at":"ChainExplorer1","ChainExplorer1":{"nudge":0.5}}      (percent-encoded)
 * A figure's key is its class and its place among the figures of that class. Only traits that
 * differ from the page's own are written, and every state that comes in is validated.
 */
(() => {
  "use strict";
  const PREFIX = "#nn=";
  /**
   * @typedef {Record<string, any>} State
   * @typedef {{
   *   validate: (state: State) => string | null,
   *   render: (place: { model: Model, el: HTMLElement }) => any,
   * }} Api
   * @typedef {{ key: string, el: HTMLElement, api: Api, initial: State, model: Model }} Figure
   * @typedef {(model: Model, value: unknown) => void} Listener
   */

  /** @type {Figure[]} */
  const figures = []; // in the page's order

  /** @type {(a: unknown, b: unknown) => boolean} */
  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
  /** @type {(value: unknown) => boolean} */
  const isRecord = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

  /** The part of the widget model that a figure uses. */
  class Model {
    /** @type {State} */
    #state;
    /** @type {Map<string, Set<Listener>>} */
    #listeners = new Map();

    /** @param {State} state @param {() => string} [link] */
    constructor(state, link) {
      this.#state = { ...state };
      this.link = link;
    }

    /** @param {string} name */
    get(name) {
      return this.#state[name];
    }

    /** @param {any} nameOrRecord @param {unknown} [value] */
    set(nameOrRecord, value) {
      const changes = isRecord(nameOrRecord) ? nameOrRecord : { [nameOrRecord]: value };
      let changed = false;
      for (const [name, next] of Object.entries(changes)) {
        if (Object.is(this.#state[name], next)) continue;
        this.#state[name] = next;
        changed = true;
        this.#emit(`change:${name}`, next);
      }
      if (changed) this.#emit("change");
    }

    save_changes() {} // there is no kernel to save to

    /** @param {string} events @param {Listener} listener */
    on(events, listener) {
      for (const event of events.split(/\s+/)) {
        const heard = this.#listeners.get(event) ?? new Set();
        this.#listeners.set(event, heard.add(listener));
      }
    }

    /** @param {string} [events] @param {Listener} [listener] */
    off(events, listener) {
      const names = events ? events.split(/\s+/) : [...this.#listeners.keys()];
      for (const event of names) {
        if (listener) this.#listeners.get(event)?.delete(listener);
        else this.#listeners.delete(event);
      }
    }

    /** @param {string} event @param {unknown} [value] */
    #emit(event, value) {
      for (const listener of [...(this.#listeners.get(event) ?? [])]) listener(this, value);
    }
  }

  /**
   * The page's address with the state of every figure; `at` names the one to scroll to.
   * @param {string} at
   */
  function link(at) {
    /** @type {Record<string, unknown>} */
    const shared = { at };
    for (const { key, initial, model } of figures) {
      const moved = Object.keys(initial).filter((name) => !same(model.get(name), initial[name]));
      if (moved.length > 0) {
        shared[key] = Object.fromEntries(moved.map((name) => [name, model.get(name)]));
      }
    }
    const page = location.href.split("#")[0];
    return page + PREFIX + encodeURIComponent(JSON.stringify(shared));
  }

  /** The states in the address: {} where there are none; throws where they cannot be read. */
  function sharedStates() {
    if (!location.hash.startsWith(PREFIX)) return {};
    const shared = JSON.parse(decodeURIComponent(location.hash.slice(PREFIX.length)));
    if (!isRecord(shared)) throw new SyntaxError("not a record");
    return shared;
  }

  /**
   * A figure's state with what the address says about it, or what is wrong with that.
   * @param {Figure} figure @param {Record<string, any>} shared
   * @returns {{ state?: State, problem?: string }}
   */
  function mergedState({ key, api, initial }, shared) {
    const moved = Object.hasOwn(shared, key) ? shared[key] : {};
    if (!isRecord(moved)) return { problem: "its state is not a record of values" };
    const unknown = Object.keys(moved).find((name) => !Object.hasOwn(initial, name));
    if (unknown !== undefined) return { problem: `it has nothing called “${unknown}”` };
    const state = { ...initial, ...moved };
    let problem;
    try {
      problem = api.validate(state);
    } catch (error) {
      problem = /** @type {Error} */ (error).message;
    }
    return problem ? { problem } : { state };
  }

  /** @param {string} className @param {string} role @param {string} text */
  function paragraph(className, role, text) {
    const p = document.createElement("p");
    p.className = className;
    p.setAttribute("role", role);
    p.textContent = text;
    return p;
  }

  /** @param {Element} el @param {string | null} text */
  function notice(el, text) {
    if (el.previousElementSibling?.classList.contains("nn-notice")) {
      el.previousElementSibling.remove();
    }
    if (text) el.before(paragraph("nn-notice", "status", text));
  }

  /** @param {string} problem */
  const unreadable = (problem) =>
    `The link that brought you here does not fit this figure (${problem}). ` +
    "It shows its usual start instead.";

  /** @param {HTMLElement} el @param {Node[]} still @param {unknown} error */
  function fail(el, still, error) {
    console.error(error);
    const message = `This figure could not be drawn: ${/** @type {Error} */ (error).message}. Here is a still of it.`;
    el.replaceChildren(paragraph("nn-error", "alert", message), ...still);
    delete el.dataset.nnReady;
  }

  /** @param {Figure} figure @param {Record<string, any>} shared */
  function draw(figure, shared) {
    const { el } = figure;
    const still = [...el.childNodes];
    try {
      if (!figure.api) throw new Error(`no figure called ${el.dataset.nnFigure} was loaded`);
      const { state, problem } = mergedState(figure, shared);
      if (problem) notice(el, unreadable(problem));
      figure.model = new Model(state ?? figure.initial, () => link(figure.key));
      // Clearing and drawing happen between two paints: the reader never sees an empty box.
      el.replaceChildren();
      const drawn = figure.api.render({ model: figure.model, el });
      drawn?.catch?.((/** @type {unknown} */ error) => fail(el, still, error));
      el.dataset.nnReady = "";
      performance.mark("nn-figure-ready");
    } catch (error) {
      fail(el, still, error);
    }
  }

  function collect() {
    const counts = new Map();
    /** @type {NodeListOf<HTMLElement>} */
    const found = document.querySelectorAll(".nn-figure[data-nn-figure]");
    for (const el of found) {
      const name = String(el.dataset.nnFigure);
      counts.set(name, (counts.get(name) ?? 0) + 1);
      const figure = {
        key: `${name}${counts.get(name)}`,
        el,
        api: /** @type {any} */ (globalThis).nnFigures?.[name],
        initial: {},
        model: new Model({}),
      };
      try {
        figure.initial = JSON.parse(String(el.dataset.nnState));
        figures.push(figure);
      } catch (error) {
        fail(el, [...el.childNodes], error);
      }
    }
  }

  /** Read the address; where it cannot be read, say so above the first figure. */
  function readAddress() {
    try {
      return sharedStates();
    } catch {
      if (figures.length > 0) notice(figures[0].el, unreadable("it cannot be read"));
      return {};
    }
  }

  /** @param {Record<string, any>} shared */
  function scrollTo(shared) {
    figures.find(({ key }) => key === shared.at)?.el.scrollIntoView();
  }

  function start() {
    collect();
    const shared = readAddress();
    for (const figure of figures) draw(figure, shared);
    scrollTo(shared);
    scrollAgain(shared);
  }

  /**
   * What stands above a figure may fold until the page has loaded, and not every browser keeps the
   * figure where it was. Readers who have moved by then stay where they are.
   * @param {Record<string, any>} shared
   */
  function scrollAgain(shared) {
    const moved = new AbortController();
    const { signal } = moved;
    for (const event of ["wheel", "touchmove", "keydown", "pointerdown"])
      addEventListener(event, () => moved.abort(), { signal });
    addEventListener("load", () => scrollTo(shared), { once: true, signal });
  }

  /** A link pasted into the address bar of the same page. */
  function follow() {
    if (!location.hash.startsWith(PREFIX)) return;
    for (const { el } of figures) notice(el, null);
    const shared = readAddress();
    for (const figure of figures) {
      const { state, problem } = mergedState(figure, shared);
      if (problem) notice(figure.el, unreadable(problem));
      figure.model.set(state ?? figure.initial);
    }
    scrollTo(shared);
  }

  addEventListener("hashchange", follow);
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", start);
  else start();
})();
