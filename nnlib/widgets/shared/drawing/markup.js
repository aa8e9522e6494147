// Text and markup, told apart: what is drawn is text unless it says that it is markup. No DOM.

/** @type {Record<string, string>} */
export const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/**
 * A text as it is written inside markup, or between an attribute's double quotes.
 * @param {string} text
 */
export const escape = (text) => text.replace(/[&<>"]/g, (sign) => ENTITIES[sign]);

/**
 * A string that is markup, for `label`, `tag` and `paint`. A link brings a state that anyone may
 * have written: a text out of it is drawn as text, or goes through `escape` into what stands here.
 * @param {string} html @returns {Markup}
 */
export const markup = (html) => ({ html });
