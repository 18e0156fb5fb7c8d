# The verbs of the house; `make run` needs Python 3.11-3.13 and nothing else.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null \
	&& echo $$p && exit; done; echo python3)
BOOT = $(PYTHON) -E -s site/config/bootstrap.py
FOUND = command -v "$(PYTHON)" >/dev/null || { \
	echo "Lectern needs Python 3.11, 3.12 or 3.13; $(PYTHON) is not on this machine."; \
	echo "Install one of them and say which: PYTHON=/path/to/python3.12 make run"; exit 1; }
BIN = .venv/bin
MANAGE = $(BIN)/python manage.py
N ?= 2
# Without kept bytecode each of the many processes of a test run compiles everything anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test check fix bench migrations doctor docs drill-kill drill-tokens drill-bytes drill-mail drill-start \
	drill-pieces drill-hostile drill-bombs drill-mutants drill-evening drill-restarts tools

run: ## start everything; PORT=… DATA_DIR=… make run starts a second copy
	@$(FOUND); exec $(BOOT) run

tools:
	@$(FOUND); $(BOOT) tools

test: tools ## every test, in a real browser too
	@$(BIN)/python -m pytest -n $(N) $(ARGS)

check: tools ## lint, types, arrows, templates, migrations, deployment
	@$(BIN)/python -m config.checking

fix: tools ## let the formatter and the linter mend what they can
	@$(BIN)/ruff check --quiet --fix . ; $(BIN)/ruff format --quiet .

bench: tools ## the figures, in one table
	@$(BIN)/python -m tests.bench $(ARGS)

migrations: tools ## make migrations; NAME=what_it_does
	@$(MANAGE) makemigrations $(APP) -n $(NAME)

doctor: ## what is wrong with this deployment, and what to do
	@$(MANAGE) doctor

docs: tools ## write the generated pages of docs/
	@$(MANAGE) hook_docs

drill-kill: tools ## kill -9 the worker at twenty points of a transcode
	@$(BIN)/python -m pytest -q -m drill tests/drills/test_kill.py

drill-pieces: tools ## kill -9 one of two workers that share a film, ten times
	@$(BIN)/python -m pytest -q -m drill tests/drills/test_pieces.py tests/plugins/test_ffmpeg_pieces.py

drill-tokens: tools ## ten thousand mutated playback tokens
	@$(BIN)/python -m pytest -q -m drill tests/drills/test_tokens.py

drill-bytes: tools ## crawl every stored byte without a grant
	@$(BIN)/python -m pytest -q -m drill tests/drills/test_bytes.py

drill-mail: tools ## kill -9 the worker while it sends a mail
	@$(BIN)/python -m pytest -q -m drill tests/drills/test_mail.py

drill-start: tools ## start fresh clones: cut off, killed, full, offline, side by side
	@$(BIN)/python -m pytest -q -m drill tests/drills/test_start.py

drill-hostile: tools ## files made to reach other files and machines; honest ones pass
	@$(BIN)/python -m pytest -q -m drill tests/drills/media/test_hostile.py

drill-bombs: tools ## small files that want to be large
	@$(BIN)/python -m pytest -q -m drill tests/drills/media/test_bombs.py

drill-mutants: tools ## thousands of damaged clips; MUTANTS=5000 SEED=7
	@$(BIN)/python -m pytest -q -m drill tests/drills/media/test_mutants.py

drill-evening: tools ## a film of three hours: when it plays, jumps, is prepared
	@$(BIN)/python -m pytest -q -m drill tests/journeys/test_long.py

drill-restarts: tools ## every message thrice, PostgreSQL and Redis restarted, a poisoned job
	@$(BIN)/python -m pytest -q -m drill tests/drills/test_restarts.py
