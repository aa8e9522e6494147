// The einsum line: a text to type, read letter by letter.
import { h, paint } from "../shared/drawing/dom.js";
import { escape, markup } from "../shared/drawing/markup.js";
import { einsum, equal, tuple, turned } from "../shared/maths/shapes.js";
import { PROPERTIES, namedArrays, operandNames, rightEinsum } from "./products.js";
import { ROLES, count, letter } from "./words.js";

/**
 * The subscripts of a state, tried: { subscripts, names, error, own, verdict, letters, shape,
 * inputs, output }. `letters` says of each letter its size, its places in the operands (with the
 * role of the axis: "i", "j" or "k") and its axis in the result. null for the bias.
 */
export function triedEinsum(state) {
  const right = rightEinsum(state);
  if (!right) return null;
  const subscripts = state.einsum.trim() || right;
  const names = operandNames(state);
  const named = namedArrays(state);
  const operands = names.map((name) => named[name].array);
  const found = einsum(subscripts, operands);
  if (found.error !== undefined)
    return { subscripts, names, error: found.error, own: found.own === true, verdict: "error" };
  const target = /** @type {NDArray} */ (einsum(right, operands)); // the right one is no refusal
  const { inputs, output, sizes, shape } = found;
  const letters = Object.keys(sizes).map((name) => ({
    name,
    size: sizes[name],
    kept: output.includes(name),
    places: inputs.flatMap((own, place) =>
      [...own].flatMap((one, axis) =>
        one === name
          ? [
              {
                operand: names[place],
                axis,
                role: named[names[place]].axes[axis],
                size: operands[place].shape[axis],
              },
            ]
          : [],
      ),
    ),
  }));
  return {
    subscripts,
    names,
    error: "",
    own: false,
    verdict: verdictOf(found, target),
    isTurned: shape.length === 2 && target.shape.length === 2 && equal(turned(found), target),
    letters,
    shape,
    inputs,
    output,
    target: target.shape,
  };
}

function verdictOf(found, target) {
  if (found.shape.join() !== target.shape.join()) return "shape";
  if (!equal(found, target)) return "values";
  return means(found) === means(target) ? "right" : "luck";
}

/** The subscripts with their letters renamed in the order in which they come: "ab,cb->ac". */
function means({ inputs, output }) {
  const text = `${inputs.join()}->${output}`;
  const letters = [...new Set(text.match(/[a-z]/gi))];
  return text.replace(/[a-z]/gi, (one) => `${letters.indexOf(one)} `);
}

export const HEIGHT = { wide: 208, narrow: 319 }; // pixels of the longest texts
const READ = ["N", "n", "n_prev", "einsum", "A_prev", "W", "Delta"]; // traits that the panel shows

const NO_PRODUCT = "The bias is added. There is no product here, so there is nothing for einsum.";

/** The subscripts of a state and what becomes of them, as markup. */
export function einsumWords(state) {
  const found = triedEinsum(state);
  if (!found) return NO_PRODUCT;
  const call = `np.einsum("${found.subscripts}", ${found.names.join(", ")})`;
  return `${code(call)}: ${readingHtml(found, state)}`;
}

/** Returns { element, draw(state) }. */
export function einsumPanel(state, change, wide) {
  const right = rightEinsum(state);
  const style = `min-height:${HEIGHT[wide ? "wide" : "narrow"]}px`;
  if (!right)
    return { element: h("div.nn-line.nn-einsum", { style }, h("p", {}, NO_PRODUCT)), draw() {} };
  const names = operandNames(state);
  const input = h("input.nn-einsum-box", {
    type: "text",
    maxlength: PROPERTIES.einsum.maxLength,
    spellcheck: "false",
    autocomplete: "off",
    autocapitalize: "off",
    "aria-label": `einsum subscripts for ${names.join(" and ")}`,
    placeholder: right,
    oninput: () => change({ einsum: input.value }),
    onblur: () => write(latest),
  });
  const mend = h(
    "button.nn-button",
    {
      type: "button",
      onclick() {
        change({ einsum: "" });
        input.value = right;
      },
    },
    "Show the right letters",
  );
  const reading = h("div.nn-einsum-reading");
  let latest = state;

  function write({ einsum: text }) {
    if (input.value !== (text || right)) input.value = text || right;
  }

  return {
    element: h(
      "div.nn-line.nn-einsum",
      { style },
      h(
        "p.nn-einsum-line",
        {},
        h("code", {}, 'np.einsum("'),
        input,
        h("code", {}, `", ${names.join(", ")})`),
        mend,
      ),
      reading,
    ),
    draw(current) {
      const isSame = READ.every((name) => Object.is(latest[name], current[name]));
      latest = current;
      if (isSame && reading.hasChildNodes()) return;
      if (input !== input.ownerDocument.activeElement) write(current);
      paint(reading, markup(readingHtml(triedEinsum(current), current)));
    },
  };
}

const HEADS = {
  shape: "✗ no error, another shape",
  values: "✗ the shape is right, the numbers are not",
  luck: "✗ right here, by luck",
  right: "✓ right",
};

