// How a message quotes a value.

const LONGEST = 60; // of a value that is quoted

/**
 * Any value as a sentence can quote it; `${value}` throws for an object such as {"toString": 1}.
 * @param {unknown} value
 */
export function shown(value) {
  const isPlain = typeof value !== "object" || value === null;
  const text = isPlain ? String(value) : JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
