# SPDX-License-Identifier: MIT
#
# make                  build build/souk
# make demo             install what running needs (Debian), build, open the console on live data
# make check            install what testing needs (Debian), then every check and suite
# make lint             the quick static checks        make check-unit   the quick tests
# make install          PREFIX=/usr/local DESTDIR=     make uninstall
#
# DEVELOPER=1           warnings are errors
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
BUILD   := build$(if $(filter clang%,$(notdir $(CC))),-clang)$(if $(SANITIZE),-$(dash))
CFLAGS  ?= -O2 -g

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wold-style-definition -Wwrite-strings -Wpointer-arith -Wundef -Wvla -Wformat=2 \
	-Wcast-qual -Wimplicit-fallthrough -Wdouble-promotion
STRICT := $(if $(DEVELOPER),-Werror -Wconversion -Wno-sign-conversion -Wnull-dereference)

PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
PKG_LIBS   := $(shell pkg-config --libs $(PKGS) 2>/dev/null)

COMMON := -std=c11 $(WARN) -fno-common -fPIE -Iinclude \
	$(addprefix -include ,$(wildcard include/base/banned.h)) \
	-DSOUK_VERSION='"$(VERSION)"' -DSCREENDIR='"$(PREFIX)/share/$(PROG)/screens"' \
	$(PKG_CFLAGS) $(CPPFLAGS)

san = -O1 -g -fsanitize=$1 -fno-sanitize-recover=all -fno-omit-frame-pointer
ifdef SANITIZE
PROG_CFLAGS  := $(COMMON) $(STRICT) $(call san,$(SANITIZE))
PROG_LDFLAGS := $(LDFLAGS) -pie -fsanitize=$(SANITIZE)
else
PROG_CFLAGS  := $(COMMON) $(STRICT) -D_FORTIFY_SOURCE=2 -fstack-protector-strong $(CFLAGS)
PROG_LDFLAGS := $(LDFLAGS) -pie -Wl,-z,relro,-z,now
endif

# What the suites link with is built to find faults: sanitized, and with SOUK_TESTING first
# capacities are 1 and faults can be injected.  TEST_SANITIZE= turns the sanitizers off.
TEST_SANITIZE ?= address,undefined
TEST_CFLAGS   := $(COMMON) $(filter-out -Wnull-dereference,$(STRICT)) -DSOUK_TESTING \
	$(if $(TEST_SANITIZE),$(call san,$(TEST_SANITIZE)),-O1 -g)
TEST_LDFLAGS  := $(LDFLAGS) -pie $(if $(TEST_SANITIZE),-fsanitize=$(TEST_SANITIZE))
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

reverse = $(if $1,$(call reverse,$(wordlist 2,$(words $1),$1)) $(firstword $1))
until    = $(if $2,$(firstword $2) $(if $(filter $1,$(firstword $2)),,$(call until,$1,$(wordlist 2,99,$2))))
# The layers that $1 may use, highest first: what its unit tests link with.
below   = $(filter-out $(if $(filter cli,$1),ui),$(call reverse,$(call until,$1,$(LAYERS))))

all: $(if $(wildcard src/main.c),$(BUILD)/$(PROG),$(LIBS))

# --- the program ---------------------------------------------------------------------------------

$(BUILD)/$(PROG): $(BUILD)/main.o $(LIBS)
	$(CC) $(PROG_LDFLAGS) -o $@ $< $(call reverse,$(LIBS)) $(PKG_LIBS)

$(BUILD)/%.o: src/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(PROG_CFLAGS) -MMD -MP -c -o $@ $<

$T/%.o: src/%.c $T/flags
	@mkdir -p $(@D)
	$(CC) $(TEST_CFLAGS) -MMD -MP -c -o $@ $<

# Files carried inside the binary; the lists notice files that come and go.
$(BUILD)/embed_sql.c: sql/embed.sh $(BUILD)/embed_sql.list $(SQL)
	sh sql/embed.sh embed_sql $(SQL) >$@.new && mv $@.new $@
$(BUILD)/embed_screens.c: sql/embed.sh $(BUILD)/embed_screens.list $(SCREENS)
	sh sql/embed.sh embed_screens $(SCREENS) >$@.new && mv $@.new $@
$(BUILD)/embed_%.o: $(BUILD)/embed_%.c include/base/embed.h $(BUILD)/flags
	$(CC) $(PROG_CFLAGS) -c -o $@ $<

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
	$$(AR) rcs $$@ $$(filter %.o,$$^)
