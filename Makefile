# SPDX-License-Identifier: MIT
#
# make                  build build/souk
# make demo             install what running needs (Debian), build, open the console on live data
# make check            install what testing needs (Debian), then every check and suite
# make check-unit       one suite of it: unit db platform screens cli e2e
# make lint             the quick static checks
# make check-servers    the database suites on every PostgreSQL that can be fetched (npm)
# make goldens          write what the screens and cases show now, to be read in the difference
# make bench            speed beside other tools       make coverage     lines run by the tests
# make install          PREFIX=/usr/local DESTDIR=     make uninstall
#
# DEVELOPER=1           warnings are errors            V=1               show the commands
# SANITIZE=address,undefined   CC=clang                each has a build folder of its own

PROG    := souk
VERSION := 0.1.0
PREFIX  ?= /usr/local
MANDIR  ?= $(PREFIX)/share/man

# A layer may use itself and those before it; cli and ui never meet (see tests/checks/layers.sh).
LAYERS  := base db catalog domain command ui cli
PKGS    := libpq ncursesw readline libuv jansson inih uuid

comma   := ,
dash    := $(subst $(comma),-,$(SANITIZE))
BUILD   := build$(if $(filter clang%,$(notdir $(CC))),-clang)$(if $(SANITIZE),-$(dash))$(if \
	$(COVERAGE),-coverage)
CFLAGS  ?= -O2 -g

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wold-style-definition -Wwrite-strings -Wpointer-arith -Wundef -Wvla -Wformat=2 \
	-Wcast-qual -Wimplicit-fallthrough -Wdouble-promotion
STRICT := $(if $(DEVELOPER),-Werror -Wconversion -Wno-sign-conversion -Wnull-dereference)

PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
# libm is 300 KiB resident, and needed only where the compiler does not round by itself (base/num.h).
PKG_LIBS   := $(shell pkg-config --libs $(PKGS) 2>/dev/null) -Wl,--as-needed -lm

COMMON := -std=c11 $(WARN) -fno-common -fPIE -Iinclude \
	$(addprefix -include ,$(wildcard include/base/banned.h)) \
	-DSOUK_VERSION='"$(VERSION)"' -DSCREENDIR='"$(PREFIX)/share/$(PROG)/screens"' \
	$(PKG_CFLAGS) $(CPPFLAGS)

san = -O1 -g -fsanitize=$1 -fno-sanitize-recover=all -fno-omit-frame-pointer
ifdef SANITIZE
PROG_CFLAGS  := $(COMMON) $(STRICT) $(call san,$(SANITIZE)) -DSOUK_SANITIZED
PROG_LDFLAGS := $(LDFLAGS) -pie -fsanitize=$(SANITIZE)
else
# Nothing unwinds the stack but debuggers, who have tables of their own: 230 KiB less to map.
PROG_CFLAGS  := $(COMMON) $(STRICT) -D_FORTIFY_SOURCE=2 -fstack-protector-strong \
	-fno-asynchronous-unwind-tables $(CFLAGS)
# 6,000 relocations in 2 KiB instead of 155, all of which the start reads: where linker and loader both know how.
PACKED := $(shell t=$$(mktemp) && echo 'int main(void) { return 0; }' | $(CC) -x c - -fPIE -pie \
	-Wl,-z,pack-relative-relocs -o $$t 2>/dev/null && $$t && echo -Wl,-z,pack-relative-relocs; rm -f $$t)
PROG_LDFLAGS := $(LDFLAGS) -pie -Wl,-z,relro,-z,now $(PACKED)
endif

# What the suites link with is built to find faults: sanitized, and with SOUK_TESTING first
# capacities are 1 and faults can be injected.  TEST_SANITIZE= turns the sanitizers off, and so does
# COVERAGE=1, which make coverage uses to count what is run.
TEST_SANITIZE ?= $(if $(COVERAGE),,address,undefined)
TEST_CFLAGS   := $(COMMON) $(filter-out -Wnull-dereference,$(STRICT)) -DSOUK_TESTING \
	$(if $(TEST_SANITIZE),$(call san,$(TEST_SANITIZE)),-O1 -g) $(if $(COVERAGE),-O0 --coverage)
