/* SPDX-License-Identifier: MIT */
#include "base/alloc.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

/* The one piece of state that must be reachable from a failing malloc. */
static void (*exit_hook)(void);

void fatal_hook(void (*hook)(void))
{
	exit_hook = hook;
}

void memory_give_back(void)
{
#ifdef __GLIBC__
	malloc_trim(0);
#endif
}

/* The hook may fail in its turn: it is taken off before it runs, so it runs once. */
static void run_hook(void)
{
	void (*hook)(void) = exit_hook;

	exit_hook = NULL;
	if (hook)
		hook();
}

static void NORETURN out_of_memory(size_t size)
{
	run_hook();
	fprintf(stderr, "souk: out of memory (asked for %zu bytes)\n", size);
	exit(EXIT_FAILURE);
}

void bug_at(const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	run_hook();
	fprintf(stderr, "souk: bug: %s:%d: ", file, line);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	abort();
}

#ifdef SOUK_TESTING
static unsigned fail_after;

void alloc_fail_after(unsigned n)
{
	fail_after = n;
}

static bool fails_now(void)
{
	return fail_after && --fail_after == 0;
}
#else
static bool fails_now(void)
{
	return false;
}
#endif

void *xmalloc(size_t size)
{
	void *p = fails_now() ? NULL : malloc(size ? size : 1);

	if (!p)
		out_of_memory(size);
	return p;
}

void *xcalloc(size_t n, size_t size)
{
	void *p = fails_now() ? NULL : calloc(n ? n : 1, size ? size : 1);

	if (!p)
		out_of_memory(n > SIZE_MAX / (size ? size : 1) ? SIZE_MAX : n * size);
	return p;
}

void *xrealloc(void *p, size_t size)
{
	void *bigger = fails_now() ? NULL : realloc(p, size ? size : 1);

	if (!bigger)
		out_of_memory(size);
	return bigger;
}

void *xreallocarray(void *p, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / size)
		out_of_memory(SIZE_MAX);
	return xrealloc(p, n * size);
}

char *xstrdup(const char *s)
{
	return xstrndup(s, strlen(s));
}

char *xstrdup_null(const char *s)
{
	return s ? xstrdup(s) : NULL;
}

char *xstrndup(const char *s, size_t n)
{
	size_t len = strnlen(s, n);
	char *copy = xmalloc(len + 1);

	memcpy(copy, s, len);
	copy[len] = '\0';
	return copy;
}

char *xasprintf(const char *fmt, ...)
{
	va_list ap, again;
	int len;
	char *s;

	va_start(ap, fmt);
	va_copy(again, ap);
	len = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (len < 0)
		BUG("bad format: %s", fmt);
	s = xmalloc((size_t)len + 1);
	vsnprintf(s, (size_t)len + 1, fmt, again);
	va_end(again);
	return s;
}
