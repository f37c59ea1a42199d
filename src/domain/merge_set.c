/* SPDX-License-Identifier: MIT */
/* Three-way merge of array literals as sets. */
#include <stdint.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "domain/pgarray.h"
#include "merge_list.h"
#include "merge_priv.h"

enum { SIDES = 3 };

struct merger {
	struct pgarray side[SIDES], out;
};

/* NULL and the text 'NULL' are different elements: a letter in front tells them apart. */
static struct list keys_of(const struct pgarray *a)
{
	char **keys = xcalloc(a->len, sizeof *keys);

	for (size_t i = 0; i < a->len; i++)
		keys[i] = a->v[i] ? xasprintf("=%s", a->v[i]) : xstrdup("N");
	return (struct list){ (const char *const *)keys, a->len };
}

static void free_keys(struct list *l)
{
	for (size_t i = 0; i < l->len; i++)
		free((char *)(uintptr_t)l->v[i]);
	free((void *)(uintptr_t)l->v);
}

static void emit(void *ctx, int side, size_t i)
{
	struct merger *m = ctx;

	pgarray_append(&m->out, m->side[side].v[i]);
}

char *merge_set(const struct three *x)
{
	/* No array is as good as an empty one to add to. */
	const char *texts[SIDES] = { x->base ? x->base : "{}", x->theirs, x->mine };
	struct list lists[SIDES] = { 0 };
	struct buf result = BUF_INIT;
	struct merger m = { 0 };
	bool ok = true;

	for (int s = 0; s < SIDES; s++) {
		ok = pgarray_parse(&m.side[s], texts[s]) && ok;
		lists[s] = keys_of(&m.side[s]);
	}
	ok = ok && merge_list(lists, LIST_SET, emit, &m);
	if (ok)
		pgarray_write(&result, &m.out);
	for (int s = 0; s < SIDES; s++) {
		free_keys(&lists[s]);
		pgarray_release(&m.side[s]);
	}
	pgarray_release(&m.out);
	return ok ? buf_detach(&result) : NULL;
}
