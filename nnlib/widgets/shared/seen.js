// Whether a reader can see an element: on screen, and in a tab that is in front.

/** Calls `onChange(seen)` when that changes. Returns { seen(), stop() }; until it knows, it is seen. */
export function whileSeen(el, onChange) {
  let onScreen = true;
  let before = true;
  const now = () => onScreen && !document.hidden;
  function look() {
    if (now() === before) return;
    before = now();
    onChange(before);
  }
  const watch = new IntersectionObserver((entries) => {
    onScreen = entries.at(-1).isIntersecting;
    look();
  });
  watch.observe(el);
  document.addEventListener("visibilitychange", look);
  look();
  return {
    seen: now,
    stop() {
      watch.disconnect();
      document.removeEventListener("visibilitychange", look);
    },
  };
}
