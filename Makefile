# Every task of the house; `make` alone lists them.
PYTHON ?= $(shell command -v python3.11 || echo python3)
BIN := .venv/bin
PIP := $(BIN)/pip install -qq --disable-pip-version-check
PYTEST := $(BIN)/python -m pytest -q
# The laptop's tests run where no network interface is up, not even loopback.
OFFLINE := unshare $(if $(filter 0,$(shell id -u)),-n,-rn) --
# The others have loopback and nothing else, but for the long ones of Tor, the browsers and an installation.
LOOPBACK := unshare $(if $(filter 0,$(shell id -u)),-nm,-rnm) -- sh -c 'ip link set lo up && exec "$$@"' sh
LAPTOP_TESTS := tests/envelope tests/keys tests/reviewer tests/release tests/cleaning
DESK_TESTS := tests/desk
OTHER_TESTS := tests/intake tests/field tests/browser tests/scenarios $(wildcard tests/test_*.py)
BROWSERS := chromium=chromium chromedriver=chromium-driver firefox-esr=firefox-esr
TOOLS := ssh-keygen=openssh-client unshare=util-linux ip=iproute2 exiftool=libimage-exiftool-perl \
	age=age git=git bwrap=bubblewrap
LONG_TOOLS = tor=tor pdftoppm=poppler-utils zbarimg=zbar-tools systemd-analyze=systemd /usr/lib/postgresql/15/bin/postgres=postgresql node=nodejs npm=npm \
	debootstrap=debootstrap ffmpeg=ffmpeg mat2=mat2 qpdf=qpdf $(BURMESE_FONT) $(OFFICE) $(STICK_TOOLS)
OFFICE := /usr/lib/libreoffice/program/libswlo.so=libreoffice-writer-nogui /usr/lib/libreoffice/program/libsclo.so=libreoffice-calc-nogui \
	/usr/lib/libreoffice/program/libslideshowlo.so=libreoffice-impress-nogui
# What a phone that refuses the page's own font has instead.
BURMESE_FONT := /usr/share/fonts/truetype/padauk/Padauk-Regular.ttf=fonts-sil-padauk
STICK_TOOLS := apt-ftparchive=apt-utils gpg=gnupg ssh-keygen=openssh-client
# Debian 12's Node 18 has the Web Crypto API, but not under its global name.
export NODE_OPTIONS = $(if $(filter v18.%,$(shell node --version 2>/dev/null)),--experimental-global-webcrypto)
HOURS ?= 8
MACHINES := build drop laptop legal dev

.DEFAULT_GOAL := help
.PHONY: help venv demo story test test-long bench model page pictures soak stick lint requirements

help:  ## list the tasks
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

venv: .venv/installed  ## make .venv with every locked package and the five commands

.venv/installed: requirements.txt requirements-build.txt pyproject.toml
	@.ci/need ensurepip=python3-venv
	$(PYTHON) -m venv .venv
	$(PIP) --require-hashes -r requirements-build.txt
	$(PIP) --require-hashes --no-build-isolation -r requirements.txt
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

demo: venv  ## a drop with invented keys on http://127.0.0.1:8000 until Ctrl-C
	@sh deploy/demo.sh

story: venv  ## the whole path once, on invented testimonies; last line: the verified bundle
	@.ci/need $(BROWSERS) $(TOOLS)
	@$(BIN)/python -m tests.scenarios.story

test: venv  ## every quick test; under 8 minutes
	@.ci/need $(BROWSERS) $(TOOLS)
	$(OFFLINE) $(PYTEST) -m "not long" -n 2 $(LAPTOP_TESTS)
	$(LOOPBACK) $(PYTEST) -m "not long" -n 2 --dist loadfile $(DESK_TESTS) $(OTHER_TESTS)

test-long: venv page  ## the slow tests and the page's rebuild; under 40 minutes
	@.ci/need $(BROWSERS) $(TOOLS) $(LONG_TOOLS)
	$(OFFLINE) $(PYTEST) -m long -n 2 --dist load $(LAPTOP_TESTS)
	$(LOOPBACK) $(PYTEST) -m long -n 2 --dist loadfile $(DESK_TESTS)
	$(PYTEST) -m long -n 2 --dist loadfile $(OTHER_TESTS)

page:  ## rebuild the page's script from browser/ and compare it with the committed one
	@.ci/need node=nodejs npm=npm
	@sh browser/rebuild.sh

pictures: venv  ## every screen in every language, browser and width, in build/pictures, to be looked at
	@.ci/need $(BROWSERS)
	SAKSE_PICTURES=build/pictures $(PYTEST) tests/browser/test_looks.py tests/browser/test_no_script.py tests/browser/test_reader.py

bench: venv  ## what is measured, each figure beside its raw limit
	@.ci/need $(BROWSERS) bwrap=bubblewrap
	@$(BIN)/python -m bench

model: venv  ## train the finder's model again: the same bytes, after about a minute
	@$(BIN)/python -m reviewer.model.train

soak: venv  ## the tests over and over, each time with other random examples, for HOURS=8
	@.ci/need $(BROWSERS) $(TOOLS)
	@end=$$(($$(date +%s) + 3600 * $(HOURS))); round=0; \
	while [ $$(date +%s) -lt $$end ]; do \
		round=$$((round + 1)); echo "round $$round"; \
		$(OFFLINE) $(PYTEST) -m "not long" $(LAPTOP_TESTS) || exit 1; \
		$(LOOPBACK) $(PYTEST) -m "not long" tests/intake tests/field || exit 1; \
	done

stick: venv  ## the laptop's install stick in the folder OUT, signed with the SSH key KEY
	@.ci/need $(STICK_TOOLS)
	@sh deploy/laptop/build-stick.sh --key "$(KEY)" --out "$(OUT)"

lint: venv  ## ruff and mypy --strict
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy

requirements:  ## lock the lists of pyproject.toml again, newest versions, every file by hash
	rm -f requirements.txt
	$(LOCK) --all-extras --output-file requirements.txt pyproject.toml
	$(foreach m,$(MACHINES),$(LOCK) --extra $(m) --constraint requirements.txt --output-file requirements-$(m).txt pyproject.toml &&) true

LOCK := $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header --no-annotate \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options
