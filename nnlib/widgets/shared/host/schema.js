// What a state may be: a state.json says it, in words of JSON Schema, to Python and to JavaScript.
// nnlib/widgets/schema.py reads the same words and says the same sentences.
import SHARED from "../state.json" with { type: "json" };

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

/**
 * What a state.json says of each trait, with what it refers to put in place.
 * @param {{ $defs?: Record<string, Schema>, properties: Record<string, Schema> }} about
 * @returns {Record<string, Property>}
 */
export function propertiesOf({ $defs, properties }) {
  /** @type {Record<string, Schema>} */
  const known = { ...SHARED.$defs, ...$defs };
  /** @type {(schema: Schema) => any} */
  const expanded = ({ $ref, items, ...rest }) => ({
    ...($ref && expanded(known[$ref.split("/").at(-1)])),
    ...(items && { items: expanded(items) }),
    ...rest,
  });
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, expanded(schema)]),
  );
}

/**
 * null, or which trait of a state is not what its property says, and what it must be.
 * @param {Record<string, Schema>} properties @param {Record<string, any>} state
 */
export function checkState(properties, state) {
  for (const name in properties) {
    const wrong = check(name, state[name], properties[name]);
    if (wrong) return wrong;
  }
  return null;
}

/** @param {string} name @param {unknown} value @param {Schema} schema @returns {string | null} */
function check(name, value, schema) {
  if (!fits(value, schema)) return `${name} is ${shown(value)}; it must be ${wanted(schema)}.`;
  if (!schema.items || !Array.isArray(value)) return null;
  for (const [place, item] of value.entries()) {
    const wrong = check(`${name}[${place}]`, item, schema.items);
    if (wrong) return wrong;
  }
  return null;
}

/** @type {Record<string, (value: unknown) => boolean>} */
const IS = {
  number: Number.isFinite,
  integer: Number.isSafeInteger,
  boolean: (value) => typeof value === "boolean",
  string: (value) => typeof value === "string",
  array: Array.isArray,
  object: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  null: (value) => value === null,
};

/** @param {unknown} value @param {Schema} schema */
function fits(value, schema) {
  if (schema.enum) return schema.enum.includes(value);
  if (!typesOf(schema).some((type) => IS[type](value))) return false;
  if (typeof value === "number")
    return (
      value >= (schema.minimum ?? -Infinity) &&
      value <= (schema.maximum ?? Infinity) &&
      value > (schema.exclusiveMinimum ?? -Infinity)
    );
  if (typeof value === "string") return [...value].length <= (schema.maxLength ?? Infinity);
  if (!Array.isArray(value)) return true;
  const isTwice = schema.uniqueItems && new Set(value).size < value.length;
  const { minItems = 0, maxItems = Infinity } = schema;
  return value.length >= minItems && value.length <= maxItems && !isTwice;
}

/** @param {Schema} schema */
function wanted(schema) {
  if (schema.enum) return `one of ${schema.enum.join(", ")}`;
  return typesOf(schema)
    .map((type) => WORDS[type](schema))
    .join(" or ");
}

/** @param {Schema} schema */
const typesOf = ({ type = [] }) => [type].flat();

/** @type {Record<string, (schema: Schema) => string>} */
const WORDS = {
  number: (schema) => `a number${bounds(schema)}`,
  integer: (schema) => `a whole number${bounds(schema)}`,
  boolean: () => "true or false",
  string: ({ maxLength }) => `a text${maxLength ? ` of at most ${maxLength} characters` : ""}`,
  array: ({ minItems, maxItems, uniqueItems }) =>
    `a list${entries(minItems, maxItems)}${uniqueItems ? ", each once" : ""}`,
  object: () => "a record",
  null: () => "none",
};

/** @param {Schema} schema */
function bounds({ minimum: low, maximum: high, exclusiveMinimum: above }) {
  if (low !== undefined && high !== undefined && low === -high) return ` of size at most ${high}`;
  if (low !== undefined && high !== undefined) return ` from ${low} to ${high}`;
  const ends = { "at least": low, above, "at most": high };
  const said = Object.entries(ends).filter(([, end]) => end !== undefined);
  return said.length ? ` ${said.map((words) => words.join(" ")).join(" and ")}` : "";
}

/** @param {number | undefined} least @param {number | undefined} most */
function entries(least, most) {
  if (least === undefined && most === undefined) return "";
  if (least === most) return ` of ${most} entries`;
  if (least === undefined) return ` of at most ${most} entries`;
  return most === undefined ? ` of at least ${least} entries` : ` of ${least} to ${most} entries`;
}
