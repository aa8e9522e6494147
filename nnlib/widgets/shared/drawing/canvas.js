// A canvas that is as sharp as the screen.

const SHARPEST = 2; // device pixels a pixel: more cost time and show nothing

/**
 * Returns { element, context, width, height, resize(width, height), clear() }; one unit of the
 * context is one pixel of the page.
 * @param {string} className
 */
export function sharpCanvas(className) {
  const element = document.createElement("canvas");
  element.className = className;
  const context = paintable(element);
  /** @type {Canvas} */
  const canvas = { element, context, width: 0, height: 0, ratio: 1, resize, clear };

  /** @param {number} width @param {number} height */
  function resize(width, height) {
    const ratio = Math.min(SHARPEST, globalThis.devicePixelRatio || 1);
    if (width === canvas.width && height === canvas.height && ratio === canvas.ratio) return false;
    Object.assign(canvas, { width, height, ratio });
    element.width = Math.round(width * ratio);
    element.height = Math.round(height * ratio);
    element.style.width = `${width}px`;
    element.style.height = `${height}px`;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    return true;
  }

  function clear() {
    context.clearRect(0, 0, canvas.width, canvas.height);
  }

  return canvas;
}

/**
 * A small picture without a place in the page, pixel by pixel: { draw(colourOf), element }.
 * @param {number} columns @param {number} rows
 */
export function pixelPicture(columns, rows) {
  const element = document.createElement("canvas");
  element.width = columns;
  element.height = rows;
  const context = paintable(element);
  const image = context.createImageData(columns, rows);
  const pixels = new Uint32Array(image.data.buffer);
  return {
    element,
    pixels,
    show() {
      context.putImageData(image, 0, 0);
    },
  };
}

/**
 * What paints on a canvas.
 * @param {HTMLCanvasElement} element @param {CanvasRenderingContext2DSettings} [settings]
 */
export function paintable(element, settings) {
  const context = element.getContext("2d", settings);
  if (!context) throw new Error("this browser has no canvas to paint on");
  return context;
}

const LITTLE_ENDIAN = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

/**
 * A colour as one pixel of a pixelPicture.
 * @param {Colour} colour
 */
export function pixel([r, g, b]) {
  return LITTLE_ENDIAN
    ? (255 << 24) | (b << 16) | (g << 8) | r
    : (r << 24) | (g << 16) | (b << 8) | 255;
}
