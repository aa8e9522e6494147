// The shapes of what the figures' modules hand one another, for `make lint`; nothing runs them.

// -- mathematics --------------------------------------------------------------------------------

type Pair = [number, number];
type Matrix = number[][];

type ActivationName = "sigmoid" | "tanh" | "relu" | "leaky_relu" | "softplus" | "identity";
type LossName = "quadratic" | "binary_cross_entropy" | "cross_entropy";

interface Activation {
  f: (z: number) => number;
  derivative: (z: number) => number;
  range: Pair;
}

/** A chain of single units, its input and its target. */
interface Chain {
  w: number[];
  b: number[];
  x: number;
  y: number;
  activation: ActivationName;
}

/** A direction in the space of w, b and x of a chain. */
interface Direction {
  w: number[];
  b: number[];
  x: number;
}

/** A network for one sample: W[l][j][k] leads from unit k of the layer before into unit j. */
interface DenseNetwork {
  W: Matrix[];
  b: number[][];
  activations: ActivationName[];
}

/** z and a of a dense network for one sample; a[0] is x. */
interface Trace {
  z: number[][];
  a: number[][];
}

/** What a name such as "w2_31" says, counted from 0; k is null but for a weight. */
type Parameter =
  | { kind: "w"; l: number; j: number; k: number }
  | { kind: "b"; l: number; j: number; k: null }
  | { kind: "x"; l: number; j: number; k: null };

/** A way on from a unit; from the last layer it leads to the cost, and m is null. */
type Way =
  | { m: number; local: number; share: number; weight: number; delta: number }
  | { m: null; local: number; share: number; weight?: undefined; delta?: undefined };

/** A network for a batch: W[l] is n_l x n_(l-1) numbers, row by row. */
interface BatchNetwork {
  sizes: number[];
  activations: (ActivationName | "softmax")[];
  W: Float64Array[];
  b: Float64Array[];
}

/** z and a of N samples, one sample a row. */
interface BatchTrace {
  N: number;
  z: Float64Array[];
  a: Float64Array[];
}

/** One hidden layer on a line, as shallow.js has it. */
interface ShallowNetwork {
  w: number[];
  b: number[];
  v: number[];
  c: number;
  activation: ActivationName;
  output_activation: ActivationName;
  straight: boolean[];
}

/** An array as NumPy has it, its numbers in C order. */
interface NDArray {
  shape: number[];
  data: number[];
  error?: undefined;
}

/** What NumPy refuses, with its text; `own` where the words are ours. */
interface Refusal {
  error: string;
  own?: boolean;
}

/** The subscripts of an einsum. */
interface Subscripts {
  inputs: string[];
  output: string;
  error?: undefined;
}

/** A move of some quantity: the cost after a move of a size, and what is promised per size. */
interface CostMove {
  costAt: (size: number) => number;
  rate: number;
}

/** What `moveOf` of a promise panel says; see promise_panel.js. */
interface Move extends CostMove {
  size: number;
  origin: number;
  isStep: boolean;
  name: string;
  html: string;
  svg: string;
}

// -- drawing ------------------------------------------------------------------------------------

/** A string that is markup; a plain string is text. */
interface Markup {
  html: string;
}
type Content = string | Markup;

type Attributes = Record<string, string | number | false | null | undefined>;

/** An SVG element that is wanted, as `drawSvg` takes it; a list among them is a group. */
interface Tag {
  name: string;
  attributes: Record<string, string>;
  content: Content | Tags;
}
type Tags = (Tag | Tags)[];

type Scale = import("d3-scale").ScaleContinuousNumeric<number, number>;

interface Tick {
  value: number;
  text: Content;
}

interface Point {
  x: number;
  y: number;
}

interface Canvas {
  element: HTMLCanvasElement;
  context: CanvasRenderingContext2D;
  width: number;
  height: number;
  ratio: number;
  resize: (width: number, height: number) => boolean;
  clear: () => void;
}

type Colour = [red: number, green: number, blue: number];

/** A control: its element, and how it is told its value. */
interface Control<Value> {
  element: HTMLElement;
  set: (value: Value) => void;
}

interface BoxOptions {
  name: string;
  className?: string;
  limit?: number;
  positive?: boolean;
  brief?: (value: number) => string;
  stepped?: (value: number, amount: number) => number;
  onInput: (value: number) => void;
  onFocus?: () => void;
}

