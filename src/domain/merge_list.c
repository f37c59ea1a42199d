/* SPDX-License-Identifier: MIT */
#include "merge_list.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/map.h"

enum { BASE, THEIRS, MINE, SIDES };

/* How one side looks against base. */
struct aligned {
	size_t *gap;   /* per element: it stands after so many of base's elements … */
	bool *added;   /* … and is new */
	bool *removed; /* per element of base */
};

struct lists {
	const struct list *list;
	struct aligned side[SIDES];
};

static bool has_twins(const struct list *l)
{
	struct map *seen = map_new(NULL);
	bool twins = false;

	for (size_t i = 0; i < l->len && !twins; i++) {
		twins = map_has(seen, l->v[i]);
		map_set(seen, l->v[i], NULL);
	}
	map_free(&seen);
	return twins;
}

/* Each element that comes next in base is base's; all others are new. */
static bool align_added(const struct list *base, const struct list *l, struct aligned *to)
{
	size_t next = 0;

	for (size_t i = 0; i < l->len; i++) {
		to->added[i] = next == base->len || strcmp(l->v[i], base->v[next]) != 0;
		next += !to->added[i];
		to->gap[i] = next;
	}
	return next == base->len;
}

/* No element twice: an element is base's if base has it.  False if base's order is disturbed. */
static bool align_set(const struct list *base, const struct list *l, struct aligned *to)
{
	struct map *places = map_new(NULL);
	bool ordered = true;
	size_t next = 0;

	for (size_t i = 0; i < base->len; i++)
		map_set(places, base->v[i], (void *)(uintptr_t)(i + 1));
	memset(to->removed, true, base->len);
	for (size_t i = 0; i < l->len && ordered; i++) {
		size_t place = (uintptr_t)map_get(places, l->v[i]);

		to->added[i] = place == 0;
		if (place) {
			ordered = place > next;
			next = place;
			to->removed[place - 1] = false;
		}
		to->gap[i] = next;
	}
	map_free(&places);
	return ordered;
}

/* What they added and I added too: how often is it still to be left out of mine? */
static struct map *count_added(const struct lists *x)
{
	const struct list *theirs = &x->list[THEIRS];
	struct map *counts = map_new(NULL);

	for (size_t i = 0; i < theirs->len; i++)
		if (x->side[THEIRS].added[i]) {
			uintptr_t n = (uintptr_t)map_get(counts, theirs->v[i]);

			map_set(counts, theirs->v[i], (void *)(n + 1));
		}
	return counts;
}

/* Base's first element from i on that both kept; base's end if there is none. */
static size_t next_kept(const struct lists *x, size_t i)
{
	while (i < x->list[BASE].len && (x->side[THEIRS].removed[i] || x->side[MINE].removed[i]))
		i++;
	return i;
}

static void emit_all(const struct lists *x, void (*emit)(void *ctx, int side, size_t i), void *ctx)
{
	struct map *twice = count_added(x);
	size_t at[SIDES] = { 0 }, kept;

	for (size_t from = 0; from <= x->list[BASE].len; from = kept + 1) {
		kept = next_kept(x, from);
		for (int s = THEIRS; s < SIDES; s++)
			for (; at[s] < x->list[s].len && x->side[s].gap[at[s]] <= kept; at[s]++) {
				const char *text = x->list[s].v[at[s]];
				uintptr_t n = s == MINE ? (uintptr_t)map_get(twice, text) : 0;

				if (n)
					map_set(twice, text, (void *)(n - 1));
				else if (x->side[s].added[at[s]])
					emit(ctx, s, at[s]);
			}
		if (kept < x->list[BASE].len)
			emit(ctx, BASE, kept);
	}
	map_free(&twice);
}

bool merge_list(const struct list list[3], enum list_kind kind,
		void (*emit)(void *ctx, int side, size_t i), void *ctx)
{
	struct lists x = { .list = list };
	bool ok = true;

	for (int s = BASE; s < SIDES && kind == LIST_SET; s++)
		ok = ok && !has_twins(&list[s]);
	for (int s = THEIRS; s < SIDES; s++) {
		struct aligned *side = &x.side[s];

		side->gap = xcalloc(list[s].len, sizeof *side->gap);
		side->added = xcalloc(list[s].len, sizeof *side->added);
		side->removed = xcalloc(list[BASE].len, sizeof *side->removed);
		if (kind == LIST_SET)
			ok = ok && align_set(&list[BASE], &list[s], side);
		else
			ok = ok && align_added(&list[BASE], &list[s], side);
	}
	if (ok)
		emit_all(&x, emit, ctx);
	for (int s = THEIRS; s < SIDES; s++) {
		free(x.side[s].gap);
		free(x.side[s].added);
		free(x.side[s].removed);
	}
	return ok;
}
