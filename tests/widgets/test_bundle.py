"""The joined scripts: complete, in order, and refused where they would be wrong."""

import pytest
from py_mini_racer import MiniRacer

from nnlib.widgets import bundle


@pytest.fixture
def sources(tmp_path, monkeypatch):
    """Write modules into a folder of their own, and let the bundle read from there."""
    monkeypatch.setattr(bundle, "HERE", tmp_path)
    bundle._read.cache_clear()

    def write(**modules):
        for name, text in modules.items():
            path = tmp_path / f"{name}.js"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")

    yield write
    bundle._read.cache_clear()


def run(script, expression):
    context = MiniRacer()
    context.eval(script)
    return context.eval(expression)


def test_imports_reach_the_module_they_name_under_its_alias(sources):
    sources(
        first="const hidden = 20;\nexport const two = 2;\nexport { hidden as twenty };",
        second='import { two as base, twenty } from "./first.js";\n'
        "export function sum() { return base + twenty; }",
    )
    assert run(bundle.library("second.js", "lib"), "lib.sum()") == 22


def test_a_shared_module_is_joined_once(sources):
    sources(
        **{
            "counter": "export const seen = [];\nseen.push(1);",
            "left/view": 'import { seen } from "../counter.js";\n'
            "export const render = () => seen.length;",
            "right/view": 'import { seen } from "../counter.js";\n'
            "export const render = () => seen.length;",
        }
    )
    script = bundle.script(["Left", "Right"])
    assert run(script, "nnFigures.Left.render() * 10 + nnFigures.Right.render()") == 11


def test_names_of_one_module_do_not_leak_into_another(sources):
    sources(
        first="const secret = 1;\nexport const a = secret;",
        second='import { a } from "./first.js";\nexport const kind = () => typeof secret;',
    )
    assert run(bundle.library("second.js", "lib"), "lib.kind()") == "undefined"


def test_a_circle_of_imports_is_refused_with_its_path(sources):
    sources(
        first='import { b } from "./second.js";\nexport const a = 1;',
        second='import { a } from "./first.js";\nexport const b = 1;',
    )
    with pytest.raises(ValueError, match=r"first\.js -> second\.js -> first\.js"):
        bundle.library("first.js", "lib")


@pytest.mark.parametrize(
    "line",
    [
        'import everything from "./other.js";',
        'import * as other from "./other.js";',
        'import { x } from "somewhere";',
        "export default 3;",
        "export let x = 1;",
    ],
)
def test_an_unknown_form_is_refused_and_quoted(sources, line):
    sources(first=line, other="export const x = 1;")
    with pytest.raises(ValueError, match=r"first\.js: cannot join this line") as caught:
        bundle.library("first.js", "lib")
    assert line in str(caught.value)


def test_an_import_of_nothing_is_refused(sources):
    sources(first='import { x } from "./gone.js";')
    with pytest.raises(ValueError, match=r"first\.js imports \./gone\.js, which does not exist"):
        bundle.library("first.js", "lib")


def test_an_unknown_figure_is_refused_and_the_known_are_named():
    with pytest.raises(ValueError, match=r"no figure 'NoSuch'.*ChainExplorer"):
        bundle.script(["NoSuch"])


def test_the_live_module_exports_what_anywidget_calls():
    module = bundle.module("ChainExplorer")
    assert module.rstrip().endswith("};")
    as_script = module.replace("export default", "globalThis.widget =")
    assert run(as_script, "typeof widget.render") == "function"


@pytest.mark.parametrize("joined", [bundle.module, lambda name: bundle.script([name])])
def test_a_script_that_holds_d3_carries_its_licence(joined):
    text = joined("ActivationExplorer")
    licence = (bundle.HERE / "shared/vendor/LICENSE.d3").read_text("utf8").strip()
    assert "Mike Bostock" in licence
    assert text.count(licence) == 1
    assert text.index('modules["shared/vendor/d3.js"]') < text.index(licence)


def test_the_page_script_offers_what_a_figure_exports():
    script = bundle.script(["ChainExplorer"])
    assert (
        run(script, "Object.keys(nnFigures.ChainExplorer).sort().join()")
        == "render,summary,validate"
    )


def test_what_a_comment_says_is_not_sent_and_code_beside_one_is(sources):
    sources(
        first="/** @type {number} */\nexport const one = /** @type {number} */ (1);\n\n/**\n"
        ' * As in `import x from "y";`\n * @returns {number}\n */\nexport const two = () =>\n'
        "  /** @type {number} */ (2) /* two */;\n"
    )
    script = bundle.library("first.js", "lib")
    assert "import" not in script
    assert "@returns" not in script
    assert run(script, "lib.one * 10 + lib.two()") == 12
