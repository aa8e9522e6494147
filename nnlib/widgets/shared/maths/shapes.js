// What NumPy does with the shapes and values of arrays: matmul, broadcasting, mean and einsum, with
// the texts of its errors. No DOM. Tested against NumPy.
//
// An array is { shape: [4, 2], data: [...] }, its numbers in C order. What NumPy refuses comes back
// as { error: its text }; { error, own: true } is a refusal in words of our own.

/** @param {Matrix} table @returns {NDArray} */
export function fromTable(table) {
  return { shape: [table.length, table[0].length], data: table.flat() };
}

/**
 * "(4, 2)" and "(4,)", as Python writes a tuple.
 * @param {(number | string)[]} shape
 */
export function tuple(shape, separator = ", ") {
  return `(${shape.join(separator)}${shape.length === 1 ? "," : ""})`;
}

/** @param {(number | string)[]} shape */
const packed = (shape) => tuple(shape, ","); // as the texts of NumPy's errors write a shape

/**
 * The array with its last two axes exchanged: of a matrix the transpose.
 * @param {NDArray} a @returns {NDArray}
 */
export function turned(a) {
  const [rows, columns] = a.shape.slice(-2);
  const each = rows * columns;
  const data = a.data.map((_, place) => {
    const [start, inside] = [place - (place % each), place % each];
    return a.data[start + (inside % rows) * columns + Math.floor(inside / rows)];
  });
  return { shape: [...a.shape.slice(0, -2), columns, rows], data };
}

/**
 * The array with one more axis, of size 1, at a place: a[:, None].
 * @param {NDArray} a @param {number} place @returns {NDArray}
 */
export function withAxis(a, place) {
  return { shape: a.shape.toSpliced(place, 0, 1), data: a.data };
}

/**
 * The shape that fits all of these, or null.
 * @param {number[][]} shapes
 */
export function broadcastShapes(...shapes) {
  const axes = Math.max(...shapes.map((shape) => shape.length));
  const result = Array(axes).fill(1);
  for (const shape of shapes) {
    for (const [place, size] of shape.entries()) {
      const axis = axes - shape.length + place;
      if (size === 1 || size === result[axis]) continue;
      if (result[axis] !== 1) return null;
      result[axis] = size;
    }
  }
  return result;
}

/**
 * a @ b, for arrays of two or more axes.
 * @param {NDArray} a @param {NDArray} b @returns {NDArray | Refusal}
 */
export function matmul(a, b) {
  const [n, k] = a.shape.slice(-2);
  const [inner, m] = b.shape.slice(-2);
  if (k !== inner)
    return {
      error:
        "matmul: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature " +
        `(n?,k),(k,m?)->(n?,m?) (size ${inner} is different from ${k})`,
    };
  const stacks = [a, b].map(({ shape }) => shape.slice(0, -2));
  const stack = broadcastShapes(...stacks);
  if (!stack)
    return {
      error: `${remapped(
        [a, b].map(({ shape }) => shape),
        stacks.map((sizes) => [...sizes, "newaxis", "newaxis"]),
      )} and requested shape ${packed([n, m])}`,
    };
  const steps = stacks.map((sizes) => stridesIn(stack, sizes));
  /** @type {number[]} */
  const data = [];
  forEachIndex(stack, (index) => {
    const [from, by] = steps.map((strides) => offset(index, strides));
    for (let row = 0; row < n; row++) {
      for (let column = 0; column < m; column++) {
        let sum = 0;
        for (let t = 0; t < k; t++)
          sum += a.data[from * n * k + row * k + t] * b.data[by * k * m + t * m + column];
        data.push(sum);
      }
    }
  });
  return { shape: [...stack, n, m], data };
}

/**
 * a + b, the shorter one stretched.
 * @param {NDArray} a @param {NDArray} b @returns {NDArray | Refusal}
 */
export function add(a, b) {
  const shape = broadcastShapes(a.shape, b.shape);
  if (!shape)
    return {
      error: `operands could not be broadcast together with shapes ${packed(a.shape)} ${packed(b.shape)} `,
    };
  const [left, right] = [a, b].map((one) => stretched(one, shape).data);
  return { shape, data: left.map((value, place) => value + right[place]) };
}

/**
 * The array repeated until it has a shape.
 * @param {NDArray} a @param {number[]} shape @returns {NDArray}
 */
export function stretched(a, shape) {
  const strides = stridesIn(shape, a.shape);
  /** @type {number[]} */
  const data = [];
  forEachIndex(shape, (index) => data.push(a.data[offset(index, strides)]));
  return { shape, data };
}

/**
 * The axes of `shape` along which an array of the shape `from` is repeated.
 * @param {number[]} from @param {number[]} shape
 */
export function stretchedAxes(from, shape) {
  const lead = shape.length - from.length;
  return shape.flatMap((size, axis) =>
    size > 1 && (axis < lead || from[axis - lead] === 1) ? [axis] : [],
  );
}

/**
 * a.mean(axis).
 * @param {NDArray} a @param {number} axis @returns {NDArray | Refusal}
 */
