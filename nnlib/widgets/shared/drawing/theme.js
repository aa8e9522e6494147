// The notation's colours as numbers, for a canvas, which cannot take them from a style sheet.

/**
 * The custom properties --nn-NAME that hold for `el`, read when they are asked for first and
 * whenever the theme changes. Returns { colours, stop() }: colours.NAME is [red, green, blue], 0 to
 * 255; ask while `el` is in the page. `onChange()` is called when they have changed.
 */
export function themeColours(el, names, onChange) {
  const probe = document.createElement("span");
  probe.hidden = true;
  el.append(probe);
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
    colours = Object.fromEntries(names.map((name, k) => [name, parse(found[k])]));
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

const parse = (text) =>
  text
    .match(/[\d.]+/g)
    .slice(0, 3)
    .map(Number);

/** A colour as CSS has it. */
export const css = ([r, g, b], alpha = 1) => `rgba(${r}, ${g}, ${b}, ${alpha})`;

/** Between two colours. */
export function mix(from, to, share) {
  return from.map((value, k) => Math.round(value + share * (to[k] - value)));
}