interface SliderOptions {
  name: string;
  html: string;
  kind: string;
  min: number;
  max: number;
  step: number | "any";
  toPosition?: (value: number) => number;
  toValue?: (position: number) => number;
  limit?: number;
  positive?: boolean;
  stepped?: (value: number, amount: number) => number;
  onInput: (value: number) => void;
}

// -- host ---------------------------------------------------------------------------------------

/** The part of a widget's model that a figure uses; `link` only where there is an address. */
interface Model {
  get(name: string): any;
  set(name: string, value: unknown): void;
  save_changes(): void;
  on(event: string, listener: () => void): void;
  off(event: string, listener: () => void): void;
  link?: () => string;
}

/** What a figure is built in: see frame.js. */
interface Room<State> {
  body: HTMLElement;
  tools: HTMLElement;
  state: State;
  wide: boolean;
  change: (values: Partial<State>) => void;
  redraw: () => void;
}

interface Built<State> {
  draw: (state: State, width: number) => void;
  takeDown?: (() => void) | null;
}

/** What `frame` is given. */
interface Framed<State> {
  model: Model;
  el: HTMLElement;
  name: string;
  traits: readonly string[];
  validate: (state: State) => string | null;
  structure: (state: State) => unknown;
  build: (room: Room<State>) => Built<State>;
  summary: (state: State) => string;
}

/** A figure as it stands still. */
interface Still {
  width: number;
  height: number;
  parts: Tags;
  notes?: string[];
}

/** What a state.json says of one trait, in words of JSON Schema. */
interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: any[];
  items?: Schema;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  minItems?: number;
  maxItems?: number;
  maxLength?: number;
  uniqueItems?: boolean;
  default?: unknown;
}

/** The same with what its own figure asks it for; that this is there, no type knows. */
interface Property extends Required<Schema> {
  items: Property;
  default: any;
}

/** The traits of a figure with modes. */
interface Tabbed {
  mode?: string;
  modes?: string[];
}

/** The element that a spec of `h` such as "input.nn-box" makes. */
type ElementOf<Spec extends string> = Spec extends `${infer Name}.${string}`
  ? ElementNamed<Name>
  : ElementNamed<Spec>;
type ElementNamed<Name> = Name extends keyof HTMLElementTagNameMap
  ? HTMLElementTagNameMap[Name]
  : HTMLElement;

// -- the states of the figures, as state.json and figure.py have them ----------------------------

type ChainMode = "forward" | "nudge" | "backward" | "step";

interface ChainState extends Chain {
  mode: ChainMode;
  modes: ChainMode[];
  parameter: string;
  nudge: number;
  learning_rate: number;
  stage: number | null;
}

interface ActivationState extends ShallowNetwork {
  x: number;
  unit: number;
  targets: Pair[];
}

interface GradientState extends DenseNetwork {
  x: number[];
  y: number[];
  eps: number;
  bug: string;
  bug_layer: number;
  parameter: string;
  show_one_sided: boolean;
  show_complex: boolean;
  complex_eps: number;
}

interface LayerState extends DenseNetwork {
  x: number[];
  layer: number;
  focus: string;
}

interface NudgeState extends DenseNetwork {
  x: number[];
  y: number[];
  parameter: string;
  nudge: number;
  crossed: number[];
}

interface BenchState {
  N: number;
  n: number;
  n_prev: number;
  product: string;
  layout: "rows" | "columns";
  code: string;
  einsum: string;
  tools: string[];
  A_prev: Matrix;
  W: Matrix;
  Delta: Matrix;
  b: number[];
}

interface PlayerState {
  recordings: object[];
  epoch: number;
  panels: string[];
  compact: boolean;
  view: "a" | "z";
  turn: Pair;
  arrows: "none" | "ask" | "steps" | "both";
  layer: number;
  unit: number;
  sample: number | null;
  speed: number;
  playing: boolean;
}

// -- the language -------------------------------------------------------------------------------

// The last entry, typed as `list[list.length - 1]` is: there where the list is not empty.
interface Array<T> {
  at(index: -1): T;
}
interface ReadonlyArray<T> {
  at(index: -1): T;
}
