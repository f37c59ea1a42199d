/* SPDX-License-Identifier: MIT */
#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/map.h"

/* One page with malloc's own header; large things get a block of their own. */
enum { BLOCK = 4096 - 64 };
/* Of the table of texts: entry and slots of one, as they are on average. */
enum { ENTRY = 48 };

struct block {
	struct block *next;
	size_t size, used;
	alignas(max_align_t) char data[];
};

struct arena {
	struct block *head; /* the one that is filled; full ones behind it */
	struct map *interned;
	size_t bytes;
};

struct arena *arena_new(void)
{
	struct arena *a = xcalloc(1, sizeof *a);

	a->bytes = sizeof *a;
	return a;
}

void arena_free(struct arena **a)
{
	if (!*a)
		return;
	for (struct block *b = (*a)->head, *next; b; b = next) {
		next = b->next;
		free(b);
	}
	map_free(&(*a)->interned);
	free(*a);
	*a = NULL;
}

static struct block *add_block(struct arena *a, size_t size)
{
	struct block *b;

	if (size > SIZE_MAX - sizeof *b)
		BUG("an arena block of %zu bytes", size);
	b = xcalloc(1, sizeof *b + size);
	b->size = size;
	a->bytes += sizeof *b + size;
	/* A big block goes behind the one that still has room. */
	if (a->head && size > BLOCK) {
		b->next = a->head->next;
		a->head->next = b;
	} else {
		b->next = a->head;
		a->head = b;
	}
	return b;
}

static void *take(struct arena *a, size_t size, size_t align)
{
	struct block *b = a->head;
	size_t start = b ? (b->used + align - 1) & ~(align - 1) : 0;

	if (!b || start > b->size || size > b->size - start) {
		b = add_block(a, size > BLOCK ? size : BLOCK);
		start = 0;
	}
	b->used = start + size;
	return b->data + start;
}

void *arena_alloc(struct arena *a, size_t size)
{
	return take(a, size ? size : 1, alignof(max_align_t));
}

void *arena_array(struct arena *a, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / size)
		BUG("an array of %zu times %zu bytes", n, size);
	return arena_alloc(a, n * size);
}

char *arena_strdup(struct arena *a, const char *s)
{
	return s ? arena_strndup(a, s, strlen(s)) : NULL;
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
	size_t len = strnlen(s, n);
	char *copy = take(a, len + 1, 1);

	memcpy(copy, s, len);
	return copy;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap, again;
	char *s;
	int len;

	va_start(ap, fmt);
	va_copy(again, ap);
	len = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (len < 0)
		BUG("bad format: %s", fmt);
	s = take(a, (size_t)len + 1, 1);
	vsnprintf(s, (size_t)len + 1, fmt, again);
	va_end(again);
	return s;
}

const char *arena_intern(struct arena *a, const char *s)
{
	const char *known;
	char *copy;

	if (!a->interned)
		a->interned = map_new_borrowing();
	known = map_get(a->interned, s);
	if (known)
		return known;
	copy = arena_strdup(a, s);
	map_set(a->interned, copy, copy);
	a->bytes += ENTRY;
	return copy;
}

void arena_settle(struct arena *a)
{
	if (a->interned)
		a->bytes -= ENTRY * map_len(a->interned);
	map_free(&a->interned);
}

size_t arena_bytes(const struct arena *a)
{
	return a->bytes;
}
