# Two commands do everything: `make rehearsal` and `make test`. Each sets up what it needs in .venv.
PYTHON ?= python3
VENV := .venv
READY := $(VENV)/.ready
BIN := $(abspath $(VENV)/bin)

.PHONY: help setup rehearsal test bench accept lock clean

help:
	@echo "make rehearsal   rehearse the exit of the PGE attestation service from AWS to OVHcloud in the lab, write the report"
	@echo "make test        run every check"
	@echo "make bench       measure, ours beside its peer"

setup: $(READY)

$(READY): pyproject.toml .ci/requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "exitkit needs Python 3.11 or newer; say which with make PYTHON=python3.12"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .ci/requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

rehearsal: $(READY)
	cd examples/pge-attestation && $(BIN)/exitkit validate
	cd examples/pge-attestation && $(BIN)/exitkit plan --from aws --to ovh -o exit.plan.json
	cd examples/pge-attestation && $(BIN)/exitkit rehearse exit.plan.json --yes
	cd examples/pge-attestation && $(BIN)/exitkit report -o ../../exit-report.html
	cd examples/pge-attestation && $(BIN)/exitkit report -o ../../exit-report.fr.html --lang fr
	@echo "the report is exit-report.html (in French: exit-report.fr.html)"

test: $(READY)
	$(BIN)/python -m pytest --numprocesses 4 --dist loadfile

bench: $(READY)
	@for file in bench/bench_*.py; do $(BIN)/python $$file; done

accept: $(READY)
	$(BIN)/python -m pytest -q --accept

lock:
	uv pip compile pyproject.toml --extra dev --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-header -o .ci/requirements.txt

clean:
	rm -rf $(VENV) exit-report*.html examples/pge-attestation/runs examples/pge-attestation/.exitkit examples/pge-attestation/exit.plan.json
