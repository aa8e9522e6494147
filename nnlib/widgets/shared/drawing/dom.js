// Building elements and markup.

const CONTROLS = ["button", "input", "select"];

/**
 * An element: h("button.nn-button", { type: "button", onclick: f }, "Reset", child). Children are
 * text or elements; the attribute `html` is markup, and never a state's own text.
 * @template {string} Spec
 * @param {Spec} spec @param {Record<string, any>} attributes
 * @param {(Node | string | null | undefined)[]} children @returns {ElementOf<Spec>}
 */
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
  return /** @type {ElementOf<Spec>} */ (element);
}

/**
 * One SVG element, as `drawSvg` wants it. `content` is text, `markup` or a list of elements; a
 * number among the attributes keeps two decimals.
 * @param {string} name @param {Attributes} attributes @param {Content | Tags} content
 * @returns {Tag}
 */
export function tag(name, attributes = {}, content = "") {
  /** @type {Record<string, string>} */
  const kept = {};
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "number") kept[key] = String(rounded(value));
    else if (value != null && value !== false) kept[key] = value;
  }
  return { name, attributes: kept, content };
}

/**
 * A place in a picture, to two decimals.
 * @param {number} value
 */
export const rounded = (value) => Math.round(value * 100) / 100;

/**
 * A text element at (x, y), vertically centred; `content` is text or `markup`.
 * @param {number} x @param {number} y @param {Content | Tags} content
 * @param {Attributes} attributes
 */
export function label(x, y, content, attributes = {}) {
  return tag("text", { x, y, dy: "0.35em", ...attributes }, content);
}

/**
 * A pointer that is dragged over `element` selects no text, here or beyond: some browsers would, and
 * carry the text away at the next drag. A finger still scrolls the page up and down.
 * @param {Element} element
 */
export function unselectable(element) {
  element.setAttribute("data-nn-unselectable", "");
  for (const event of ["selectstart", "dragstart"])
    element.addEventListener(event, (started) => started.preventDefault());
}

/** @type {WeakMap<Element, Content>} */
const painted = new WeakMap();

/**
 * Puts text, or `markup`, into an element, only when it has changed. No other place writes markup
 * into a page, but for the attribute `html` of `h`.
 * @param {Element} element @param {Content} content
 */
export function paint(element, content) {
  if (isSame(painted.get(element), content)) return;
  painted.set(element, content);
  const only = element.childNodes.length === 1 ? element.firstChild : null;
  if (typeof content !== "string") element.innerHTML = content.html;
  else if (only?.nodeType === Node.TEXT_NODE) only.nodeValue = content;
  else element.textContent = content;
}

/** @type {(before: Content | undefined, now: Content) => boolean} */
const isSame = (before, now) =>
  typeof now === "string" || typeof before === "string"
    ? before === now
    : before?.html === now.html;

/**
 * Sets an attribute, only when it has changed.
 * @param {Element} element @param {string} name @param {string | number} value
 */
export function setAttribute(element, name, value) {
  if (element.getAttribute(name) !== String(value)) element.setAttribute(name, String(value));
}

/** @type {Tag} */
const NOTHING = { name: "", attributes: {}, content: [] };
/** @type {WeakMap<Element, Tag[]>} */
const drawn = new WeakMap();

/**
 * Makes `parent` hold these elements (of `tag`); a list among them becomes a group. Only what
 * differs from the last time is touched: a browser lays out again what changed, no more, and
 * dragging stays smooth.
 * @param {Element} parent @param {Tags} elements
 */
export function drawSvg(parent, elements) {
  const wanted = elements.map((one) => (Array.isArray(one) ? tag("g", {}, one) : one));
  const before = drawn.get(parent) ?? [];
  drawn.set(parent, wanted);
  wanted.forEach((node, place) => {
    let element = parent.children[place];
    let old = before[place];
    if (old?.name !== node.name || Array.isArray(old.content) !== Array.isArray(node.content)) {
      const fresh = document.createElementNS(parent.namespaceURI, node.name);
      if (element) element.replaceWith(fresh);
      else parent.append(fresh);
      [element, old] = [fresh, NOTHING];
    }
    update(element, node, old);
  });
  for (let place = before.length; place > wanted.length; place--) parent.lastElementChild?.remove();
}

/** @param {Element} element @param {Tag} wanted @param {Tag} old */
function update(element, { attributes, content }, old) {
  for (const name in attributes) {
    if (attributes[name] !== old.attributes[name]) element.setAttribute(name, attributes[name]);
  }
  for (const name in old.attributes) if (!(name in attributes)) element.removeAttribute(name);
  if (Array.isArray(content)) drawSvg(element, content);
  else paint(element, content);
}

/**
 * An empty svg element that is read as one picture.
 * @param {string} className
 */
export function svgPicture(className) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", className);
  svg.setAttribute("role", "img");
  return svg;
}