export function mean(a, axis) {
  if (axis >= a.shape.length)
    return { error: `axis ${axis} is out of bounds for array of dimension ${a.shape.length}` };
  const shape = a.shape.toSpliced(axis, 1);
  const strides = stridesIn(a.shape, a.shape);
  /** @type {number[]} */
  const data = [];
  forEachIndex(shape, (index) => {
    const start = offset(index, strides.toSpliced(axis, 1));
    let sum = 0;
    for (let t = 0; t < a.shape[axis]; t++) sum += a.data[start + t * strides[axis]];
    data.push(sum / a.shape[axis]);
  });
  return { shape, data };
}

/**
 * Every number divided.
 * @param {NDArray} a @param {number} divisor @returns {NDArray}
 */
export function divided(a, divisor) {
  return { shape: a.shape, data: a.data.map((value) => value / divisor) };
}

/**
 * Whether two arrays have one shape and, but for rounding, the same numbers.
 * @param {NDArray} a @param {NDArray} b
 */
export function equal(a, b) {
  return (
    packed(a.shape) === packed(b.shape) &&
    a.data.every((value, place) => Math.abs(value - b.data[place]) < 1e-9)
  );
}

// -- einsum -------------------------------------------------------------------------------------

/**
 * np.einsum(subscripts, ...operands): { shape, data, inputs, output, sizes }, `inputs` and `output`
 * being strings of letters and `sizes` the size of each letter.
 * @param {string} subscripts @param {NDArray[]} operands
 * @returns {(NDArray & { inputs: string[], output: string, sizes: Record<string, number> }) | Refusal}
 */
export function einsum(subscripts, operands) {
  const read = readSubscripts(
    subscripts,
    operands.map(({ shape }) => shape.length),
  );
  if (read.error !== undefined) return read;
  const { inputs, output } = read;
  /** @type {Walk[]} */
  const diagonals = [];
  for (const [place, operand] of operands.entries()) {
    // NumPy has a way of its own, and a text of its own, for one operand while no axis is summed.
    /** @param {number} axis */
    const isKept = (axis) => [...inputs[0]].slice(0, axis).every((l) => output.includes(l));
    /** @param {number} axis */
    const name = (axis) =>
      inputs.length === 1 && isKept(axis) ? "single operand" : `operand ${place}`;
    const diagonal = onDiagonals(inputs[place], operand, name);
    if (diagonal.error !== undefined) return diagonal;
    diagonals.push(diagonal);
  }
  const summed = [...new Set(inputs.join(""))].filter((letter) => !output.includes(letter)).sort();
  const letters = [...output, ...summed];
  /** @type {Record<string, number>} */
  const sizes = {};
  for (const { letters: own, shape } of diagonals) {
    for (const [axis, letter] of own.entries()) {
      if (shape[axis] === 1 || shape[axis] === sizes[letter]) sizes[letter] ??= 1;
      else if ((sizes[letter] ?? 1) === 1) sizes[letter] = shape[axis];
      else return { error: remappedLetters(operands, diagonals, letters) };
    }
  }
  const steps = diagonals.map(({ letters: own, shape, strides }) =>
    letters.map((letter) => {
      const axis = own.indexOf(letter);
      return axis < 0 || shape[axis] === 1 ? 0 : strides[axis];
    }),
  );
  const shape = [...output].map((letter) => sizes[letter]);
  /** @type {number[]} */
  const data = [];
  forEachIndex(shape, (kept) => {
    let sum = 0;
    forEachIndex(
      summed.map((letter) => sizes[letter]),
      (gone) => {
        const index = [...kept, ...gone];
        sum += operands.reduce((product, { data: from }, p) => product * from[offset(index, steps[p])], 1); // prettier-ignore
      },
    );
    data.push(sum);
  });
  return { shape, data, inputs, output, sizes };
}

/**
 * "ij,jk" as { inputs: ["ij", "jk"], output: "ik" }, checked in NumPy's order.
 * @param {string} subscripts @param {number[]} axes @returns {Subscripts | Refusal}
 */
function readSubscripts(subscripts, axes) {
  // NumPy can read these, or fails on them with a text about encodings.
  if (subscripts.includes("."))
    return { error: "this bench reads letters only; the dots are for NumPy", own: true };
  if (/[^\x20-\x7e]/.test(subscripts))
    return { error: "only the letters a to z and A to Z, commas and -> can stand here", own: true };
  const inputs = [];
  let rest = subscripts;
  for (const [place, count] of axes.entries()) {
    const length = rest.search(/[,-]|$/);
    const isLast = place === axes.length - 1;
    if (isLast && rest[length] === ",") return { error: `more ${OPERANDS}` };
    if (!isLast && rest[length] !== ",") return { error: `fewer ${OPERANDS}` };
    const read = readLetters(rest.slice(0, length), place, count);
    if (read.error !== undefined) return read;
    inputs.push(read.letters);
    rest = rest.slice(isLast ? length : length + 1);
  }
  const all = inputs.join("");
  if (rest === "") {
    const output = [...new Set(all)].filter((letter) => all.split(letter).length === 2).sort();
    return { inputs, output: output.join("") };
  }
  if (!rest.startsWith("->"))
    return {
      error: "einstein sum subscript string does not contain proper '->' output specified",
    };
  return readOutput(rest.slice(2), inputs);
}

