// Time for what plays by itself.

/**
 * Calls `onTicks(count)` when so many ticks have passed, `perSecond()` of them a second, in the
 * frames of the screen; what the screen has missed is made up, but never more than a quarter of a
 * second. Returns { start(), stop() }.
 */
export function clock({ perSecond, onTicks }) {
  /** @type {number | null} */
  let asked = null;
  /** @type {number | null} */
  let before = null;
  let owed = 0;

  function tick(now) {
    asked = requestAnimationFrame(tick);
    owed += (Math.min(250, now - (before ?? now)) / 1000) * perSecond();
    before = now;
    const count = Math.floor(owed);
    if (count === 0) return;
    owed -= count;
    onTicks(count);
  }

  return {
    start() {
      asked ??= requestAnimationFrame(tick);
    },
    stop() {
      if (asked !== null) cancelAnimationFrame(asked);
      [asked, before, owed] = [null, null, 0];
    },
  };
}
