# Every command of the house. `make help` prints the lines that follow `##`.
.DEFAULT_GOAL := help
.SUFFIXES:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
PORT ?= 8000
export PORT
PY := .venv/bin/python

define need_python
	@command -v $(PYTHON) >/dev/null 2>&1 || { \
	  echo 'Не найден Python 3. Установите: sudo apt install python3 python3-venv'; \
	  echo 'Python 3 was not found. Install: sudo apt install python3 python3-venv'; exit 1; }
endef

.PHONY: help
help: ## список команд / list of commands
	@awk 'BEGIN {FS = ":[^#]*## "} /^[a-z-]+:[^#]*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

.PHONY: setup
setup: ## подготовить .venv для запуска / prepare .venv for running
	$(need_python)
	@$(PYTHON) scripts/setup_venv.py run

.PHONY: dev
dev: ## подготовить .venv для разработки / prepare .venv for development
	$(need_python)
	@$(PYTHON) scripts/setup_venv.py dev

.PHONY: run
run: setup ## запустить на http://127.0.0.1:8000 с примером / run with demo data
	@.venv/bin/koopset migrate
	@.venv/bin/koopset demo --if-empty
	@exec .venv/bin/koopset serve

.PHONY: check
check: dev ## быстрые проверки, до 5 минут / quick gates, within 5 minutes
	@$(PY) scripts/gates.py check

.PHONY: test
test: dev ## все проверки: обе базы и браузер / everything: both databases and the browser
	@$(PY) scripts/ensure_system.py
	@$(PY) scripts/gates.py test

.PHONY: test-spark
test-spark: ## те же вопросы на Spark: мастер и два работника / the same questions on Spark: a master and two workers
	$(need_python)
	@$(PYTHON) scripts/setup_venv.py spark
	@.venv-spark/bin/python scripts/ensure_system.py spark
	@.venv-spark/bin/python scripts/test_spark.py

.PHONY: bench
bench: dev ## замеры скорости / benchmarks
	@$(PY) bench/run.py

.PHONY: fmt
fmt: dev ## оформить код / format the code
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .

.PHONY: messages
messages: dev ## обновить переводы и показать непереведённое / renew catalogues, report what is untranslated
	@$(PY) scripts/make_messages.py

.PHONY: lock
lock: dev ## пересобрать списки зависимостей / renew the dependency locks
	@$(PY) scripts/lock.py

.PHONY: vendor
vendor: dev ## обновить сторонние файлы для страниц / renew third-party page files
	@$(PY) scripts/vendor.py

.PHONY: clean
clean: ## удалить созданное (кроме var/ и .venv/) / remove what was generated (var/ and .venv/ stay)
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .cache build dist
	@find src tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +
	@find src -name '*.mo' -path '*/locale/*' -delete
