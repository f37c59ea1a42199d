/* SPDX-License-Identifier: MIT */
/*
 * alloc.h - memory that is there, or the program ends.
 *
 * Out of memory is not an error that callers handle: the functions here report it on stderr
 * after the exit hook has run (main sets one that restores the terminal) and end the process
 * with status 1.  A BUG() ends it with abort() after the same hook.
 *
 * Ownership: what x*alloc and x*dup return is freed with free().
 */
#ifndef BASE_ALLOC_H
#define BASE_ALLOC_H

#include <stddef.h>

#include "base/attr.h"

void *xmalloc(size_t size) __attribute__((malloc, returns_nonnull));
void *xcalloc(size_t n, size_t size) __attribute__((malloc, returns_nonnull));
void *xrealloc(void *p, size_t size) __attribute__((returns_nonnull));
/* n * size without overflow; for growing arrays. */
void *xreallocarray(void *p, size_t n, size_t size) __attribute__((returns_nonnull));
char *xstrdup(const char *s) __attribute__((malloc, returns_nonnull));
/* NULL stays NULL. */
char *xstrdup_null(const char *s);
/* At most n bytes of s, always terminated. */
char *xstrndup(const char *s, size_t n) __attribute__((malloc, returns_nonnull));
char *xasprintf(const char *fmt, ...) PRINTF_LIKE(1, 2) __attribute__((malloc, returns_nonnull));

/* Pages that nothing is on any more go back to the system, where it can be asked to: after much was freed at once.
 * It looks at all that is free: a millisecond. */
void memory_give_back(void);

#ifdef SOUK_TESTING
/* The n-th allocation from now on (1: the next) fails as if memory were out; 0: none does. */
void alloc_fail_after(unsigned n);
#endif

/* Called once before the process ends by alloc failure or BUG(); NULL for none. */
void fatal_hook(void (*hook)(void));

/* Report on stderr "souk: bug: FILE:LINE: text", run the hook, abort(). */
#define BUG(...) bug_at(__FILE__, __LINE__, __VA_ARGS__)
void bug_at(const char *file, int line, const char *fmt, ...) PRINTF_LIKE(3, 4) NORETURN;

#endif
