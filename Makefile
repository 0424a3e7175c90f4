# Two commands do everything: `make handouts` and `make test`.

SWIFT ?= swift
SITE ?= site
LESSONS ?= lessons
SEEDS ?= 10000
SENTENCES ?= 100000
MAN ?= man
DOCS ?= docs-site

# A program that brings its own runtime starts in half the time; macOS has it in the system.
ifeq ($(shell uname -s),Linux)
RELEASE := -c release --static-swift-stdlib
else
RELEASE := -c release
endif

# Prints pages; any Chromium or Chrome of the last years will do.
CHROMIUM ?= chromium

.PHONY: handouts pdf audit test test-browser test-editor fuzz lint build libraries bench asan format man docs clean help

help:
	@echo "make handouts   build ringwalk and render $(LESSONS)/ into $(SITE)/, and manual/ into $(SITE)/manual/"
	@echo "make pdf        print the handouts in $(SITE)/ as PDF, by $(CHROMIUM)"
	@echo "make audit      look for holes in the checks of the book's tasks"
	@echo "make test       check the style, then run all tests"
	@echo "make test-browser  open the pages in Chromium"
	@echo "make test-editor  have an editor's client ask the language server"
	@echo "make fuzz       hold $(SEEDS) random worlds to the kernel's invariants, and the parser and the formatter"
	@echo "                to $(SENTENCES) random sentences of the grammar"
	@echo "make fuzz SECONDS=600  have libFuzzer look so long in each target of Fuzz/ for what breaks a law"
	@echo "make bench      measure speed, in Benchmarks/"
	@echo "make asan       run the tests of Markdown under AddressSanitizer"
	@echo "make format     rewrite the sources in the house's style"
	@echo "make man        write manual pages and completions for shells into $(MAN)"
	@echo "make docs       write the documentation of the libraries into $(DOCS)"
	@echo "make clean      remove everything that was built"

# The main job.
handouts: build
	"$$($(SWIFT) build $(RELEASE) --show-bin-path)/ringwalk" build $(LESSONS) -o $(SITE)
ifeq ($(LESSONS),lessons)
	"$$($(SWIFT) build $(RELEASE) --show-bin-path)/ringwalk" build lessons-de -o $(SITE)/de
	"$$($(SWIFT) build $(RELEASE) --show-bin-path)/ringwalk" build manual -o $(SITE)/manual
endif

# Tagged, with an outline; the pages of all steps and the search are left out. Chromium wants a sandbox that root cannot
# have.
pdf: handouts
	for page in $(SITE)/*.html; do \
	  case $$page in *.steps.html|*/search.html) continue;; esac; \
	  $(CHROMIUM) --headless $$([ "$$(id -u)" = 0 ] && echo --no-sandbox) --no-pdf-header-footer \
	    --generate-pdf-document-outline --print-to-pdf="$${page%.html}.pdf" "$$page" 2>/dev/null || exit 1; \
	  echo "$${page%.html}.pdf"; \
	done

# What a task lets through is a mistake that is listed, unless its file "accepted" says that it is none.
audit: build
	for folder in Tests/Solutions/*; do \
	  "$$($(SWIFT) build $(RELEASE) --show-bin-path)/ringwalk" audit "lessons/$${folder##*/}.md" \
	    --solutions "$$folder" --student reference || exit 1; \
	done

build: libraries
	$(SWIFT) build $(RELEASE) --product ringwalk

# The summary of the tests is the last line.
test: libraries lint
	$(SWIFT) test --disable-xctest

# Looks at pages as readers get them. RINGWALK names another ringwalk than the one built here.
test-browser: $(if $(RINGWALK),,build)
	@.ci/ensure-browser
	RINGWALK="$${RINGWALK:-$$($(SWIFT) build $(RELEASE) --show-bin-path)/ringwalk}" \
	  .build-browser/venv/bin/python -B -m unittest discover --start-directory Tests/Browser

# Asks the language server what editors ask. RINGWALK names another ringwalk than the one built here.
test-editor: $(if $(RINGWALK),,build)
	@.ci/ensure-editor
	RINGWALK="$${RINGWALK:-$$($(SWIFT) build $(RELEASE) --show-bin-path)/ringwalk}" \
	  .build-editor/venv/bin/python -B -m unittest discover --start-directory Tests/Editor

# In a release build, which the tests can look into: ten times as fast. With SECONDS it is libFuzzer that looks, in
# all targets of Fuzz/ or in those that TARGETS names, instead.
fuzz: libraries
ifdef SECONDS
	SWIFT="$(SWIFT)" python3 -B Fuzz/fuzz.py $(SECONDS) $(TARGETS)
else
	RINGWALK_SEEDS=$(SEEDS) RINGWALK_SENTENCES=$(SENTENCES) \
	  $(SWIFT) test --disable-xctest -c release -Xswiftc -enable-testing \
	  --scratch-path .build-fuzz --filter 'RandomWorldTests|WalkSyntaxTests.*grammar'
endif

lint:
	$(SWIFT) format lint --strict --parallel --recursive \
	  --configuration .swift-format Package.swift Sources Tests Fuzz \
	  $(wildcard Benchmarks/Package.swift Benchmarks/Sources)

libraries:
	@.ci/ensure-libraries

bench: build
	RINGWALK="$$($(SWIFT) build $(RELEASE) --show-bin-path)/ringwalk"; \
	  cd Benchmarks && RINGWALK="$$RINGWALK" $(SWIFT) run -c release

asan: libraries
	$(SWIFT) test --disable-xctest --sanitize=address --scratch-path .build-asan \
	  --filter MarkdownTests

format:
	$(SWIFT) format format --in-place --parallel --recursive \
	  --configuration .swift-format Package.swift Sources Tests Fuzz \
	  $(wildcard Benchmarks/Package.swift Benchmarks/Sources)

# One page for each command, by the generator of argument-parser, and what completes commands in each shell.
# Their date is that of the last change, so that the same sources make the same pages.
man: libraries
	$(SWIFT) package plugin generate-manual --multi-page \
	  --date "$$(git log -1 --format=%cs 2>/dev/null || date +%F)"
	mkdir -p $(MAN)
	cp .build/plugins/GenerateManual/outputs/ringwalk/*.1 $(MAN)
	for shell in bash zsh fish; do \
	  "$$($(SWIFT) build -c release --show-bin-path)/ringwalk" --generate-completion-script $$shell \
	    > $(MAN)/ringwalk.$$shell || exit 1; \
	done

# The libraries as a stranger would use them; a link that leads nowhere is an error. The plugin that renders them is
# a dependency of the package only here: whoever just builds need not fetch it. A web server has to show the pages.
DOCUMENTED := WalkSyntax WalkSemantics Trace Machine Kernel Claims Lesson Handout Grading LanguageService
docs: libraries
	RINGWALK_DOCS=1 $(SWIFT) package --scratch-path .build-docs --allow-writing-to-directory $(DOCS) generate-documentation \
	  $(foreach room,$(DOCUMENTED),--target $(room)) --enable-experimental-combined-documentation \
	  --warnings-as-errors --transform-for-static-hosting --output-path $(DOCS)

clean:
	rm -rf .build .build-asan .build-browser .build-docs .build-editor .build-fuzz .build-fuzzer Benchmarks/.build \
	  $(DOCS) $(MAN) $(SITE)
