"""Where the repository is and where the pages are published, as the environment says.

Read with the standard library alone, as ``tools/book.py`` asks too: another address is another
book. What ``_config.yml`` says comes first (see ``repository`` and ``site``); whatever neither
knows is an empty string, and no page shows what would need it.

=============  ======================================  ========================================
               GitHub (Actions, Codespaces)            Read the Docs
=============  ======================================  ========================================
repository     GITHUB_SERVER_URL, GITHUB_REPOSITORY    READTHEDOCS_GIT_CLONE_URL
branch         GITHUB_BASE_REF of a pull request,      READTHEDOCS_GIT_IDENTIFIER
               GITHUB_REF_NAME of a branch             of a branch
site           BOOK_URL                                READTHEDOCS_CANONICAL_URL
notebooks      BOOK_NOTEBOOKS
=============  ======================================  ========================================

The workflow of GitHub Pages sets the last two: it alone knows the pages' address, and whether the
notebooks were put on a branch of a repository that everyone can read.
"""

import os
import re
from typing import NamedTuple

_CLONE_URL = re.compile(r"(?:\w+://)?(?:[^@/]*@)?(?P<host>[\w.-]+)(?::\d+)?[:/](?P<path>.+)")


class Addresses(NamedTuple):
    """Where things are; an empty string where that is not known.

    Attributes
    ----------
    repository : str
        The repository's page, without a slash at its end.
    provider : str
        Whose links it has: github, gitlab or bitbucket.
    branch : str
        The branch that the book is built from.
    site : str
        The published book, with a slash at its end.
    notebooks : str
        The branch that holds the exported notebooks, for services that open them.
    """

    repository: str = ""
    provider: str = ""
    branch: str = ""
    site: str = ""
    notebooks: str = ""


def provider_of(repository):
    """Return which of the providers that the theme knows a repository's address belongs to."""
    return next((name for name in ("github", "gitlab", "bitbucket") if name in repository), "")


def from_environment(environ=os.environ):
    """Return the addresses that the services' own variables give.

    Parameters
    ----------
    environ : mapping of str to str, optional

    Returns
    -------
    Addresses
    """
    repository = provider = branch = ""
    if name := environ.get("GITHUB_REPOSITORY"):
        repository = f"{environ.get('GITHUB_SERVER_URL', 'https://github.com')}/{name}"
        provider = "github"  # also on a company's own server, whose name does not say so
        branch = environ.get("GITHUB_BASE_REF", "")
        if not branch and environ.get("GITHUB_REF_TYPE") == "branch":
            branch = environ.get("GITHUB_REF_NAME", "")
    elif clone := _CLONE_URL.fullmatch(environ.get("READTHEDOCS_GIT_CLONE_URL", "")):
        # Without what stands before @: that may be a token.
        host, path = clone["host"], clone["path"].strip("/").removesuffix(".git")
        provider = provider_of(host)
        if provider:  # the theme refuses any other
            repository = f"https://{host}/{path}"
        if environ.get("READTHEDOCS_VERSION_TYPE") == "branch":
            branch = environ.get("READTHEDOCS_GIT_IDENTIFIER", "")
    site = environ.get("BOOK_URL") or environ.get("READTHEDOCS_CANONICAL_URL") or ""
    return Addresses(
        repository, provider, branch, with_slash(site), environ.get("BOOK_NOTEBOOKS", "")
    )


def with_slash(site):
    """Return a site's address with one slash at its end, or an empty string."""
    return f"{site.strip().rstrip('/')}/" if site.strip() else ""
