/*
 * Makes a page ready for paper and undoes it: the light theme, the address at the foot, and the
 * answers away from their questions, at the end of the page. Without this script they stay where
 * they are, open.
 */
(() => {
  "use strict";
  const ANSWERS = ".admonition.dropdown:not(.solution), .tag_solution";
  const ASKED = ".bd-article :is(h1, h2, h3), .admonition.exercise > .admonition-title";

  /** @type {(() => void)[]} */
  let undo = [];

  /** @param {string} html @returns {Element} */
  function element(html) {
    const template = document.createElement("template");
    template.innerHTML = html;
    return /** @type {Element} */ (template.content.firstElementChild);
  }

  /**
   * The exercise or the section that an answer belongs to, in its own words.
   * @param {Element} answer
   */
  function asked(answer) {
    const before = [...document.querySelectorAll(ASKED)].filter(
      (one) => one.compareDocumentPosition(answer) & Node.DOCUMENT_POSITION_FOLLOWING,
    );
    const words = /** @type {Element} */ (before.at(-1)?.cloneNode(true) ?? element("<b></b>"));
    words.querySelector(".headerlink")?.remove();
    return words.innerHTML;
  }

  function gatherAnswers() {
    const answers = [...document.querySelectorAll(ANSWERS)];
    if (answers.length === 0) return;
    const end = element('<section class="nn-answers"><h2 id="answers">Answers</h2></section>');
    answers.forEach((answer, i) => {
      const n = i + 1;
      const place = element(
        `<p class="nn-answer-place" id="question-${n}"><a href="#answer-${n}">Answer ${n}, at the end of the chapter</a></p>`,
      );
      const room = element(
        `<div class="nn-answer" id="answer-${n}"><p class="nn-answer-of"><a href="#question-${n}">Answer ${n}</a> · ${asked(answer)}</p></div>`,
      );
      answer.replaceWith(place);
      room.append(answer);
      end.append(room);
      undo.push(() => place.replaceWith(answer));
    });
    document.querySelector(".bd-article")?.append(end);
    undo.push(() => end.remove());
  }

  function prepare() {
    if (undo.length > 0) return; // a browser may say it twice
    const root = document.documentElement;
    const { theme } = root.dataset;
    root.dataset.theme = "light";
    if (location.protocol !== "file:") {
      root.style.setProperty("--paper-foot", JSON.stringify(location.href.split("#")[0]));
    }
    undo.push(() => {
      root.dataset.theme = theme;
      root.style.removeProperty("--paper-foot");
    });
    gatherAnswers();
  }

  function restore() {
    for (const back of undo) back();
    undo = [];
  }

  // Before the figures hear it: they draw themselves in the theme that the page has then.
  addEventListener("beforeprint", prepare, { capture: true });
  addEventListener("afterprint", restore, { capture: true });
})();
