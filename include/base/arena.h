/* SPDX-License-Identifier: MIT */
/*
 * arena.h - many small things that live and die together (a catalog snapshot, a page of rows).
 *
 * Nothing is freed singly.  Memory is aligned for any type and zeroed.  arena_bytes is what the
 * arena holds of the heap, so that budgets can be counted.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/attr.h"

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena **a);
void *arena_alloc(struct arena *a, size_t size) __attribute__((returns_nonnull));
void *arena_array(struct arena *a, size_t n, size_t size) __attribute__((returns_nonnull));
char *arena_strdup(struct arena *a, const char *s); /* NULL stays NULL */
char *arena_strndup(struct arena *a, const char *s, size_t n) __attribute__((returns_nonnull));
char *arena_printf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* The same text is stored once per arena: names of types, roles, schemas. */
const char *arena_intern(struct arena *a, const char *s);
/* All is in it that there will be: what finds equal texts is let go.  (A later arena_intern begins anew.) */
void arena_settle(struct arena *a);
size_t arena_bytes(const struct arena *a);

#endif
