/*
 * Runs in the head of every page, before the first paint.
 *
 * It is a file, as every script of a page is: a host may forbid scripts inside a page.
 */
(() => {
  "use strict";
  const { mode, fonts, fontFolder } = /** @type {HTMLElement} */ (document.currentScript).dataset;

  // A reader may forbid storage: it then throws, is null or takes nothing. What the theme wants to
  // keep there lasts as long as the page.
  for (const name of /** @type {const} */ (["localStorage", "sessionStorage"])) {
    try {
      window[name].setItem("nn-probe", "");
      window[name].removeItem("nn-probe");
    } catch {
      /** @type {Map<string, string>} */
      const kept = new Map();
      const value = {
        /** @param {string} key */
        getItem: (key) => kept.get(key) ?? null,
        /** @param {string} key @param {unknown} text */
        setItem: (key, text) => kept.set(key, String(text)),
        /** @param {string} key */
        removeItem: (key) => kept.delete(key),
      };
      Object.defineProperty(window, name, { value });
    }
  }

  // So that a dark page does not flash white.
  const root = document.documentElement.dataset;
  root.mode = localStorage.getItem("mode") || mode;
  root.theme =
    root.mode !== "auto"
      ? root.mode
      : matchMedia("(prefers-color-scheme: dark)").matches
        ? "dark"
        : "light";

  // The formulas' fonts, early. Not by a preload: on a host that lets nothing be kept, Chromium asks
  // for a preloaded font again when it prints, and prints without it.
  for (const [family, file, descriptors] of JSON.parse(fonts ?? "[]")) {
    const url = new URL(`${fontFolder}/${file}`, document.baseURI);
    const face = new FontFace(family, `url("${url}")`, descriptors);
    document.fonts.add(face);
    face.load().catch(() => {}); // the style sheet asks again, and the console says what came of it
  }

  document.addEventListener("click", ({ target }) => {
    if (target instanceof Element && target.closest("[data-print]")) print();
  });
  document.addEventListener("DOMContentLoaded", () => {
    // The theme takes the focus from a button that is pressed, so that no tooltip stays behind. But
    // who pressed a key goes on from there, and comes back there from a dialog.
    /** @type {NodeListOf<HTMLElement>} */
    const pressed = document.querySelectorAll(
      ".theme-switch-button, .search-button, .primary-toggle, .secondary-toggle",
    );
    for (const button of pressed) {
      button.blur = () => {
        if (!button.matches(":focus-visible")) HTMLElement.prototype.blur.call(button);
      };
    }
    /** @type {HTMLInputElement | null} */ (
      document.querySelector(".bd-search-container input")
    )?.focus();
  });
})();
