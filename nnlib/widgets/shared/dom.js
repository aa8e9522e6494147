// Building elements and markup.

const CONTROLS = ["button", "input", "select"];

/** An element: h("button.nn-button", { type: "button", onclick: f }, "Reset", child). */
export function h(spec, attributes = {}, ...children) {
  const [tag, ...classes] = spec.split(".");
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(" ");
  // JupyterLab otherwise takes the arrow keys and Enter, even from a control that has the focus.
  if (CONTROLS.includes(tag)) element.setAttribute("data-lm-suppress-shortcuts", "true");
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "html") element.innerHTML = value;
    else if (value !== false && value != null)
      element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

const escape = (value) =>
  String(value).replace(
    /[&<>"]/g,
    (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c],
  );

/** Markup of one SVG element; `content` is markup already. Numbers keep two decimals. */
export function tag(name, attributes = {}, content = "") {
  const pairs = Object.entries(attributes)
    .filter(([, value]) => value != null && value !== false)
    .map(([key, value]) => {
      const text = typeof value === "number" ? Math.round(value * 100) / 100 : value;
      return ` ${key}="${escape(text)}"`;
    });
  return `<${name}${pairs.join("")}>${content}</${name}>`;
}

/** Markup of a text element at (x, y), vertically centred. */
export function label(x, y, content, attributes = {}) {
  return tag("text", { x, y, dy: "0.35em", ...attributes }, content);
}

const painted = new WeakMap();

/** Puts markup into an element, only when it has changed. */
export function paint(element, markup) {
  if (painted.get(element) === markup) return;
  painted.set(element, markup);
  element.innerHTML = markup;
}

/**
 * Puts the markup of a picture into two layers: what seldom changes, and what moves. A browser
 * parses a layer anew only when it differs, which keeps dragging smooth.
 */
export function paintLayers(svg, { ground, marks }) {
  while (svg.children.length < 2) svg.append(document.createElementNS(svg.namespaceURI, "g"));
  paint(svg.children[0], ground.join(""));
  paint(svg.children[1], marks.join(""));
}

/** An empty svg element that is read as one picture. */
export function svgPicture(className) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", className);
  svg.setAttribute("role", "img");
  return svg;
}
