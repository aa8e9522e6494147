// The errors over all eps, and the two branches of the V. No DOM.
import { backward } from "../shared/maths/dense.js";
import { complexStep, differences, flatten, relativeError } from "../shared/maths/gradcheck.js";
import { keeper, pick } from "../shared/maths/keeper.js";
import { backwardWithBug } from "./bugs.js";

/** From 1 down to 1e-15, four in each power of ten. */
export const GRID = Array.from({ length: 61 }, (_, k) => 10 ** (-k / 4));
const SOUND = 20; // place of 1e-5, where central differences see most

/**
 * A function that gives, for a state, [eps, relative error] of the gradient as it is written
 * (`written`; its `floor` is the error at 1e-5), of the right one (`right`), and of the one-sided differences and the complex step
 * against the one as written (null where they are not shown). What does not depend on the bug is
 * measured once.
 */
export function curveKeeper() {
  const measured = keeper(({ W, b, activations, x, y }) => {
    const network = { W, b, activations };
    const over = (measure, grid) => {
      let slopes;
      return () => (slopes ??= grid.map((eps) => [eps, measure(network, x, y, eps)]));
    };
    return {
      central: over(differences, GRID),
      oneSided: over((n, p, q, eps) => differences(n, p, q, eps, true), GRID),
      complex: over(
        complexStep,
        GRID.filter((_, k) => k % 2 === 0),
      ),
    };
  });
  const curves = keeper((state) => {
    const { x, y, bug, bug_layer: layer, show_one_sided: oneSided, show_complex: complex } = state;
    const slopes = measured(pick(state, ["W", "b", "activations", "x", "y"]));
    const derived = flatten(backwardWithBug(state, x, y, bug, layer));
    const right = flatten(backward(state, x, y));
    const against = (gradient, list) =>
      list.map(([eps, found]) => [eps, relativeError(gradient, found)]);
    const written = against(derived, slopes.central());
    const rightCurve = against(right, slopes.central());
    return {
      written,
      floor: written[SOUND][1],
      right: rightCurve,
      oneSided: oneSided ? against(derived, slopes.oneSided()) : null,
      complex: complex ? against(derived, slopes.complex()) : null,
      isWrong: relativeError(derived, right) > 1e-12,
      branches: branches(rightCurve),
    };
  });
  const names = ["W", "b", "activations", "x", "y", "bug", "bug_layer"];
  return (state) => curves(pick(state, [...names, "show_one_sided", "show_complex"]));
}

/**
 * What the two branches of the V are: error = truncation * eps^2 for large eps, and rounding / eps
 * for small. Either is null where the error does not follow its law (a corner, a straight network).
 */
export function branches(points) {
  const between = (low, high) =>
    points.filter(([eps, error]) => eps >= low * 0.99 && eps <= high * 1.01 && error > 0);
  const [large, small] = [between(1e-3, 1e-1), between(1e-13, 1e-9)];
  return {
    truncation: followsPower(large, 2, 0.1) ? middle(large.map(([eps, e]) => e / eps ** 2)) : null,
    rounding: followsPower(small, -1, 0.3) ? middle(small.map(([eps, e]) => e * eps)) : null,
  };
}

function followsPower(points, power, within) {
  if (points.length < 5) return false;
  const xs = points.map(([eps]) => Math.log(eps));
  const ys = points.map(([, error]) => Math.log(error));
  const mean = (list) => list.reduce((sum, v) => sum + v, 0) / list.length;
  const [mx, my] = [mean(xs), mean(ys)];
  const slope =
    xs.reduce((sum, v, i) => sum + (v - mx) * (ys[i] - my), 0) /
    xs.reduce((sum, v) => sum + (v - mx) ** 2, 0);
  return Math.abs(slope - power) <= within;
}

function middle(list) {
  return [...list].sort((p, q) => p - q)[Math.floor(list.length / 2)];
}
