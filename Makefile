# The commands of the book; `make serve` and `make test` are the two to know.
# Each one first makes the environment ready (.venv), so there is no other step.

PYTHON ?= $(shell command -v python3 || command -v py || echo python3)
VENV_PYTHON = $(firstword $(wildcard .venv/bin/python .venv/Scripts/python.exe) .venv/bin/python)

.PHONY: serve test lab book lint clean lock dist oldest bench bench-pages mutants environment

serve: book  ## build the book and serve it at http://localhost:8000
	@$(VENV_PYTHON) tools/serve.py

test: book  ## run every test, in a real browser too, on all cores
	@$(VENV_PYTHON) tools/browser.py
	@$(VENV_PYTHON) -m pytest -n auto --dist loadfile

lab: environment  ## open the chapters as notebooks in JupyterLab
	@$(VENV_PYTHON) tools/lab.py

book: environment  ## build the book into _build/html, where something has changed
	@$(VENV_PYTHON) tools/book.py

lint: environment  ## check style and formatting
	@$(VENV_PYTHON) -m ruff check .
	@$(VENV_PYTHON) -m ruff format --check .

bench: bench-pages  ## measure the pages, the chapters' code, and training beside other libraries
	@$(VENV_PYTHON) benchmarks/chapters.py
	@$(VENV_PYTHON) benchmarks/training.py

mutants: environment  ## change nnlib in one place at a time: do the tests notice?
	@$(VENV_PYTHON) tests/mutants.py

bench-pages: environment  ## payload and speed of the built pages
	@$(VENV_PYTHON) tools/browser.py
	@$(VENV_PYTHON) benchmarks/pages.py

lock: environment  ## recompile requirements.txt from pyproject.toml
	@$(VENV_PYTHON) -m uv pip compile pyproject.toml --extra figures --extra book --extra test \
		--universal --python-version 3.11 --no-header --no-emit-index-url -q -o requirements.txt

# An environment of its own, empty but for what is named after it.
APART = $(VENV_PYTHON) -m uv run -q --isolated --no-project --python $(VENV_PYTHON)
# The tests' own tools, at the versions of requirements.txt.
TESTERS = $(shell sed -nE 's/^((autograd|hypothesis|jupytext|mini-racer|pytest|pytest-xdist)==[^ ]*).*/--with \1/p' requirements.txt)

dist: environment  ## build wheel and sdist, check them, and show a figure from the wheel alone
	@rm -rf _build/dist
	@$(VENV_PYTHON) -m uv build -q -o _build/dist
	@$(VENV_PYTHON) -m uv tool run -q twine@6.2.0 check --strict _build/dist/*.whl _build/dist/*.gz
	@$(APART) --with "$$(ls _build/dist/*.whl)[figures]" \
		python -I -c "from nnlib.widgets import ChainExplorer; print(ChainExplorer().description())"

oldest: environment  ## the package's tests with the oldest libraries that pyproject.toml allows
	@$(APART) --resolution lowest-direct --with-editable ".[figures]" $(TESTERS) python -m pytest \
		-q -n auto -W default tests/test_[!b]*.py tests/widgets tests/exercises/test_[!c]*.py

clean:  ## remove what was built; the environment and your notebooks stay
	@rm -rf _build .pytest_cache .ruff_cache .hypothesis build
	@find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +

environment:
	@command -v $(PYTHON) >/dev/null || { \
		echo "Install Python 3.11, 3.12 or 3.13: https://www.python.org/downloads/" >&2; exit 1; }
	@$(PYTHON) tools/environment.py
