// Numbers and symbols as text.

/** @type {Record<string, string>} */
const DIGITS = {
  "-": "⁻",
  0: "⁰",
  1: "¹",
  2: "²",
  3: "³",
  4: "⁴",
  5: "⁵",
  6: "⁶",
  7: "⁷",
  8: "⁸",
  9: "⁹",
};

/**
 * Four significant digits; powers of ten where a plain decimal would hide them.
 * @param {number} value
 */
export function number(value, digits = 4) {
  if (value === 0) return "0";
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "not a number" : value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  let text;
  if (size >= 1e5 || size < 1e-3) {
    const [mantissa, exponent] = size.toExponential(digits - 2).split("e");
    text = `${mantissa}×10${[...String(Number(exponent))].map((c) => DIGITS[c]).join("")}`;
  } else {
    text = size.toPrecision(digits);
    if (text.includes("e")) text = String(Number(text));
  }
  return (value < 0 ? "−" : "") + text;
}

/**
 * The same with a sign always shown: for changes and derivatives.
 * @param {number} value
 */
export function signed(value, digits = 4) {
  return value > 0 ? `+${number(value, digits)}` : number(value, digits);
}

/**
 * A factor inside a product: negative numbers in brackets.
 * @param {number} value
 */
export function factor(value, digits = 4, write = number) {
  const text = write(value, digits);
  return value < 0 ? `(${text})` : text;
}

/**
 * The digits of `number` without the zeros that close them: 0.8, not 0.8000.
 * @param {number} value
 */
export function trimmed(value, digits = 4) {
  const text = number(value, digits);
  return text.includes("×") ? text : text.replace(/\.0+$|(\.\d*?)0+$/, "$1");
}

/**
 * At most three significant digits and three decimals, as a narrow number box wants it.
 * @param {number} value
 */
export function compact(value) {
  const size = Math.abs(value);
  if (size >= 1e5) return value.toExponential(1).replace("+", "");
  if (size > 0 && size < 0.0005) return value.toExponential(0);
  return String(Number(value.toFixed(size < 1 ? 3 : size < 10 ? 2 : size < 100 ? 1 : 0)));
}

/**
 * As a power of ten, with no more digits than it needs: 10⁻⁵, 3.2×10⁻⁶, 1.
 * @param {number} value
 */
export function scientific(value, digits = 2) {
  if (value === 0 || !Number.isFinite(value)) return number(value);
  const [mantissa, exponent] = Math.abs(value)
    .toExponential(digits - 1)
    .split("e");
  const power = `10${[...String(Number(exponent))].map((c) => DIGITS[c]).join("")}`;
  const factor = mantissa.replace(/\.?0+$/, "");
  const text = Number(exponent) === 0 ? factor : factor === "1" ? power : `${factor}×${power}`;
  return (value < 0 ? "−" : "") + text;
}

/**
 * No more digits than it needs, and six significant ones at most, as a number box wants it.
 * @param {number} value
 */
export function plain(value, digits = 6) {
  const rounded = Number(value.toPrecision(digits));
  return Math.abs(rounded) < 1e-3 && rounded !== 0 ? rounded.toExponential() : String(rounded);
}

/**
 * The same with a true minus sign: for the ends of a line.
 * @param {number} value
 */
export function short(value) {
  return plain(value).replace("-", "−");
}

/** @type {Record<string, string>} */
const KIND = {
  x: "a",
  y: "",
  w: "w",
  W: "w",
  v: "w",
  b: "b",
  c: "b",
  a: "a",
  z: "z",
  C: "C",
  δ: "d",
};

/**
 * "w3" -> '<i class="nn-w">w</i><sub>3</sub>'
 * @param {string} name
 */
export function symbol(name) {
  const [letter, index] = [name[0], name.slice(1)];
  const sub = index ? `<sub>${index}</sub>` : "";
  return `<span class="nn-symbol nn-${KIND[letter]}"><i>${letter}</i>${sub}</span>`;
}

/**
 * The same inside an SVG text element.
 * @param {string} name
 */
export function svgSymbol(name) {
  const [letter, index] = [name[0], name.slice(1)];
  const sub = index
    ? `<tspan class="nn-sub" dy="0.3em">${index}</tspan><tspan dy="-0.3em">​</tspan>`
    : "";
  return `<tspan class="nn-italic">${letter}</tspan>${sub}`;
}

/**
 * The symbol in words, for screen readers: "w3" -> "weight w 3".
 * @param {string} name
 */
export function spoken(name) {
  /** @type {Record<string, string>} */
  const words = {
    w: "weight w",
    b: "bias b",
    v: "output weight v",
    c: "output bias c",
    a: "activation a",
    z: "pre-activation z",
    x: "input x",
    y: "target y",
    C: "cost C",
  };
  return `${words[name[0]]} ${name.slice(1)}`.trim();
}

/**
 * "w2_31" -> w with 2 above and 31 below; "a1_2", "δ1_2", "b1_2" and "x_1" alike.
 * @param {string} name
 */
export function indexed(name) {
  const [letter, layer, units] = parts(name);
  const below = `<sub>${units}</sub>`;
  const indices = layer ? `<span class="nn-indices"><sup>${layer}</sup>${below}</span>` : below;
  return `<span class="nn-symbol nn-${KIND[letter]}"><i>${letter}</i>${indices}</span>`;
}

/**
 * The same inside an SVG text element.
 * @param {string} name
 */
export function svgIndexed(name) {
  const [letter, layer, units] = parts(name);
  const above = layer && `<tspan class="nn-sup" dy="-0.65em">${layer}</tspan>`;
  const [down, back, up] = layer ? [1.25, -0.62, -0.45] : [0.4, 0, -0.3];
  return `<tspan class="nn-italic">${letter}</tspan>${above}<tspan class="nn-sub" dy="${down}em" dx="${back}em">${units}</tspan><tspan dy="${up}em">​</tspan>`;
}

/**
 * The same in words: "w2_31" -> "weight w of layer 2, into unit 3 from unit 1".
 * @param {string} name
 */
export function spokenIndexed(name) {
  const [letter, layer, units] = parts(name);
  if (letter === "x") return `input ${units}`;
  if (letter === "w")
    return `weight of layer ${layer}, into unit ${units[0]} from unit ${units[1]}`;
  return `${{ b: "bias", a: "activation", z: "pre-activation", δ: "delta" }[letter]} of layer ${layer}, unit ${units}`;
}

/**
 * A whole matrix or column: "W2" -> a bold W with 2 above, "x" alone.
 * @param {string} name
 */
export function whole(name) {
  const [letter, layer] = [name[0], name.slice(1)];
  const above = layer && `<sup>${layer}</sup>`;
  return `<span class="nn-symbol nn-whole nn-${KIND[letter]}"><i>${letter}</i>${above}</span>`;
}

/** @param {string} name */
function parts(name) {
  const [head, units] = name.split("_");
  return [head[0], head.slice(1), units];
}