TEST_LDFLAGS  := $(LDFLAGS) -pie $(if $(TEST_SANITIZE),-fsanitize=$(TEST_SANITIZE)) \
	$(if $(COVERAGE),--coverage)
T := $(BUILD)/testing

SQL     := $(sort $(wildcard sql/queries/*.sql sql/fragments/*.sql sql/migrations/*.sql sql/demo/*.sql))
SCREENS := $(sort $(wildcard screens/*))
SRC     := $(sort $(wildcard $(LAYERS:%=src/%/*.c)))
HEADERS := $(sort $(wildcard include/*/*.h src/*/*.h tests/support/*.h))
LIBS    := $(LAYERS:%=$(BUILD)/lib%.a)
UNIT    := $(filter $(LAYERS),$(notdir $(patsubst %/,%,$(dir $(wildcard tests/unit/*/*.c)))))
UNIT    := $(sort $(UNIT))
DB      := $(patsubst tests/db/%.c,%,$(sort $(wildcard tests/db/*.c)))
SUPPORT := $T/libsupport.a
OBJ      = $(patsubst src/%.c,$(BUILD)/%.o,$(SRC)) $(patsubst src/%.c,$T/%.o,$(SRC))

Q    := $(if $(V),,@)
say   = @$(if $(V),true,printf '  %-5s %s\n' $1 $@)

reverse = $(if $1,$(call reverse,$(wordlist 2,$(words $1),$1)) $(firstword $1))
until    = $(if $2,$(firstword $2) $(if $(filter $1,$(firstword $2)),,$(call until,$1,$(wordlist 2,99,$2))))
# The layers that $1 may use, highest first: what its unit tests link with.
below   = $(filter-out $(if $(filter cli,$1),ui),$(call reverse,$(call until,$1,$(LAYERS))))

all: $(if $(wildcard src/main.c),$(BUILD)/$(PROG),$(LIBS))

# --- the program ---------------------------------------------------------------------------------

$(BUILD)/$(PROG): $(BUILD)/main.o $(LIBS)
	$(call say,LINK)
	$Q$(CC) $(PROG_LDFLAGS) -o $@ $< $(call reverse,$(LIBS)) $(PKG_LIBS)

$(BUILD)/%.o: src/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC)
	$Q$(CC) $(PROG_CFLAGS) -MMD -MP -c -o $@ $<

$T/%.o: src/%.c $T/flags
	@mkdir -p $(@D)
	$(call say,CC)
	$Q$(CC) $(TEST_CFLAGS) -MMD -MP -c -o $@ $<

# Files carried inside the binary; the lists notice files that come and go.
$(BUILD)/embed_sql.c: sql/embed.sh $(BUILD)/embed_sql.list $(SQL)
	$(call say,EMBED)
	$Qsh sql/embed.sh embed_sql $(SQL) >$@.new && mv $@.new $@
$(BUILD)/embed_screens.c: sql/embed.sh $(BUILD)/embed_screens.list $(SCREENS)
	$(call say,EMBED)
	$Qsh sql/embed.sh embed_screens $(SCREENS) >$@.new && mv $@.new $@
$(BUILD)/embed_%.o: $(BUILD)/embed_%.c include/base/embed.h $(BUILD)/flags
	$Q$(CC) $(PROG_CFLAGS) -c -o $@ $<

# Each of these changes only when its text does, and then what depends on it is made again.
$(BUILD)/flags: TEXT = $(CC) $(PROG_CFLAGS) $(PROG_LDFLAGS)
$T/flags: TEXT = $(CC) $(TEST_CFLAGS) $(TEST_LDFLAGS)
$(BUILD)/embed_sql.list: TEXT = $(SQL)
$(BUILD)/embed_screens.list: TEXT = $(SCREENS)
$(BUILD)/flags $T/flags $(BUILD)/embed_sql.list $(BUILD)/embed_screens.list: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' '$(subst ','\'',$(TEXT))' | cmp -s - $@ || \
		printf '%s\n' '$(subst ','\'',$(TEXT))' >$@

# $1 folder, $2 layer.  An archive is made anew, so that a removed file leaves it.
define LAYER
$1/lib$2.a: $(patsubst src/%.c,$1/%.o,$(filter src/$2/%,$(SRC))) \
		$(if $(filter base,$2),$(BUILD)/embed_sql.o $(BUILD)/embed_screens.o) $1/$2.list
	@rm -f $$@
	$$Q$$(AR) rcs $$@ $$(filter %.o,$$^)
$1/$2.list: FORCE
	@mkdir -p $$(@D)
	@echo '$(filter src/$2/%,$(SRC))' | cmp -s - $$@ || echo '$(filter src/$2/%,$(SRC))' >$$@
endef
$(foreach f,$(BUILD) $T,$(foreach l,$(LAYERS),$(eval $(call LAYER,$f,$l))))

# --- tests ---------------------------------------------------------------------------------------

$T/tests/%.o: tests/%.c $T/flags
	@mkdir -p $(@D)
	$(call say,CC)
	$Q$(CC) $(filter-out -Wconversion,$(TEST_CFLAGS)) -D_GNU_SOURCE -Itests -MMD -MP -c -o $@ $<

$T/libsupport.a: $(patsubst %.c,$T/%.o,$(sort $(wildcard tests/support/*.c)))
	@rm -f $@
	$Q$(AR) rcs $@ $^

# One binary per layer; an upward call does not link.
define UNIT_SUITE
$T/unit-$1: $(patsubst %.c,$T/%.o,$(wildcard tests/unit/$1/*.c)) $(SUPPORT) \
		$(patsubst %,$T/lib%.a,$(call below,$1))
	$$(call say,LINK)
	$$Q$$(CC) $$(TEST_LDFLAGS) -o $$@ $$^ -lcriterion $$(PKG_LIBS)
endef
$(foreach s,$(UNIT),$(eval $(call UNIT_SUITE,$s)))

$(DB:%=$T/db-%): $T/db-%: $T/tests/db/%.o $(SUPPORT) $(patsubst %,$T/lib%.a,$(call reverse,$(LAYERS)))
	$(call say,LINK)
	$Q$(CC) $(TEST_LDFLAGS) -o $@ $^ -lcriterion $(PKG_LIBS)

R := $(BUILD)/reports

# LeakSanitizer needs ptrace, which some containers forbid; then memory errors are still found.
$(BUILD)/leaks:
	@mkdir -p $(@D)
	@echo 'int main(void) { return 0; }' | $(CC) -fsanitize=address -x c -o $@.probe -
	@if ./$@.probe >/dev/null 2>&1; then echo detect_leaks=1 >$@; else \
		echo "note: LeakSanitizer cannot run here; leaks are not looked for"; \
		echo detect_leaks=0 >$@; fi
suite = @SAN_LEAKS=$$(cat $(BUILD)/leaks) SOUK=$(CURDIR)/$(BUILD)/$(PROG) $1
server = @SAN_LEAKS=$$(cat $(BUILD)/leaks) SOUK=$(CURDIR)/$(BUILD)/$(PROG) \
	sh tests/support/cluster.sh run $1

UNIT_PROGRAMS := $(UNIT:%=$T/unit-%)
DB_PROGRAMS   := $(DB:%=$T/db-%)

check-unit: $(UNIT_PROGRAMS) $(BUILD)/leaks
	$(call suite,sh tests/support/suite.sh $R unit $(UNIT_PROGRAMS))
# Each program starts a server of its own (tests/support/cluster.h).
check-db: $(DB_PROGRAMS) $(BUILD)/leaks
	$(call suite,sh tests/support/suite.sh $R db $(DB_PROGRAMS))
# The platform's schema, proven in SQL.
check-platform:
	@sh tests/support/script.sh $R platform $(wildcard tests/db/platform/run.sh)
EVERY := $(sort $(wildcard tests/screens/every/*.expected))
PARTS := $(sort $(wildcard tests/screens/parts/*.expected))
check-screens: all $(BUILD)/leaks
	$(call server,sh tests/support/each.sh $R screens tests/screens/run.sh \
		$(sort $(wildcard tests/screens/*.script)))
	$(if $(EVERY),$(call server,sh tests/support/each.sh $R every tests/screens/every.sh $(EVERY)))
	$(if $(PARTS),$(call server,sh tests/support/each.sh $R parts tests/screens/parts.sh $(PARTS)))
check-cli: all $(BUILD)/leaks
	$(call server,sh tests/support/each.sh $R cli tests/cli/run.sh $(sort $(wildcard tests/cli/*.case)))
check-e2e: all $(BUILD)/leaks
	$(call server,sh tests/support/each.sh $R e2e tests/e2e/run.sh $(filter-out %/run.sh,$(sort $(wildcard tests/e2e/*.sh))))

goldens: all
	@GOLDENS=1 $(MAKE) --no-print-directory check-screens check-cli

# The whole: what is independent runs side by side, the terminal by itself (it has time limits).
JOBS     := $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
parallel  = $(if $(findstring --jobserver,$(MAKEFLAGS)),,-j$(JOBS))
submake   = $(MAKE) --no-print-directory

check: deps-test
	@$(submake) check-all

check-all:
	@rm -rf $R && mkdir -p $R
	@if $(submake) -k $(parallel) lint; then echo 1 0 >$R/lint.result; else echo 0 1 >$R/lint.result; fi
	@$(submake) $(parallel) all $(UNIT_PROGRAMS) $(DB_PROGRAMS)
	@$(submake) -k $(parallel) --output-sync=target \
		check-unit check-db check-platform check-screens check-cli || :
	@$(submake) check-e2e || :
	$(if $(SANITIZE),,@$(submake) check-sanitize || :)
	@sh tests/support/total.sh $R $(if $(SANITIZE),,build-address-undefined/reports)

# The suites above link with sanitized code already; here is the program itself.
check-sanitize:
	@rm -rf build-address-undefined/reports
	@$(submake) $(parallel) SANITIZE=address,undefined all
	@$(submake) -k $(parallel) SANITIZE=address,undefined --output-sync=target check-screens check-cli
	@$(submake) SANITIZE=address,undefined check-e2e

# The database suites on each PostgreSQL that can be had as an npm package, side by side.
SERVER_REPORTS = $(BUILD)/reports-servers
# For who changes the core tables: CockroachDB's own parser reads them, where go is installed.
check-cockroach:
	@sh tests/checks/cockroach.sh
check-servers: $(DB_PROGRAMS) $(BUILD)/leaks
	@rm -rf $(SERVER_REPORTS) && mkdir -p $(SERVER_REPORTS)
	@sh tests/servers.sh $(BUILD)/servers | TEST_TIMEOUT=120 SAN_LEAKS=$$(cat $(BUILD)/leaks) \
		xargs -P $(JOBS) -I BIN sh tests/support/version.sh $(SERVER_REPORTS) BIN $(DB_PROGRAMS) || :
	@sh tests/support/total.sh $(SERVER_REPORTS)

# Speed beside whatever other tools are installed; CASES=tests/bench/cases/keys.sh for one of them.
$(BUILD)/measure: tests/bench/measure.c $(BUILD)/flags
	$Q$(CC) $(PROG_CFLAGS) -D_GNU_SOURCE -o $@ $< -lutil
$(BUILD)/floor: tests/bench/floor.c $(BUILD)/flags
	$Q$(CC) $(PROG_CFLAGS) -o $@ $< $(PKG_LIBS)
$(BUILD)/far: tests/bench/far.c tests/support/proxy.c tests/support/proxy_serve.c $(BUILD)/flags
	$Q$(CC) $(filter-out -Wconversion,$(PROG_CFLAGS)) -D_GNU_SOURCE -Itests -o $@ $(filter %.c,$^)
bench: all $(BUILD)/measure $(BUILD)/floor $(BUILD)/far
	@SOUK=$(CURDIR)/$(BUILD)/$(PROG) sh tests/support/cluster.sh run \
		sh tests/bench/run.sh $(CURDIR)/$(BUILD)/measure $(CASES)

# What the unit suites run of each layer, with the floors it must not fall below.
coverage:
	@find build-coverage -name '*.gcda' -delete 2>/dev/null || :
	@$(submake) COVERAGE=1 check-unit
	@sh tests/checks/coverage.sh build-coverage/testing $(LAYERS)

# --- static checks -------------------------------------------------------------------------------

lint: check-layers check-sql-text check-style check-headers check-budget check-globals \
	check-shell check-spelling check-man
	@echo "lint: clean"

check-layers:
	@sh tests/checks/layers.sh
check-sql-text:
	@sh tests/checks/no-sql-in-c.sh
check-style:
	@sh tests/checks/style.sh
check-budget:
	@sh tests/checks/budget.sh
check-globals: $(LIBS)
	@sh tests/checks/globals.sh $(LIBS)
check-shell:
	@sh tests/checks/shell.sh
check-spelling:
	@sh tests/checks/spelling.sh
check-man: $(BUILD)/souk-commands.7
	@sh tests/checks/docs.sh
	@sh tests/checks/man.sh $(MANUALS)

# Each header compiles alone.
check-headers: $(HEADERS:%=$(BUILD)/headers/%.ok)
$(BUILD)/headers/%.h.ok: %.h $(BUILD)/flags
	@mkdir -p $(@D)
	@$(CC) $(PROG_CFLAGS) -Itests -fsyntax-only -MMD -MP -MT $@ -MF $(@:.ok=.d) -include $< \
		-x c /dev/null && touch $@

# --- running -------------------------------------------------------------------------------------

# What is missing is installed on Debian, and named elsewhere.
deps:
	@sh .ci/deps run
deps-test:
	@sh .ci/deps test

demo: deps
	@$(submake) $(parallel) all
	@$(BUILD)/$(PROG) demo $(ARGS)

# --- installing ----------------------------------------------------------------------------------

# What :help tells is a manual page too.
MANUALS := $(wildcard man/*.[1-9]) $(BUILD)/souk-commands.7
$(BUILD)/souk-commands.7: $(BUILD)/$(PROG)
	@$< --list manual >$@

install: all $(MANUALS)
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/$(PROG)/screens
	install -m 755 $(BUILD)/$(PROG) $(DESTDIR)$(PREFIX)/bin/$(PROG)
	for f in $(SCREENS); do install -m 644 $$f $(DESTDIR)$(PREFIX)/share/$(PROG)/screens/; done
	for f in $(MANUALS); do \
		d=$(DESTDIR)$(MANDIR)/man$${f##*.}; install -d $$d && install -m 644 $$f $$d/; done

# Empty folders go too, but for those that belong to every system.
MAN_DIRS = $(sort $(foreach f,$(MANUALS),$(MANDIR)/man$(lastword $(subst ., ,$f))))
OWN_DIRS = $(MANDIR) $(PREFIX)/bin $(PREFIX)/share $(PREFIX)
uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/$(PROG)
	rm -rf $(DESTDIR)$(PREFIX)/share/$(PROG)
	for f in $(notdir $(MANUALS)); do \
		rm -f $(DESTDIR)$(MANDIR)/man$${f##*.}/$$f; done
	for d in $(MAN_DIRS) $(if $(filter /usr /usr/local,$(DESTDIR)$(PREFIX)),,$(OWN_DIRS)); do \
		rmdir $(DESTDIR)$$d 2>/dev/null || :; done

clean:
	rm -rf build build-*

-include $(OBJ:.o=.d) $(BUILD)/main.d $(wildcard $T/tests/unit/*/*.d $T/tests/*/*.d)
-include $(wildcard $(BUILD)/headers/*/*/*.d)

.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: bench coverage all deps deps-test demo check check-all check-sanitize check-unit check-db check-platform \
	check-screens check-cli check-e2e goldens lint check-layers check-sql-text check-style \
	check-headers check-budget check-globals check-shell check-spelling check-man install \
	uninstall clean check-servers check-cockroach FORCE