function readingHtml(found, state) {
  if (found.error) return refusalHtml(found);
  const { verdict, shape, target, letters, isTurned } = found;
  const head = `${HEADS[verdict]}: ${code(tuple(shape))}${verdict === "shape" ? ` instead of ${code(tuple(target))}` : ""}`;
  const over = ["bp3", "bp4", "stack_outer"].includes(state.product);
  const note = verdict === "right" && over ? ` <code>/ N</code> makes the mean of this sum.` : "";
  const turnedNote =
    isTurned && verdict !== "right" && verdict !== "luck"
      ? " The numbers are the right ones, with rows and columns exchanged."
      : "";
  return (
    `<p>${sentence(found)}</p>` +
    `<ul class="nn-einsum-letters">${letters.map(letterHtml).join("")}</ul>` +
    `<p><b>${head}</b>.${turnedNote}${note}${hint(found, state)}</p>`
  );
}

/** Where each letter has one role, but another set of them remains: what to change. */
function hint({ verdict, letters, inputs }, state) {
  const roleOf = ({ places }) => new Set(places.map(({ role }) => role));
  const isOne = letters.every((one) => roleOf(one).size === 1);
  const roles = letters.map((one) => [...roleOf(one)][0]);
  if (verdict !== "shape" || !isOne || new Set(roles).size < letters.length) return "";
  if (inputs.some((own) => new Set(own).size < own.length)) return "";
  const wanted = rightEinsum(state).split("->")[1];
  return letters
    .map(({ name, kept }, place) => {
      if (kept && !wanted.includes(roles[place]))
        return ` ${letter(name)} is kept; without it on the right it is summed.`;
      if (!kept && wanted.includes(roles[place]))
        return ` ${letter(name)} is summed; it should remain.`;
      return "";
    })
    .join("");
}

function refusalHtml({ error, own }) {
  const source = own
    ? `<p>In our words, not NumPy’s: ${escape(error)}.</p>`
    : `<p class="nn-numpy"><code>ValueError: ${escape(error)}</code></p>`;
  return `<p class="nn-verdict">✗ ${own ? "not read" : "NumPy stops"}</p>${source}<p>${own ? "" : meaning(error)}</p>`;
}

/** What an error of einsum means, by a word that only its text has. */
const MEANINGS = [
  [
    "fewer operands",
    "There are more arrays than groups of letters: a comma is missing, or a group.",
  ],
  ["more operands", "There are more groups of letters than arrays: there is a comma too many."],
  ["too many subscripts", "A group has more letters than its array has axes."],
  ["more dimensions", "A group has fewer letters than its array has axes. Each axis needs one."],
  ["never appeared", "A letter on the right of the arrow stands nowhere on its left."],
  ["multiple times", "Each letter may stand once on the right of the arrow."],
  ["proper '->'", "The arrow is written -> without a space inside."],
  ["invalid subscript", "Only letters can name axes."],
  ["collapsing", "A letter stands twice in one group, for axes of different sizes."],
  ["broadcast", "A letter stands for axes of different sizes. One letter has one size."],
];

const meaning = (error) => MEANINGS.find(([word]) => error.includes(word))?.[1] ?? "";

/** "For each i and j: go along k, multiply A_prev[i, k] by W[j, k], and add up." */
function sentence({ names, inputs, output, letters }) {
  const kept = [...output].map(letter);
  const gone = letters.filter(({ kept: is }) => !is).map(({ name }) => letter(name));
  const entries = inputs.map((own, place) => code(`${names[place]}[${[...own].join(", ")}]`));
  const start = kept.length ? `For each ${listed(kept)}: ` : "";
  const along = gone.length ? `go along ${listed(gone)}, ` : "";
  const times = entries.length > 1 ? `multiply ${entries.join(" by ")}` : `take ${entries[0]}`;
  const text = `${start}${along}${times}${gone.length ? ", and add up." : "."}`;
  return text[0] === "g" ? `G${text.slice(1)}` : text;
}

function letterHtml({ name, size, kept, places }) {
  const where = places.map(({ operand, axis }) => `axis ${axis} of ${code(operand)}`);
  const end = kept ? "on the right, so it remains" : "not on the right, so it is summed";
  const roles = new Set(places.map(({ role }) => role));
  const chance =
    roles.size > 1
      ? ` <b>${[...roles].map((role) => ROLES[role]).join(" and ")} are not the same</b>, even where their sizes agree.`
      : "";
  const repeated = places.some((place) => place.size !== size)
    ? " The axis of size 1 is repeated."
    : "";
  return `<li>${letter(name)} (${size}): ${listed(where)}${places.length > 1 ? " meet" : ""}; ${end}${kept ? "" : `, ${count(size, "term")}`}.${repeated}${chance}</li>`;
}

const code = (text) => `<code>${escape(text)}</code>`;
const listed = (items) =>
  items.length > 1 ? `${items.slice(0, -1).join(", ")} and ${items.at(-1)}` : items[0];