const OPERANDS =
  "operands provided to einstein sum function than specified in the subscripts string";
/** @param {string} sign */
const invalid = (sign) => ({
  error: `invalid subscript '${sign}' in einstein sum subscripts string, subscripts must be letters`,
});

/**
 * @param {string} text @param {number} place @param {number} count
 * @returns {{ letters: string, error?: undefined } | Refusal}
 */
function readLetters(text, place, count) {
  let letters = "";
  for (const sign of text) {
    if (sign === " ") continue;
    if (!/[a-zA-Z]/.test(sign)) return invalid(sign);
    if (letters.length === count)
      return {
        error: `einstein sum subscripts string contains too many subscripts for operand ${place}`,
      };
    letters += sign;
  }
  if (letters.length < count)
    return {
      error:
        "operand has more dimensions than subscripts given in einstein sum, but no '...' ellipsis " +
        "provided to broadcast the extra dimensions.",
    };
  return { letters };
}

/** @param {string} text @param {string[]} inputs @returns {Subscripts | Refusal} */
function readOutput(text, inputs) {
  let output = "";
  for (const [place, sign] of [...text].entries()) {
    if (sign === " ") continue;
    if (!/[a-zA-Z]/.test(sign)) return invalid(sign);
    if (text.includes(sign, place + 1))
      return {
        error: `einstein sum subscripts string includes output subscript '${sign}' multiple times`,
      };
    if (!inputs.some((letters) => letters.includes(sign)))
      return {
        error: `einstein sum subscripts string included output subscript '${sign}' which never appeared in an input`,
      };
    output += sign;
  }
  return { inputs, output };
}

/** @typedef {{ letters: string[], shape: number[], strides: number[], error?: undefined }} Walk */

/**
 * An operand's axes with each letter once: a letter that stands twice walks along a diagonal.
 * @param {string} letters @param {NDArray} operand @param {(axis: number) => string} name
 * @returns {Walk | Refusal}
 */
function onDiagonals(letters, { shape }, name) {
  /** @type {Walk} */
  const own = { letters: [], shape: [], strides: [] };
  const strides = stridesIn(shape, shape, true);
  for (const [axis, letter] of [...letters].entries()) {
    const before = own.letters.indexOf(letter);
    if (before < 0) {
      own.letters.push(letter);
      own.shape.push(shape[axis]);
      own.strides.push(strides[axis]);
    } else if (own.shape[before] !== shape[axis])
      return {
        error: `dimensions in ${name(axis)} for collapsing index '${letter}' don't match (${own.shape[before]} != ${shape[axis]})`,
      };
    else own.strides[before] += strides[axis];
  }
  return own;
}

/**
 * NumPy writes which axis of which operand it has put where; it leaves out leading new axes.
 * @param {NDArray[]} operands @param {Walk[]} diagonals @param {string[]} letters
 */
function remappedLetters(operands, diagonals, letters) {
  const places = diagonals.map(({ letters: own, shape }) => {
    const sizes = letters.map((letter) =>
      own.includes(letter) ? shape[own.indexOf(letter)] : "newaxis",
    );
    return sizes.slice(sizes.findIndex((size) => size !== "newaxis"));
  });
  return remapped(
    diagonals.map(({ shape }) => shape),
    letters.length === 1 ? places.map(([size]) => [size, ""]) : places, // "(3,)"
  );
}

/** @param {number[][]} from @param {(number | string)[][]} to */
function remapped(from, to) {
  const pairs = from.map((shape, place) => `${packed(shape)}->(${to[place].join(",")}) `);
  return `operands could not be broadcast together with remapped shapes [original->remapped]: ${pairs.join("")}`;
}

// -- indices ------------------------------------------------------------------------------------

/**
 * How far apart neighbours along each axis of `shape` lie in an array of the shape `from`; 0 where it is repeated.
 * @param {number[]} shape @param {number[]} from
 */
function stridesIn(shape, from, keep = false) {
  const lead = shape.length - from.length;
  let step = 1;
  const strides = from
    .toReversed()
    .map((size) => {
      const own = size === 1 && !keep ? 0 : step;
      step *= size;
      return own;
    })
    .toReversed();
  return [...Array(lead).fill(0), ...strides];
}

/** @param {number[]} index @param {number[]} strides */
function offset(index, strides) {
  return index.reduce((sum, place, axis) => sum + place * strides[axis], 0);
}

/** @param {number[]} shape @param {(index: number[]) => void} visit */
function forEachIndex(shape, visit) {
  const index = shape.map(() => 0);
  for (;;) {
    visit(index);
    let axis = shape.length - 1;
    while (axis >= 0 && ++index[axis] === shape[axis]) index[axis--] = 0;
    if (axis < 0) return;
  }
}
