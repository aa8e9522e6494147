// Which sizes a picture can be drawn to. No DOM.

/**
 * Whether a size has all its digits, and so have sizes some powers of ten below and above it.
 * Smaller ones (from 2e-308 on) lose their digits until they are 0, larger ones end at infinity;
 * a scale or an axis over them would have no length, or no end.
 * @param {number} size
 */
export const isMeasurable = (size) => size >= 1e-290 && size <= 1e290;
