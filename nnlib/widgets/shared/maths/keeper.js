// Keeping what is costly to compute. No DOM.

/**
 * `compute`, but its last result is kept for as long as it is asked for the same value.
 * @template Value, Result
 * @param {(value: Value) => Result} compute @returns {(value: Value) => Result}
 */
export function keeper(compute) {
  /** @type {string | undefined} */
  let key;
  /** @type {Result} */
  let result;
  return (value) => {
    const now = JSON.stringify(value);
    if (now !== key) [key, result] = [now, compute(value)];
    return result;
  };
}

/**
 * An object with these of its entries alone.
 * @template {object} Whole
 * @template {keyof Whole & string} Name
 * @param {Whole} object @param {readonly Name[]} names @returns {Pick<Whole, Name>}
 */
export function pick(object, names) {
  const picked = Object.fromEntries(names.map((name) => [name, object[name]]));
  return /** @type {Pick<Whole, Name>} */ (picked);
}
