# Relais. `make run` and `make check` install what is missing; the rest only builds.
#
#   make            the programs, in build/release/
#   make run        everything, with a private PostgreSQL in DATA_DIR (var)
#   make check      every test; ends with "N passed, N failed, N skipped"
#   make shots      pictures of the main pages, into var/shots/
#   make lighthouse what Lighthouse says of the main pages
#   make fault      the courier killed a thousand times over 20,000 mails
#   make lint layers fuzz bench deb install clean

MODE     ?= release
PORT     ?= 8080
DATA_DIR ?= var
PREFIX   ?= /usr/local
VERSION  := 0.1

B        := build/$(MODE)
G        := build/gen
CC       := $(if $(filter fuzz,$(MODE)),clang,gcc)
PKGS     := libpq libevent_core jansson yaml-0.1 libsodium libdeflate libqrencode
WARN     := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
            -Wwrite-strings -Wformat=2 -Wundef -Wvla -Wswitch-enum -Werror
HARDEN   := -fstack-protector-strong -fstack-clash-protection -fcf-protection -fPIE -D_FORTIFY_SOURCE=2
CPPFLAGS := -D_GNU_SOURCE -I. -I$(G) $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
CFLAGS    = -std=c11 -g $(WARN) $(OPT)
LDLIBS   := $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lmarkdown -lm
# What the courier alone needs.
COURIERPKGS := libcurl gmime-3.0 libcrypto
COURIERFLAGS := $(shell pkg-config --cflags $(COURIERPKGS) 2>/dev/null)
COURIERLIBS := $(shell pkg-config --libs $(COURIERPKGS) 2>/dev/null)
OPT_release := -O2 $(HARDEN)
OPT_asan    := -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined -DRELAIS_ASAN=1
LD_release  := -pie -Wl,-z,relro,-z,now
LD_asan     := -fsanitize=address,undefined
OPT_fuzz    := -O1 -w -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined -DRELAIS_ASAN=1
LD_fuzz     := -fsanitize=fuzzer,address,undefined
OPT       = $(OPT_$(MODE))
LDFLAGS   = $(LD_$(MODE))

SHARED   := $(wildcard shared/*/*.c)
SITE     := $(wildcard services/site/*.c)
COURIER  := $(wildcard services/courier/*.c)
ADMIN    := $(wildcard services/admin/*.c)
UNIT     := $(wildcard tests/unit/test_*.c)
FUZZ     := $(wildcard tests/fuzz/fuzz_*.c)
GEN      := $(G)/statements.c $(G)/web.c
GENH     := $(G)/statements.h $(G)/web.h
objs      = $(patsubst %.c,$(B)/%.o,$(1))
GENOBJS   = $(patsubst $(G)/%.c,$(B)/gen/%.o,$(GEN))

all: $(B)/relais-site $(B)/relais-courier $(B)/relais locale

$(B)/relais-site: $(call objs,$(SITE) $(SHARED)) $(GENOBJS)
	@echo "ld $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(B)/relais-courier: $(call objs,$(COURIER) $(SHARED)) $(GENOBJS)
	@echo "ld $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS) $(COURIERLIBS)

$(B)/relais: $(call objs,$(ADMIN) $(SHARED)) $(GENOBJS)
	@echo "ld $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# Tests link what they use of the parts, never a main.
$(B)/site.a: $(call objs,$(filter-out services/site/main.c,$(SITE))) $(GENOBJS)
$(B)/courier.a: $(call objs,$(filter-out services/courier/main.c,$(COURIER))) $(GENOBJS)
$(B)/shared.a: $(call objs,$(SHARED))
$(B)/%.a:
	@rm -f $@
	@ar qcs $@ $^

$(B)/tests/%: $(B)/tests/%.o $(B)/site.a $(B)/courier.a $(B)/shared.a
	@echo "ld $@"
	@$(CC) $(LDFLAGS) -Wl,--as-needed -o $@ $^ $(LDLIBS) $(COURIERLIBS) $(if $(filter fuzz,$(MODE)),,-lcmocka)

$(B)/%.o: %.c Makefile | $(GENH)
	@mkdir -p $(@D)
	@echo "cc $<"
	@$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(B)/services/courier/%.o: CPPFLAGS += $(COURIERFLAGS)
$(B)/services/admin/version.o: CPPFLAGS += -DRELAIS_VERSION='"$(VERSION)"'

$(B)/gen/%.o: $(G)/%.c Makefile | $(GENH)
	@mkdir -p $(@D)
	@echo "cc $<"
	@$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# The named statements of sql/*.sql, and web/ with its hashes, as C.
$(G)/statements.c $(G)/statements.h &: sql/compile.awk $(wildcard sql/*.sql)
	@mkdir -p $(G)
	awk -v out=$(G)/statements -f sql/compile.awk $(sort $(wildcard sql/*.sql))

WEBFILES := $(shell find web -type f ! -path 'web/i18n/*' 2>/dev/null)
# web.h seldom changes and is left alone then; web.c stands for both.
$(G)/web.h: $(G)/web.c ;
$(G)/web.c: web/embed.sh sql/migrations $(WEBFILES) $(wildcard sql/migrations/*.sql)
	@mkdir -p $(G)
	sh web/embed.sh $(G)/web

locale: build/locale/done
build/locale/done: web/i18n/compile $(wildcard web/i18n/*.po)
	sh web/i18n/compile build/locale
	@touch $@

unit: $(patsubst tests/%.c,$(B)/tests/%,$(UNIT))
fuzzers: $(patsubst tests/%.c,$(B)/tests/%,$(FUZZ))

run:
	@PORT='$(PORT)' DATA_DIR='$(DATA_DIR)' exec deploy/run

check:
	@tests/check

lint layers:
	@tests/$@

shots: all
	@deploy/install run build test
	@tests/web/modules
	@tests/shots

lighthouse: all
	@deploy/install run build test
	@tests/web/modules
	@tests/web/modules lighthouse
	@tests/lighthouse

# make fuzz SECONDS=600
SECONDS ?= 120
fuzz:
	@deploy/install run build test
	@$(MAKE) MODE=fuzz fuzzers
	@tests/fuzz/run $(SECONDS) 0

# make fault MAILS=20000 KILLS=1000
MAILS ?= 20000
KILLS ?= 1000
fault: all
	@deploy/install run build test
	@MAILS=$(MAILS) KILLS=$(KILLS) LIMIT=7200 tests/run 'fault/test_courier (release)'

bench: all
	@deploy/install run build test bench
	@tests/bench/run

deb: all
	@VERSION=$(VERSION) deploy/deb build/deb

install: all
	@PREFIX='$(PREFIX)' DESTDIR='$(DESTDIR)' deploy/install-files

clean:
	rm -rf build

.PHONY: all unit fuzzers clean locale run check shots lighthouse lint layers bench fault fuzz deb install
.SECONDARY:
-include $(shell find build/$(MODE) -name '*.d' 2>/dev/null)
