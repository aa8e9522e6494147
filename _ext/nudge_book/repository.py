"""What needs the repository's address.

The address is ``repository: url`` in ``_config.yml`` or, while that is empty, the one that the
environment gives (see ``addresses``). Without any, no page shows a link that would need it and no
notebook tries to fetch the package from it. With one, pages get the theme's repository, edit and
issue buttons, and a notebook's first cell installs the package where it is missing. Where the
notebooks were published too, a chapter's page opens its notebook in Colab and on Binder.
"""

from nudge_book import addresses
from nudge_book.addresses import provider_of

GITHUB = "https://github.com/"


def address(config):
    """Return the repository's address without a slash at its end, or an empty string."""
    return (config.html_theme_options.get("repository_url") or "").strip().rstrip("/")


def _find(app, config):
    options, found = config.html_theme_options, addresses.from_environment()
    if address(config):
        provider = provider_of(address(config))
    else:
        provider = found.provider
        options["repository_url"] = found.repository
        options["repository_branch"] = found.branch or options.get("repository_branch", "")
    options["repository_provider"] = provider
    known = bool(address(config))
    options["use_repository_button"] = options["use_edit_page_button"] = known
    options["use_issues_button"] = known and provider != "bitbucket"  # the theme has no link there


def launches(repository, branch, notebooks, pagename):
    """Return where a page's notebook opens, by the name of the service.

    Parameters
    ----------
    repository : str
        Its address; the services open what is on github.com.
    branch : str
        The branch that Binder makes its environment and the notebooks from.
    notebooks : str
        The branch that holds the exported notebooks; empty where they were not published.
    pagename : str

    Returns
    -------
    dict of str to str
    """
    if not (notebooks and repository.startswith(GITHUB)):
        return {}
    name = repository.removeprefix(GITHUB)
    colab = "https://colab.research.google.com/github"
    binder = f"https://mybinder.org/v2/gh/{name}/{branch.replace('/', '%2F')}"
    return {
        "Colab": f"{colab}/{name}/blob/{notebooks}/{pagename}.ipynb",
        "Binder": f"{binder}?urlpath=lab/tree/notebooks/{pagename}.ipynb",
    }


def _add_launches(app, pagename, templatename, context, doctree):
    options, notebooks = app.config.html_theme_options, addresses.from_environment().notebooks
    links = launches(address(app.config), options["repository_branch"], notebooks, pagename)
    if "ipynb_source" in context and links:
        buttons = [
            {"type": "link", "text": name, "url": url, "tooltip": f"Open the notebook in {name}"}
            for name, url in links.items()
        ]
        group = {"type": "group", "icon": "fas fa-rocket", "label": "launch-buttons"}
        group |= {"tooltip": "Run this page's notebook", "buttons": buttons}
        context["header_buttons"].insert(0, group)


def setup(app):
    """Find the address before the theme reads it; add buttons to those that the theme makes."""
    app.connect("config-inited", _find)
    app.connect("html-page-context", _add_launches, priority=510)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
