# The commands of the book; `make serve` and `make test` are the two to know.
# Each one first makes the environment ready (.venv), so there is no other step.

PYTHON ?= $(shell command -v python3 || command -v py || echo python3)
VENV_PYTHON = $(firstword $(wildcard .venv/bin/python .venv/Scripts/python.exe) .venv/bin/python)

.PHONY: serve test lab book lint clean lock bench bench-pages mutants environment

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
	@$(VENV_PYTHON) -m pip install --quiet --disable-pip-version-check uv
	@$(VENV_PYTHON) -m uv pip compile pyproject.toml --extra figures --extra book --extra test \
		--universal --python-version 3.11 --no-header --no-emit-index-url -q -o requirements.txt

clean:  ## remove what was built; the environment and your notebooks stay
	@rm -rf _build .pytest_cache .ruff_cache .hypothesis build
	@find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +

environment:
	@command -v $(PYTHON) >/dev/null || { \
		echo "Install Python 3.11, 3.12 or 3.13: https://www.python.org/downloads/" >&2; exit 1; }
	@$(PYTHON) tools/environment.py
