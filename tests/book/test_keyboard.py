"""A page's own buttons by the keyboard alone: where the focus is seen, and where it stays."""

import pytest

from .figures import settle
from .test_pages import address

PAGE = "chapters/03-chain-rule-backwards"

#: what has the focus, and whether a ring is around it: an outline, or a shadow that only spreads
FOCUSED = """() => {
  const { boxShadow, outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
  const isOutlined = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  const { className, tagName } = document.activeElement;
  return [`${tagName} ${className}`, isOutlined || boxShadow.includes(" 0px 0px 0px 3px")];
}"""


@pytest.mark.parametrize("width", [390, 1280])
def test_whatever_has_the_focus_is_seen_to_have_it(site, open_page, figures_ready, width):
    page, log = open_page(address(site, PAGE), width=width)
    figures_ready(page)
    seen = {}
    while True:
        page.keyboard.press("Tab")
        name, is_marked = page.evaluate(FOCUSED)
        if name.startswith("BODY"):
            break
        seen.setdefault(name, is_marked)
    assert any("toggle-button" in name for name in seen)
    assert any("primary-toggle" in name for name in seen)
    assert [name for name, is_marked in seen.items() if not is_marked] == []
    assert log.trouble == []


def test_the_entries_of_a_menu_are_marked_too(site, open_page):
    page, _ = open_page(address(site, PAGE))
    page.get_by_role("button", name="Download this page").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    name, is_marked = page.evaluate(FOCUSED)
    assert "dropdown-item" in name
    assert is_marked


def test_the_theme_button_is_pressed_again_and_again(site, open_page):
    page, _ = open_page(address(site, PAGE))
    button, root = page.locator(".theme-switch-button:visible").first, page.locator("html")
    button.focus()
    modes = []
    for _ in range(3):
        page.keyboard.press("Enter")
        modes.append(root.get_attribute("data-mode"))
    assert sorted(modes) == ["auto", "dark", "light"]
    page.locator("article h1").click()
    button.click()  # by the mouse: then no tooltip stays behind
    assert page.evaluate("document.activeElement === document.body")


@pytest.mark.parametrize("name", ["primary-toggle", "secondary-toggle", "search-button"])
def test_a_dialog_gives_the_focus_back_to_its_button(site, open_page, name):
    page, _ = open_page(address(site, PAGE), width=390)
    button = page.locator(f".{name}:visible").first
    button.focus()
    page.keyboard.press("Enter")
    page.locator("dialog[open]").wait_for()
    page.keyboard.press("Escape")
    page.wait_for_function("!document.querySelector('dialog[open]')")
    settle(page)
    assert button.evaluate("button => button === document.activeElement")
