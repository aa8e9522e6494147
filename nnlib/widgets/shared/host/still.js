// A figure as it stands still: a picture, words, and the heights that a page keeps for it.
// It runs where no page is: in the V8 that Python embeds.
import { ENTITIES, escape } from "../drawing/markup.js";

/**
 * What Python asks for. `still(state)` of a figure is { width, height, parts, notes }: elements of
 * `tag`, and the markup of what the live figure says beside its picture.
 * @template State
 * @param {{
 *   validate: (state: State) => string | null,
 *   still: (state: State) => Still,
 *   summary: (state: State) => string,
 *   heightOf: (state: State, wide: boolean) => number,
 * }} figure
 * @param {State} state
 */
export function stillOf({ validate, still, summary, heightOf }, state) {
  const wrong = validate(state);
  if (wrong) throw new Error(wrong);
  const { width, height, parts, notes = [] } = still(state);
  return {
    width,
    height,
    parts: written(parts),
    words: [summary(state), ...notes.map(readAloud)].join(" "),
    heights: [true, false].map((wide) => heightOf(state, wide)),
  };
}

/** @param {Content} content */
const asMarkup = (content) => (typeof content === "string" ? escape(content) : content.html);

/**
 * Elements of `tag` as markup; as `drawSvg`, a list among them is a group.
 * @param {Tags} elements @returns {string}
 */
function written(elements) {
  return elements
    .map((one) => {
      if (Array.isArray(one)) return `<g>${written(one)}</g>`;
      const { name, attributes, content } = one;
      const pairs = Object.entries(attributes).map(([key, value]) => ` ${key}="${escape(value)}"`);
      const inside = Array.isArray(content) ? written(content) : asMarkup(content);
      return `<${name}${pairs.join("")}>${inside}</${name}>`;
    })
    .join("");
}

const SIGNS = Object.fromEntries(Object.entries(ENTITIES).map(([sign, entity]) => [entity, sign]));

/**
 * Markup as it is read: without its tags, each paragraph or item a sentence of its own.
 * @param {string} html
 */
const readAloud = (html) =>
  html
    .replace(/<\/(?:p|li)>(?=.)/g, " ")
    .replace(/<[^>]*>/g, "")
    .replace(/&\w+;/g, (entity) => SIGNS[entity] ?? entity);
