/* SPDX-License-Identifier: MIT */
/*
 * probe_memory.h - what the last probe of each relation showed, kept as long as the session.
 *
 * A probe of one relation replaces what was known of that one only.  Relations are told apart
 * by oid: what was dropped and made again has not been probed.
 */
#ifndef COMMAND_PROBE_MEMORY_H
#define COMMAND_PROBE_MEMORY_H

#include "domain/rls_probe.h"

struct probe_memory;
struct probe_memory *probe_memory_new(void);
void probe_memory_free(struct probe_memory **m);

/* Remember a plan whose probes are all decided; what was stopped before it was asked is as before. */
void probe_memory_keep(struct probe_memory *m, const struct probe_plan *plan);
/* "leaks 3 (select, insert)", "proven", "refused", "could not probe: it has no rows"; NULL: not
 * probed. */
const char *probe_memory_word(const struct probe_memory *m, oid relation);
/* The same of what a finding is about: a relation, or (0) a function by its name. */
const char *probe_memory_about(const struct probe_memory *m, oid relation, const char *object);

#endif
