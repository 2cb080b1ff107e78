# labbook's front door. Every rule installs what it lacks, and costs nothing when all is there.
#
#   make report [WEEK=2026-W45]     run what is missing, build the week's report
#   make rerun EXP=cartpole         execute an experiment again: "same" or "differs" for every run
#   make diff A=2026-W44 B=2026-W45 what changed between two weeks
#   JOBS=, ARM= and SEED= pass through to report and rerun.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help
PREFIX ?= /usr/local
.PHONY: install installed-files site help report rerun diff test torture hostile check-pages check-slurm check-remotes sanitize check lint format bench bench-scale check-statistics emulated-check check-peers bench-peers fuzz clean

LABBOOK := .build/release/labbook
# The Python tools are there once this file is: `touch` on the interpreter would follow its link.
PYTHON := .venv/installed
# The packages of exports are in a folder named by their versions, where the program looks for them.
EXPORTS := .venv/exports-$(shell sha256sum Sources/labbook/Resources/requirements-exports.txt | cut -c 1-12)
PEERS := .venv-peers/installed
REMOTES := .venv-remotes/installed
WORKFLOWS := .venv-workflows/installed
PAGES := .venv-pages/installed
PROGRAMS := .build/release
WEEKS := $(patsubst reports/%/results.lock,%,$(wildcard reports/*/results.lock))
# The two oldest weeks have an experiment in common.
COMPARED := $(wordlist 1,2,$(sort $(filter 2%,$(WEEKS))))
LANGUAGE_BENCHMARK := $(PROGRAMS)/LanguageModelBenchmark
SOURCES := Package.swift $(shell find Sources -type f 2>/dev/null)

# Debian packages, each with a file that shows that it is there.
PACKAGES := \
	libopenblas0:/usr/lib/x86_64-linux-gnu/libopenblas.so.0 \
	libcmark-gfm-dev:/usr/include/cmark-gfm.h \
	libcmark-gfm-extensions-dev:/usr/include/cmark-gfm-core-extensions.h \
	duktape-dev:/usr/include/duktape.h \
	libjs-katex:/usr/share/javascript/katex/katex.min.js \
	fonts-katex:/usr/share/fonts/truetype/katex/KaTeX_Main-Regular.woff2 \
	pkg-config:/usr/bin/pkg-config \
	rclone:/usr/bin/rclone \
	openssh-client:/usr/bin/ssh-keygen \
	python3-venv:/usr/lib/python3*/ensurepip/__init__.py
# What an installed program needs of them.
RUNTIME_PACKAGES := libopenblas0 libcmark-gfm0.29.0.gfm.6 libcmark-gfm-extensions0.29.0.gfm.6 libduktape207 libjs-katex fonts-katex
# Only the check on emulated processors needs this one.
EMULATOR := qemu-user:/usr/bin/qemu-x86_64
# Only the check of remotes mounts something.
MOUNTING := fuse3:/usr/bin/fusermount3

# Only the check of pages opens a browser; the fonts are those that names of lines are placed by.
BROWSING := chromium:/usr/bin/chromium fonts-liberation:/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf

# $(call missing,NAME:FILE …) is the names whose file is not there.
missing = $(foreach pair,$(1),$(if $(wildcard $(word 2,$(subst :, ,$(pair)))),,$(word 1,$(subst :, ,$(pair)))))
MISSING := $(call missing,$(PACKAGES))

passed = $(if $(JOBS),--jobs $(JOBS)) $(if $(ARM),--arm $(ARM)) $(if $(SEED),--seed $(SEED))

help: ## Show this help.
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' Makefile
	echo
	echo '  make report WEEK=2026-W44      make rerun EXP=cartpole ARM=PPO      make diff A=2026-W44 B=2026-W45'

report: $(LABBOOK) $(PYTHON) ## Run what is missing and build the week's report (WEEK=, JOBS=).
	@$(LABBOOK) report $(WEEK) $(if $(JOBS),--jobs $(JOBS))

rerun: $(LABBOOK) ## Execute an experiment again and compare (EXP=, ARM=, SEED=, JOBS=).
	@$(LABBOOK) rerun $(or $(EXP),$(error say which experiment: make rerun EXP=cartpole)) $(passed)

diff: $(LABBOOK) ## Compare two weeks (A=, B=).
	@$(LABBOOK) diff $(or $(A),$(error say which weeks: make diff A=2026-W44 B=2026-W45)) $(or $(B),$(error say which weeks: make diff A=2026-W44 B=2026-W45))

install: $(LABBOOK) ## Install the program, which then needs no Swift on the machine (PREFIX=/usr/local, DESTDIR=).
	@$(MAKE) --no-print-directory installed-files

# Program, resources and Swift's runtime stand in one folder, where the program finds them whatever path leads to it.
# The toolchain's folder is taken from the places that it looks for libraries in, since another Swift may be there.
installed-files:
	@root="$(DESTDIR)$(PREFIX)"; new="$$root/lib/labbook.new"
	rm -rf "$$new"
	mkdir -p "$$new" "$$root/bin" "$$root/share/man/man1" "$$root/share/bash-completion/completions" \
	  "$$root/share/zsh/site-functions" "$$root/share/fish/vendor_completions.d"
	cp -r $(LABBOOK) $(dir $(LABBOOK))labbook_*.resources "$$new"
	ldd $(LABBOOK) | awk '$$3 ~ "/swift/linux/" {print $$3}' | xargs -r cp --dereference --target-directory "$$new"
	perl -0777 -pi -e 's{/[^\0]*/swift/linux(?=[:\0])(:\$$ORIGIN)?}{"\$$ORIGIN" . "\0" x (length($$&) - 7)}ge' "$$new/labbook"
	rm -rf "$$root/lib/labbook"
	mv "$$new" "$$root/lib/labbook"
	ln -sfn ../lib/labbook/labbook "$$root/bin/labbook"
	rm -f "$$root"/share/man/man1/labbook.1 "$$root"/share/man/man1/labbook-*.1
	"$$root/bin/labbook" manual --to "$$root/share/man/man1"
	"$$root/bin/labbook" --generate-completion-script bash > "$$root/share/bash-completion/completions/labbook"
	"$$root/bin/labbook" --generate-completion-script zsh > "$$root/share/zsh/site-functions/_labbook"
	"$$root/bin/labbook" --generate-completion-script fish > "$$root/share/fish/vendor_completions.d/labbook.fish"
	echo "$$root/bin/labbook is there. On another machine it needs: apt-get install $(RUNTIME_PACKAGES)"
	echo "'labbook doctor --install' installs what reports need besides."

site: $(LABBOOK) $(PYTHON) ## Put all weeks into a folder of pages that needs no server (TO=site).
	@$(LABBOOK) site $(if $(TO),--to $(TO))

test: debian-packages $(PYTHON) $(EXPORTS) ## Build and run all tests.
	@swift build -c release --build-tests
	log=$$(mktemp)
	swift test -c release --skip-build 2>&1 | tee "$$log" || { printf '\nWhat failed:\n'; grep -aF '✘' "$$log"; rm "$$log"; exit 1; }
	rm "$$log"

torture: $(LABBOOK) $(PYTHON) ## Kill, starve and confuse labbook, an hour or two; prints rows of RELIABILITY.md (ROWS=, COUNT=, SEED=).
	@LABBOOK_TOOLS=$(CURDIR)/.venv python3 -B Tests/Faults/torture.py $(LABBOOK) $(ROWS) $(if $(COUNT),--count $(COUNT)) $(if $(SEED),--seed $(SEED))

hostile: $(LABBOOK) $(PYTHON) ## Give labbook files that nobody writes by hand, open a hostile page in Chromium, and watch for connections.
	@export LABBOOK_TOOLS=$(CURDIR)/.venv
	python3 -B Tests/Faults/hostile_page.py $(LABBOOK)
	python3 -B Tests/Faults/no_network.py $(LABBOOK)
	python3 -B Tests/Faults/hostile_inputs.py $(LABBOOK)

check-slurm: $(LABBOOK) $(PYTHON) ## Submit to a real Slurm on this machine, as root, up to 10 minutes; it is installed if it is missing (ROWS=, SHORT=1 as in CI).
	@LABBOOK_TOOLS=$(CURDIR)/.venv python3 -B Tests/Slurm/check_slurm.py $(LABBOOK) $(ROWS) $(if $(SHORT),--short)

check-pages: $(LABBOOK) $(PYTHON) $(PAGES) ## Read every week, a diff and the site in Chromium: first screen, phone, dark, print, mouse, keyboard, axe-core.
	@$(MAKE) --no-print-directory debian-packages NEEDED="$(call missing,$(PACKAGES) $(BROWSING))"
	$(LABBOOK) report --all --rendered-only
	rm -rf .build/pages
	mkdir -p .build/pages
	$(LABBOOK) diff $(firstword $(COMPARED)) $(lastword $(COMPARED)) --format html > .build/pages/diff.html
	$(LABBOOK) site --to .build/pages/site
	.venv-pages/bin/python -B Tests/Pages/check_pages.py --into .build/pages \
	  $(foreach week,$(WEEKS),reports/$(week)/report.html) .build/pages/diff.html --site .build/pages/site

# Each sanitizer has a build of its own, below .build/sanitize. Swift's runtime keeps what it has for the life of a process,
# which is no leak; what counts allocations counts those of a sanitizer too.
sanitize: debian-packages $(PYTHON) ## Run the tests under sanitizers, an hour or more each (KIND=address|undefined|thread, FILTER=).
	@export ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 TSAN_OPTIONS=halt_on_error=1:suppressions=$(CURDIR)/Tests/Faults/thread_sanitizer.supp
	for kind in $(or $(KIND),undefined thread address); do
	  swift build -c release --build-tests --sanitize "$$kind" --scratch-path ".build/sanitize/$$kind"
	  swift test -c release --skip-build --sanitize "$$kind" --scratch-path ".build/sanitize/$$kind" --skip AllocationTests $(if $(FILTER),--filter '$(FILTER)')
	done

check: lint $(LABBOOK) $(PYTHON) emulated-check ## Lint, simulate the statistics in short, re-render every week, re-execute one seed of up to 4 short arms a week, run on emulated processors.
	@swift build -c release --product StatisticsBenchmark
	.build/release/StatisticsBenchmark short reports/*
	$(LABBOOK) report --all --rendered-only
	test -z "$$(git status --porcelain -- reports)" || { git status -- reports; git diff -- reports; exit 1; }
	for week in $(WEEKS); do $(LABBOOK) verify "$$week" --one-seed --short --sample 4 --unrecorded; done

check-statistics: debian-packages ## Simulate the level of each test and what each interval covers, and swap the labels of every claim.
	@swift build -c release --product StatisticsBenchmark
	.build/release/StatisticsBenchmark reports/*

emulated-check: $(LABBOOK)
	@$(MAKE) --no-print-directory debian-packages NEEDED="$(call missing,$(PACKAGES) $(EMULATOR))"
	Tests/Emulation/check.sh $(LABBOOK)

check-remotes: $(LABBOOK) $(PYTHON) $(REMOTES) ## Push and pull over S3, WebDAV and folders, kill pushes, share a store with stale views (ROWS=).
	@$(MAKE) --no-print-directory debian-packages NEEDED="$(call missing,$(PACKAGES) $(MOUNTING))"
	LABBOOK_TOOLS=$(CURDIR)/.venv python3 -B Tests/Remotes/remotes.py $(LABBOOK) $(CURDIR)/.venv-remotes/bin $(ROWS)

lint: ## Check format and style, and that public declarations have comments.
	@swift format lint --strict --recursive --parallel Package.swift Sources Tests Benchmarks
	@python3 Tests/Structure/documentation.py
	python3 Tests/Structure/architecture.py

format: ## Format all Swift files in place.
	@swift format format --in-place --recursive --parallel Package.swift Sources Tests Benchmarks

bench: debian-packages $(LABBOOK) ## Print the speed of matrix products, environments, training (every arm on every environment) and reports, and the cost of observed runs.
	@swift build -c release --product MatrixProductsBenchmark
	swift build -c release --product EnvironmentBenchmark
	swift build -c release --product TrainingBenchmark
	# A processor newer than the library takes its oldest kernels; then those for AVX-512 are asked for.
	env -u OPENBLAS_CORETYPE OPENBLAS_NUM_THREADS=1 .build/release/MatrixProductsBenchmark ||
	  OPENBLAS_CORETYPE=SkylakeX OPENBLAS_NUM_THREADS=1 .build/release/MatrixProductsBenchmark
	.build/release/EnvironmentBenchmark
	.build/release/TrainingBenchmark
	swift build -c release --product ReportBenchmark
	.build/release/ReportBenchmark
	python3 -B Benchmarks/Observed/bench_observed.py $(LABBOOK)

bench-scale: $(LABBOOK) $(PYTHON) $(WORKFLOWS) ## Measure 10,000 runs and a year of weeks beside the goals, DVC and Snakemake beside it (RUNS=, DIFFERING=1).
	@LABBOOK_TOOLS=$(CURDIR)/.venv python3 -B Benchmarks/Scale/bench_scale.py $(LABBOOK) --workflows .venv-workflows \
	  --experiments $$(( $(or $(RUNS),10000) / 100 )) $(if $(DIFFERING),--differing)

check-peers: debian-packages $(PEERS) ## Compare with PyTorch, transformers, TRL, verl and Gymnasium, live (SEED=).
	@swift build -c release --build-tests
	swift build -c release --product LanguageModelBenchmark
	.venv-peers/bin/python Benchmarks/Peers/check_peers.py $(LANGUAGE_BENCHMARK) $(if $(SEED),--seed $(SEED))

bench-peers: debian-packages $(PEERS) $(LABBOOK) ## Measure beside JAX, SB3, PyTorch and TRL, up to 15 minutes (PART=control|language, QUICK=1).
	@swift build -c release --product TrainingBenchmark
	swift build -c release --product EnvironmentBenchmark
	swift build -c release --product LanguageModelBenchmark
	.venv-peers/bin/python Benchmarks/Peers/bench_peers.py $(PROGRAMS) $(if $(PART),--part $(PART)) $(if $(QUICK),--quick)

# Several hundred thousand inputs a minute; the build for it is one of its own, below .build/fuzz.
fuzz: debian-packages ## Fuzz a reader of files, coverage-guided (TARGET=spec|notebook|…|all, MINUTES=).
	@LABBOOK_FUZZ=1 nice -n 19 swift build -c release --scratch-path .build/fuzz/build --product FuzzReaders \
	  -Xswiftc -sanitize=fuzzer -Xcc -fsanitize=fuzzer-no-link
	python3 Tests/Fuzz/fuzz.py .build/fuzz/build/release/FuzzReaders "$(or $(TARGET),all)" "$(or $(MINUTES),10)"

clean: ## Remove what was built; the store of results stays.
	@rm -rf .build .venv .venv-peers .venv-remotes .venv-workflows .venv-pages

$(LABBOOK): $(SOURCES) | debian-packages
	@swift build -c release --product labbook >&2
	touch $@

$(PYTHON): Sources/labbook/Resources/requirements.txt | debian-packages
	@rm -rf .venv
	python3 -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check -r $<
	touch $@

$(EXPORTS): $(PYTHON)
	@rm -rf $@.new
	.venv/bin/pip install --quiet --disable-pip-version-check --target $@.new -r Sources/labbook/Resources/requirements-exports.txt
	rm -rf $@
	mv $@.new $@

# Debian's rclone serves no S3; pushes and pulls are checked with both.
$(REMOTES): Tests/Remotes/requirements.txt | debian-packages
	@rm -rf .venv-remotes
	python3 -m venv .venv-remotes
	.venv-remotes/bin/pip install --quiet --disable-pip-version-check -r $<
	touch $@

# PyPI's torch for Linux brings gigabytes of CUDA; the index of PyTorch has it without. A local wheel of it, found
# through pip's own settings (find-links), will do too, and PyPI's if there is nothing else.
# PufferLib comes as source alone, and its build fetches raylib from outside the index: without it, one row is missing.
$(PEERS): Benchmarks/Peers/requirements.txt Benchmarks/Peers/requirements-alone.txt Benchmarks/Peers/requirements-optional.txt | debian-packages
	@rm -rf .venv-peers
	python3 -m venv .venv-peers
	pip=".venv-peers/bin/pip install --quiet --disable-pip-version-check"
	echo "Installing PyTorch, transformers, TRL, verl, JAX and Stable-Baselines3 into .venv-peers" >&2
	$$pip --no-deps --retries 1 --extra-index-url https://download.pytorch.org/whl/cpu "$$(grep '^torch==' $<)"
	$$pip -r $<
	$$pip --no-deps -r Benchmarks/Peers/requirements-alone.txt
	$$pip --no-deps --no-build-isolation -r Benchmarks/Peers/requirements-optional.txt >/dev/null 2>&1 ||
	  echo "PufferLib does not build here (it fetches raylib from GitHub); its row will say so" >&2
	touch $@

# Without them, their rows say so.
$(WORKFLOWS): Benchmarks/Scale/requirements.txt | debian-packages
	@rm -rf .venv-workflows
	python3 -m venv .venv-workflows
	for program in $$(cat $<); do
	  .venv-workflows/bin/pip install --quiet --disable-pip-version-check "$$program" ||
	    echo "$$program does not install here; its row will say so" >&2
	done
	touch $@

$(PAGES): Tests/Pages/requirements.txt | debian-packages
	@rm -rf .venv-pages
	python3 -m venv .venv-pages
	.venv-pages/bin/pip install --quiet --disable-pip-version-check -r $<
	touch $@

# Installs the Debian packages that are missing, or says in one sentence how to.
NEEDED := $(MISSING)
.PHONY: debian-packages
debian-packages:
	@needed="$(strip $(NEEDED))"
	command -v swift >/dev/null || { echo "make: no 'swift' on the PATH; install a Swift 6.3 toolchain from https://www.swift.org/install/linux/" >&2; exit 1; }
	[ -n "$$needed" ] || exit 0
	if [ "$$(id -u)" = 0 ]; then sudo=; elif sudo -n true 2>/dev/null; then sudo="sudo -n"; else
	  echo "make: Debian packages are missing; run: sudo apt-get install $$needed" >&2; exit 1; fi
	echo "Installing Debian packages: $$needed"
	$$sudo apt-get update -qq
	DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq $$needed >/dev/null
