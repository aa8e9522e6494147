/*
 * The search page shows an excerpt of each page that it finds. Sphinx takes its words from the whole
 * page, in which a formula stands three times: as MathML, as TeX and as it is drawn.
 */
(() => {
  "use strict";
  // @ts-expect-error - Sphinx's searchtools.js declares it
  const search = /** @type {{ htmlToText: (html: string, anchor?: string) => string }} */ (Search);
  const { htmlToText } = search;
  search.htmlToText = (html, anchor) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    for (const copy of page.querySelectorAll(".katex annotation, .katex-html")) copy.remove();
    return htmlToText(page.documentElement.outerHTML, anchor);
  };
})();
