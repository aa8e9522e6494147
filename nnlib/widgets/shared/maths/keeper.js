// Keeping what is costly to compute. No DOM.

/** `compute`, but its last result is kept for as long as it is asked for the same value. */
export function keeper(compute) {
  let key;
  let result;
  return (value) => {
    const now = JSON.stringify(value);
    if (now !== key) [key, result] = [now, compute(value)];
    return result;
  };
}

/** An object with these of its entries alone. */
export function pick(object, names) {
  return Object.fromEntries(names.map((name) => [name, object[name]]));
}
