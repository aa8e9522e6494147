"""What needs the repository's address.

The address is one setting, ``repository: url`` in ``_config.yml``, and may be empty. While it is,
no page shows a link that would need it and no notebook tries to fetch the package from it. Once
it is set, pages get the theme's repository, edit and issue buttons, and a notebook's first cell
installs the package where it is missing.
"""

BUTTONS = ("use_repository_button", "use_edit_page_button", "use_issues_button")


def address(config):
    """Return the repository's address without a slash at its end, or an empty string."""
    return (config.html_theme_options.get("repository_url") or "").strip().rstrip("/")


def _switch_buttons(app, config):
    for button in BUTTONS:
        config.html_theme_options[button] = bool(address(config))


def setup(app):
    """Switch the theme's buttons before the theme reads them."""
    app.connect("config-inited", _switch_buttons)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
