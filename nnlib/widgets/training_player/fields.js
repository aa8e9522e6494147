// Fields over the input plane: the grids they are computed on, and the lines where they cross a
// level. No DOM.

/** The square of the input plane that holds all samples, with some room around them. */
export function squareDomain(X) {
  const low = [Infinity, Infinity];
  const high = [-Infinity, -Infinity];
  for (let i = 0; i < X.length; i++) {
    low[i % 2] = Math.min(low[i % 2], X[i]);
    high[i % 2] = Math.max(high[i % 2], X[i]);
  }
  const half = 0.56 * Math.max(high[0] - low[0], high[1] - low[1], 1e-9);
  return [0, 1].map((k) => [(low[k] + high[k]) / 2 - half, (low[k] + high[k]) / 2 + half]);
}

/** The place of a point of the input plane in a picture of a side, in pixels. */
export const placeIn = ([[left, right], [bottom, top]], side, [x, y]) => [
  (side * (x - left)) / (right - left),
  (side * (top - y)) / (top - bottom),
];

/** Points of a grid, row by row from the top (the high end of the second axis) down. */
export function gridPoints([[left, right], [bottom, top]], columns, rows) {
  const points = new Float64Array(2 * columns * rows);
  for (let r = 0, i = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      points[i++] = left + ((right - left) * c) / (columns - 1);
      points[i++] = top + ((bottom - top) * r) / (rows - 1);
    }
  }
  return points;
}

/** Lines along both axes of a square, `count` each way, as points one after the other. */
export function gridLines([[left, right], [bottom, top]], count, pieces) {
  const points = new Float64Array(4 * count * (pieces + 1));
  let i = 0;
  for (const upright of [true, false]) {
    for (let c = 0; c < count; c++) {
      const fixed = c / (count - 1);
      for (let p = 0; p <= pieces; p++) {
        const [u, v] = upright ? [fixed, p / pieces] : [p / pieces, fixed];
        points[i++] = left + (right - left) * u;
        points[i++] = bottom + (top - bottom) * v;
      }
    }
  }
  return points;
}

// What `contour` works on: made once for the largest grid, since it works in every frame. In
// `joined` every entry is -1 again when a contour is done.
let heights = new Float64Array(0);
let joined = [];

/**
 * Draws into `path` (with moveTo and lineTo) the lines on which one column of a grid of values
 * crosses `level`, each from end to end, so that dashes run on: a straight piece through every cell,
 * its ends interpolated along the cell's sides. `values` holds `stride` columns a point; of the
 * points of the grid, `columns` a row and `rows` in all, every `step`-th is used, both ways. The
 * picture's corners lie at the outer points.
 */
export function contour(path, grid) {
  const { values, stride, column, level, step = 1, width, height } = grid;
  const columns = (grid.columns - 1) / step + 1;
  const rows = (grid.rows - 1) / step + 1;
  const count = columns * rows;
  if (heights.length < count) {
    heights = new Float64Array(count);
    joined = [0, 1].map(() => new Int32Array(2 * count).fill(-1));
  }
  for (let r = 0, i = 0; r < rows; r++) {
    let place = r * step * grid.columns * stride + column;
    for (let c = 0; c < columns; c++, place += step * stride) heights[i++] = values[place] - level;
  }

  // A side of a cell is named by its first point, plus `count` if it runs down. Each side that a
  // line crosses is joined to one other, or to two.
  const [one, two] = joined;
  const crossed = [];
  const join = (from, to) => {
    add(from, to);
    add(to, from);
  };
  const add = (side, other) => {
    if (one[side] < 0 && two[side] < 0) crossed.push(side);
    if (one[side] < 0) one[side] = other;
    else two[side] = other;
  };
  const part = (side, other) => {
    if (one[side] === other) one[side] = -1;
    else two[side] = -1;
  };
  pieces(columns, rows, join);

  const [dx, dy] = [width / (columns - 1), height / (rows - 1)];
  const put = (side, isFirst) => {
    const isDown = side >= count;
    const place = isDown ? side - count : side;
    const from = heights[place];
    const share = from / (from - heights[place + (isDown ? columns : 1)]);
    const r = Math.floor(place / columns);
    const x = dx * (place - r * columns + (isDown ? 0 : share));
    const y = dy * (r + (isDown ? share : 0));
    if (isFirst) path.moveTo(x, y);
    else path.lineTo(x, y);
  };
  const follow = (start) => {
    put(start, true);
    for (let side = start; ;) {
      const next = one[side] >= 0 ? one[side] : two[side];
      if (next < 0) return;
      part(side, next);
      part(next, side);
      put(next, false);
      side = next;
    }
  };
  for (const side of crossed) if (one[side] >= 0 !== two[side] >= 0) follow(side); // from an end
  for (const side of crossed) if (one[side] >= 0) follow(side); // what is left runs in rings
}

/** Calls `join(side, side)` for every piece of line through a cell of the grid in `heights`. */
function pieces(columns, rows, join) {
  const count = columns * rows;
  for (let r = 0; r < rows - 1; r++) {
    let place = r * columns;
    let nw = heights[place] > 0;
    let sw = heights[place + columns] > 0;
    for (const end = place + columns - 1; place < end; place++) {
      const ne = heights[place + 1] > 0;
      const se = heights[place + columns + 1] > 0;
      if (nw !== ne || ne !== se || se !== sw) {
        const [north, south] = [place, place + columns];
        const [west, east] = [place + count, place + count + 1];
        if (nw === se && ne === sw) {
          // a saddle: the middle of the cell says which corners hold together
          const middle =
            heights[place] + heights[place + 1] + heights[south] + heights[south + 1] > 0;
          join(north, middle === nw ? east : west);
          join(south, middle === nw ? west : east);
        } else {
          const sides = [];
          if (nw !== ne) sides.push(north);
          if (ne !== se) sides.push(east);
          if (se !== sw) sides.push(south);
          if (sw !== nw) sides.push(west);
          join(sides[0], sides[1]);
        }
      }
      [nw, sw] = [ne, se];
    }
  }
}

/** The z at which an activation takes the value a; null where it never does. */
export function preimage(activation, a) {
  const z = {
    sigmoid: () => Math.log(a / (1 - a)),
    tanh: () => Math.atanh(a),
    relu: () => (a > 0 ? a : NaN),
    leaky_relu: () => (a > 0 ? a : a / 0.01),
    softplus: () => Math.log(Math.expm1(a)),
    identity: () => a,
    softmax: () => NaN,
  }[activation]();
  return Number.isFinite(z) ? z : null;
}
