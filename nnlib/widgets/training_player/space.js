// A box of two or three dimensions, turned and seen from far away. No DOM.

/**
 * How points of [0, 1]^3 appear: { x, y } are the weights of the three coordinates in the
 * picture's axes (y downwards). `turn` is in degrees: to the side, and over.
 */
export function projection([side, over]) {
  const [s, o] = [(side * Math.PI) / 180, (over * Math.PI) / 180];
  return {
    x: [Math.cos(s), -Math.sin(s), 0],
    y: [Math.sin(s) * Math.sin(o), Math.cos(s) * Math.sin(o), -Math.cos(o)],
  };
}

/** Two coordinates, to the right and up: a layer of two units needs no turning. */
export const FLAT = { x: [1, 0, 0], y: [0, -1, 0] };

/** The corners of the box as [u, v, w], and its edges as pairs of places among them. */
export const CORNERS = Array.from({ length: 8 }, (_, i) => [i & 1, (i >> 1) & 1, (i >> 2) & 1]);
export const EDGES = CORNERS.flatMap((_, i) =>
  [1, 2, 4].filter((bit) => !(i & bit)).map((bit) => [i, i | bit]),
);

/**
 * The part of the plane n . p + d = 0 that lies in the box, as corners in order around it; none
 * where they do not meet.
 */
export function slice(n, d) {
  const values = CORNERS.map((p) => n[0] * p[0] + n[1] * p[1] + n[2] * p[2] + d);
  const points = [];
  for (const [i, j] of EDGES) {
    if (values[i] > 0 === values[j] > 0) continue;
    const share = values[i] / (values[i] - values[j]);
    points.push(CORNERS[i].map((u, k) => u + share * (CORNERS[j][k] - u)));
  }
  if (points.length < 3) return [];
  const centre = [0, 1, 2].map((k) => points.reduce((sum, p) => sum + p[k], 0) / points.length);
  const first = minus(points[0], centre);
  const second = cross(n, first);
  const angle = (p) => {
    const q = minus(p, centre);
    return Math.atan2(
      dot(q, second) / Math.sqrt(dot(second, second) || 1),
      dot(q, first) / Math.sqrt(dot(first, first) || 1),
    );
  };
  return points
    .map((p) => [angle(p), p])
    .sort((p, q) => p[0] - q[0])
    .map(([, p]) => p);
}

/** The part of the line n . p + d = 0 that lies in the unit square: two points, or none. */
export function sliceFlat(n, d) {
  const corners = [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
  ];
  const values = corners.map((p) => n[0] * p[0] + n[1] * p[1] + d);
  const points = [];
  corners.forEach((p, i) => {
    const j = (i + 1) % 4;
    if (values[i] > 0 === values[j] > 0) return;
    const share = values[i] / (values[i] - values[j]);
    points.push([p[0] + share * (corners[j][0] - p[0]), p[1] + share * (corners[j][1] - p[1]), 0]);
  });
  return points;
}

const dot = (p, q) => p[0] * q[0] + p[1] * q[1] + p[2] * q[2];
const minus = (p, q) => [p[0] - q[0], p[1] - q[1], p[2] - q[2]];
const cross = (p, q) => [
  p[1] * q[2] - p[2] * q[1],
  p[2] * q[0] - p[0] * q[2],
  p[0] * q[1] - p[1] * q[0],
];
