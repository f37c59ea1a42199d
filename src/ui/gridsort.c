/* SPDX-License-Identifier: MIT */
/*
 * gridsort.c - the order of a grid's rows: chosen by its columns, told above them.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "grid_priv.h"

/* The column of this name, its index of display; -1: none that is there. */
static int named(const struct grid *g, const char *name)
{
	for (size_t i = 0; i < g->cols.v.len; i++)
		if (strcmp(g->ops->column(g->p, g->cols.v.v[i].source)->name, name) == 0)
			return (int)i;
	return -1;
}

/* ---- told ---- */

/* Is it the same in every row: by the scope, the record above, what the screen is narrowed to? */
static bool alike(const struct screen *s, const struct gridcol *c)
{
	const struct grid *g = s->data;
	const struct screen_column *def = g->ops->column(g->p, c->source);
	const char *const *where = s->place ? s->place->where : NULL;
	size_t len = strlen(def->name);

	if ((def->alone && g->cols.part) || (def->tenant && c->unasked))
		return true;
	while (where && *where && (strncmp(*where, def->name, len) != 0 || (*where)[len] != '='))
		where++;
	return where && *where;
}

/* Nobody chose it. */
static bool own_order(const struct screen *s)
{
	const struct grid *g = s->data;

	return s->def->order && strcmp(rowset_sort_text(g->rows), s->def->order) == 0;
}

/* How many columns of the sort in force are told, above the columns and in the header.  What nobody
 * sees is told where somebody chose it: a screen's own order is told as far as it can be seen. */
static size_t told_sort(const struct screen *s)
{
	const struct grid *g = s->data;
	bool own = own_order(s);
	struct sort_part part;
	size_t n;

	for (n = 0; rowset_sort_part(g->rows, n, &part); n++) {
		int at = own ? named(g, part.column) : -1;

		if (at >= 0 && g->cols.v.v[at].hidden && !alike(s, &g->cols.v.v[at]))
			break;
	}
	return n;
}

char grid_sorted_by(const struct screen *s, const struct gridcol *c)
{
	const struct grid *g = s->data;
	const char *name = g->ops->column(g->p, c->source)->name;
	size_t told = g->rows ? told_sort(s) : 0;
	struct sort_part part;

	for (size_t i = 0; i < told && rowset_sort_part(g->rows, i, &part); i++)
		if (strcmp(part.column, name) == 0)
			return part.descending ? '-' : '+';
	return 0;
}

void grid_tell_sort(const struct screen *s, struct buf *out)
{
	const struct grid *g = s->data;
	size_t told = told_sort(s);
	bool own = own_order(s);
	struct sort_part part;

	for (size_t i = 0; i < told && rowset_sort_part(g->rows, i, &part); i++) {
		int at = named(g, part.column);
		const struct gridcol *c = at < 0 ? NULL : &g->cols.v.v[at];

		if (own && c && c->hidden)
			continue;
		buf_addf(out, "%s%s%s%s", out->len ? ", " : "sort ", part.descending ? "-" : "",
			 c ? column_title(g->ops->column(g->p, c->source)) : part.column,
			 part.nulls);
	}
}

/* ---- chosen ---- */

/* The first column of the sort in force, its index of display; -1: none of the shown ones. */
static int sorted_column(const struct grid *g, bool *down)
{
	struct sort_part first;

	if (!rowset_sort_part(g->rows, 0, &first))
		return -1;
	*down = first.descending;
	return named(g, first.column);
}

static const char *name_at(const struct grid *g, int at)
{
	return g->ops->column(g->p, g->cols.v.v[at].source)->name;
}

static bool sort_by(struct grid *g, int at, bool down, struct err *err)
{
	struct buf spec = BUF_INIT;
	bool ok;

	rowset_sort_add(&spec, name_at(g, at), down);
	ok = rowset_sort(g->rows, spec.data, err);
	buf_release(&spec);
	return ok;
}

static int step_column(const struct grid *g, int from, int by)
{
	int n = (int)g->cols.v.len;

	for (int at = from + by; at >= 0 && at < n; at += by)
		if (!g->cols.v.v[at].hidden)
			return at;
	return from;
}

/* Behind those of the sort in force; the other way round if it is there already. */
static bool sort_also(struct grid *g, struct err *err)
{
	const char *name = g->ops->column(g->p, gridcols_source(&g->cols))->name;
	struct buf spec = BUF_INIT;
	struct sort_part part;
	bool there = false, ok;

	for (size_t i = 0; rowset_sort_part(g->rows, i, &part); i++) {
		bool same = strcmp(part.column, name) == 0;

		there = there || same;
		rowset_sort_add(&spec, part.column, part.descending != same);
		buf_adds(&spec, same ? "" : part.nulls);
	}
	if (!there)
		rowset_sort_add(&spec, name, false);
	ok = rowset_sort(g->rows, spec.data, err);
	buf_release(&spec);
	return ok;
}

/* next, previous, invert, this, add: by the column under the mark or the cursor. */
static bool sort_word(struct grid *g, const char *word, bool *ok, struct err *err)
{
	bool down = false;
	int at = sorted_column(g, &down), cursor = (int)g->cols.cursor;

	if (strcmp(word, "invert") == 0)
		*ok = at < 0 || sort_by(g, at, !down, err);
	else if (strcmp(word, "next") == 0)
		*ok = sort_by(g, at < 0 ? 0 : step_column(g, at, 1), false, err);
	else if (strcmp(word, "previous") == 0)
		*ok = sort_by(g, at < 0 ? 0 : step_column(g, at, -1), false, err);
	else if (strcmp(word, "this") == 0)
		*ok = sort_by(g, cursor, at == cursor && !down, err);
	else if (strcmp(word, "add") == 0)
		*ok = sort_also(g, err);
	else
		return false;
	return true;
}

bool grid_sort(struct grid *g, const char *const *words, struct err *err)
{
	struct buf spec = BUF_INIT;
	bool ok;

	if (!words || !words[0])
		return rowset_sort(g->rows, "", err);
	if (!g->cols.v.len)
		return err_set(err, ERR_FAILED, "sort", "its columns are not known yet");
	if (!words[1] && sort_word(g, words[0], &ok, err))
		return ok;
	for (size_t i = 0; words[i]; i++)
		buf_addf(&spec, "%s%s", i ? " " : "", words[i]);
	ok = rowset_sort(g->rows, spec.data, err);
	buf_release(&spec);
	return ok;
}
