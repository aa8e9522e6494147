// The notation's colours as numbers, for a canvas, which cannot take them from a style sheet.

/**
 * The custom properties --nn-NAME that hold for `el`, read when they are asked for first and
 * whenever the theme changes. Returns { colours, stop() }: colours.NAME is [red, green, blue], 0 to
 * 255; ask while `el` is in the page. `onChange()` is called when they have changed.
 * @template {string} Name
 * @param {HTMLElement} el @param {readonly Name[]} names @param {() => void} onChange
 */
export function themeColours(el, names, onChange) {
  const probe = document.createElement("span");
  probe.hidden = true;
  probe.style.forcedColorAdjust = "none"; // where colours are forced, a canvas still has its own
  el.append(probe);
  /** @type {Record<Name, Colour> | null} */
  let colours = null; // null while they have to be read
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const watch = new MutationObserver(look);
  let before = "";

  function read() {
    const found = names.map((name) => {
      probe.style.color = `var(--nn-${name})`;
      return getComputedStyle(probe).color;
    });
    const isNew = found.join() !== before;
    before = found.join();
    const parsed = Object.fromEntries(names.map((name, k) => [name, parse(found[k])]));
    colours = /** @type {Record<Name, Colour>} */ (parsed);
    return isNew;
  }

  function look() {
    // What is not in the page has no colours; a notebook takes a figure out and puts it in again.
    if (!probe.isConnected) colours = null;
    if (!colours || read()) onChange();
  }

  /** Paper is light, whatever the screen is. */
  const print = () => {
    probe.style.colorScheme = "light";
    look();
  };
  const printed = () => {
    probe.style.colorScheme = "";
    look();
  };

  function stop() {
    watch.disconnect();
    dark.removeEventListener("change", look);
    removeEventListener("beforeprint", print);
    removeEventListener("afterprint", printed);
    probe.remove();
  }

  for (const host of [document.documentElement, document.body]) {
    watch.observe(host, { attributes: true });
  }
  dark.addEventListener("change", look);
  addEventListener("beforeprint", print);
  addEventListener("afterprint", printed);
  return {
    get colours() {
      if (!colours) read();
      return colours;
    },
    stop,
  };
}

/** @param {string} text @returns {Colour} */
const parse = (text) => {
  const [red, green, blue] = text.match(/[\d.]+/g)?.map(Number) ?? [0, 0, 0];
  return [red, green, blue];
};

/**
 * A colour as CSS has it.
 * @param {Colour} colour
 */
export const css = ([r, g, b], alpha = 1) => `rgba(${r}, ${g}, ${b}, ${alpha})`;

/**
 * Between two colours.
 * @param {Colour} from @param {Colour} to @param {number} share @returns {Colour}
 */
export function mix(from, to, share) {
  const between = from.map((value, k) => Math.round(value + share * (to[k] - value)));
  return /** @type {Colour} */ (between);
}
