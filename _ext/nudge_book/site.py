"""What needs the address that the pages are published at.

The address is ``html: baseurl`` in ``_config.yml`` or, while that is empty, the one that the
environment gives (see ``addresses``). Without any, none of this is made. With one, each page says
where it is (Sphinx's canonical link) and what a link to it shows (title, description and picture,
by the Open Graph protocol), and search engines get ``sitemap.xml`` and ``robots.txt``.
``404.html`` has whole addresses, as a host shows it in place of any page, however deep.
"""

import re
from html import escape
from pathlib import Path

from docutils import nodes

from nudge_book import addresses

PICTURE = "_static/screenshot.png"
NOT_FOUND = {
    "title": "Page not found",
    "body": """\
<h1>Page not found</h1>
<p>There is no page at this address. The <a href="index.html">book's first page</a> leads to all
others.</p>""",
}


def _find(app, config):
    config.html_baseurl = addresses.with_slash(
        config.html_baseurl or addresses.from_environment().site
    )


def description(doctree):
    """Return a page's first paragraph as text; a page opens with what it is about."""
    paragraph = next(doctree.findall(nodes.paragraph), None)
    return " ".join(paragraph.astext().split()) if paragraph else ""


def _add_card(app, pagename, templatename, context, doctree):
    site = app.config.html_baseurl
    if not site or doctree is None:
        if pagename == "404":
            context["pageurl"] = None  # it stands for pages that are not there
        return
    about, picture = description(doctree), site + PICTURE
    properties = {
        "og:type": "website" if pagename == app.config.root_doc else "article",
        "og:site_name": app.config.html_title,
        "og:title": re.sub(r"<[^>]*>", "", context["title"]),
        "og:description": about,
        "og:url": context["pageurl"],
        "og:image": picture,
        "og:image:alt": "A network learns two rings: the input plane and the hidden layers",
    }
    tags = [("property", name, text) for name, text in properties.items()]
    tags += [("name", "description", about), ("name", "twitter:card", "summary_large_image")]
    context["metatags"] += "".join(
        f'\n    <meta {kind}="{name}" content="{escape(text)}" />' for kind, name, text in tags
    )


def _not_found(app):
    return [("404", NOT_FOUND, "page.html")] if app.config.html_baseurl else []


def _write_for_machines(app, exception):
    site, folder = app.config.html_baseurl, Path(app.outdir)
    if exception or not site or app.builder.format != "html":
        return
    pages = [site + app.builder.get_target_uri(name) for name in sorted(app.env.found_docs)]
    (folder / "sitemap.xml").write_text(
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        + "".join(f"<url><loc>{escape(page)}</loc></url>\n" for page in pages)
        + "</urlset>\n",
        "utf8",
    )
    (folder / "robots.txt").write_text(f"User-agent: *\nAllow: /\nSitemap: {site}sitemap.xml\n")
    page = folder / "404.html"
    relative = r'(\s(?:href|src|action)=")(?![a-z]+:|[/#])(?:\./)?'
    whole = re.sub(relative, lambda match: match[1] + escape(site), page.read_text("utf8"))
    page.write_text(whole, "utf8")


def setup(app):
    """Find the address before Sphinx reads it; the rest follows the build."""
    app.connect("config-inited", _find)
    app.connect("html-page-context", _add_card)
    app.connect("html-collect-pages", _not_found)
    app.connect("build-finished", _write_for_machines)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
