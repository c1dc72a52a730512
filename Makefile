# What is run by hand or by CI. All of it is in bin-scripts and Package.swift; each target says here what it is for.

PREFIX = /usr/local
DESTDIR =
SWIFT_BUILD = swift build --configuration release --static-swift-stdlib
BINARIES = .build/release

.PHONY: all deps deps-test build test lint demo demo-stop golden sim fuzz soak bench install clean
.NOTPARALLEL:

all: build

# Debian packages that building, the demo and the guests need; deps-test: lint tools and peers of tests.
deps:
	@bin-scripts/deps build
deps-test:
	@bin-scripts/deps build test

build:
	$(SWIFT_BUILD)

# A debug build, all tests of the host, then KernelTests in a guest. T=REGEX runs some of them.
test: deps
	@bin-scripts/run-tests $(T)
lint:
	@bin-scripts/lint

# The whole load balancer on one machine, as network namespaces.
demo: deps build
	@bin-scripts/demo
demo-stop:
	@bin-scripts/demo --stop

# Rewrites what tests compare with (git diff is the review): tests that can do so obey SEESAW_GOLDEN.
golden: deps
	SEESAW_GOLDEN=1 swift test --disable-xctest --skip KernelTests

# Long runs: SimulationTests over many seeds, the fuzzers, and every test at its full length.
sim: deps
	SEESAW_SOAK=1 swift test --disable-xctest --filter SimulationTests
fuzz: deps
	@bin-scripts/fuzz
soak: deps
	SEESAW_SOAK=1 TEST_TIME_LIMIT=86400 bin-scripts/run-tests

# Measurements, with the peers in the same run.
bench: deps build
	@bin-scripts/bench

install: deps build
	@BINARIES=$(BINARIES) DESTDIR=$(DESTDIR) PREFIX=$(PREFIX) bin-scripts/install

# The guest's kernel (.build/lab) is kept, because only a network brings it back.
clean:
	@[ ! -d .build ] || find .build -mindepth 1 -maxdepth 1 ! -name lab -exec rm -rf {} +
