// Whether a reader can see an element: on screen, and in a tab that is in front. On paper they can.

/**
 * Calls `onChange(seen)` when that changes. Returns { seen(), stop() }.
 * @param {Element} el @param {(seen: boolean) => void} onChange
 */
export function whileSeen(el, onChange) {
  let onScreen = isOnScreen(el); // until the observer has looked
  let onPaper = false;
  const now = () => onPaper || (onScreen && !document.hidden);
  let before = now();
  function look() {
    if (now() === before) return;
    before = now();
    onChange(before);
  }
  const watch = new IntersectionObserver((entries) => {
    onScreen = entries.at(-1).isIntersecting;
    look();
  });
  /** @param {Event} event */
  const print = ({ type }) => {
    onPaper = type === "beforeprint";
    look();
  };
  watch.observe(el);
  document.addEventListener("visibilitychange", look);
  addEventListener("beforeprint", print);
  addEventListener("afterprint", print);
  return {
    seen: now,
    stop() {
      watch.disconnect();
      document.removeEventListener("visibilitychange", look);
      removeEventListener("beforeprint", print);
      removeEventListener("afterprint", print);
    },
  };
}

/** @param {Element} el */
function isOnScreen(el) {
  const { top, bottom } = el.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}