$1/$2.list: FORCE
	@mkdir -p $$(@D)
	@echo '$(filter src/$2/%,$(SRC))' | cmp -s - $$@ || echo '$(filter src/$2/%,$(SRC))' >$$@
endef
$(foreach f,$(BUILD) $T,$(foreach l,$(LAYERS),$(eval $(call LAYER,$f,$l))))

# --- tests ---------------------------------------------------------------------------------------

$T/support/%.o: tests/support/%.c $T/flags
	@mkdir -p $(@D)
	$(CC) $(filter-out -Wconversion,$(TEST_CFLAGS)) -D_GNU_SOURCE -Itests -MMD -MP -c -o $@ $<
$T/unit/%.o: tests/unit/%.c $T/flags
	@mkdir -p $(@D)
	$(CC) $(filter-out -Wconversion,$(TEST_CFLAGS)) -Itests -MMD -MP -c -o $@ $<
$T/db/%.o: tests/db/%.c $T/flags
	@mkdir -p $(@D)
	$(CC) $(filter-out -Wconversion,$(TEST_CFLAGS)) -Itests -MMD -MP -c -o $@ $<

$T/libsupport.a: $(patsubst tests/%.c,$T/%.o,$(sort $(wildcard tests/support/*.c)))
	@rm -f $@
	$(AR) rcs $@ $^

# One binary per layer; an upward call does not link.
define UNIT_SUITE
$T/unit-$1: $(patsubst tests/%.c,$T/%.o,$(wildcard tests/unit/$1/*.c)) $(SUPPORT) \
		$(patsubst %,$T/lib%.a,$(call below,$1))
	$$(CC) $$(TEST_LDFLAGS) -o $$@ $$^ -lcriterion $$(PKG_LIBS)
endef
$(foreach s,$(UNIT),$(eval $(call UNIT_SUITE,$s)))

$(DB:%=$T/db-%): $T/db-%: $T/db/%.o $(SUPPORT) $(patsubst %,$T/lib%.a,$(call reverse,$(LAYERS)))
	$(CC) $(TEST_LDFLAGS) -o $@ $^ -lcriterion $(PKG_LIBS)

# Criterion counts a test that leaks as passed: a report in the log folder fails the suite.
check-unit: $(UNIT:%=$T/unit-%)
	@sh tests/support/suite.sh $(BUILD)/reports unit $(UNIT:%=$T/unit-%)

# Each program starts a server of its own (tests/support/cluster.h).
check-db: $(DB:%=$T/db-%)
	@sh tests/support/suite.sh $(BUILD)/reports db $(DB:%=$T/db-%)

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
check-man:
	@sh tests/checks/man.sh

# Each header compiles alone.
check-headers: $(HEADERS:%=$(BUILD)/headers/%.ok)
$(BUILD)/headers/%.h.ok: %.h $(BUILD)/flags
	@mkdir -p $(@D)
	@$(CC) $(PROG_CFLAGS) -Itests -fsyntax-only -MMD -MP -MT $@ -MF $(@:.ok=.d) -include $< \
		-x c /dev/null && touch $@

# --- installing ----------------------------------------------------------------------------------

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/$(PROG)/screens
	install -m 755 $(BUILD)/$(PROG) $(DESTDIR)$(PREFIX)/bin/$(PROG)
	for f in $(SCREENS); do install -m 644 $$f $(DESTDIR)$(PREFIX)/share/$(PROG)/screens/; done
	for f in $(wildcard man/*.[1-9]); do \
		d=$(DESTDIR)$(MANDIR)/man$${f##*.}; install -d $$d && install -m 644 $$f $$d/; done

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/$(PROG)
	rm -rf $(DESTDIR)$(PREFIX)/share/$(PROG)
	for f in $(notdir $(wildcard man/*.[1-9])); do \
		rm -f $(DESTDIR)$(MANDIR)/man$${f##*.}/$$f; done

clean:
	rm -rf build build-*

-include $(OBJ:.o=.d) $(BUILD)/main.d $(wildcard $T/unit/*/*.d $T/support/*.d $T/db/*.d)
-include $(wildcard $(BUILD)/headers/*/*/*.d)

.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all check-unit check-db lint check-layers check-sql-text check-style check-headers check-budget \
	check-globals check-shell check-spelling check-man install uninstall clean FORCE
