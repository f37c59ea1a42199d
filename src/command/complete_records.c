/* SPDX-License-Identifier: MIT */
/*
 * complete_records.c - the records of a screen: of the key that was typed, and what the screen's
 * search finds.  They are pages of a rowset, so scope, masks and policies hold as they do on the
 * screen; a search that no index serves is not made.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "complete_priv.h"
#include "domain/rowkey.h"

enum { RECORDS_MAX = 20, TYPING_MS = 120, NOTE_COLUMNS = 3 };

struct records {
	struct session *session;
	const struct screendef *def;
	bool beside;
	struct rowset *found, *exact; /* what is searched; the one of this key, or NULL */
	struct loop_timer *typing;
	char *text;
	struct candidates *list;
	records_fn *fn;
	void *ctx;
	size_t wanted; /* filters that found has when it is searched */
	bool told;
};

/* What people call it: the first columns that are shown, but the key's own. */
static void describe(struct buf *note, const struct rowset *r, size_t row, const char *key)
{
	int n = 0;

	for (size_t i = 0; i < rowset_columns(r) && n < NOTE_COLUMNS; i++) {
		size_t len;
		bool cut;
		const char *cell = rowset_cell(r, row, i, &len, &cut);

		if (!cell || !len || rowset_column(r, i)->hidden || rowset_masked(r, i) ||
		    strcmp(cell, key) == 0)
			continue;
		buf_addf(note, "%s%.*s", n++ ? ", " : "", (int)len, cell);
		if (cut)
			buf_adds(note, utf8_cut_mark());
	}
}

/* The tenant's part of a key may be left out where one tenant is chosen, and says nothing then. */
static bool tenants(const struct records *q, const char *column)
{
	const struct profile *p = session_profile(q->session);
	const struct catalog *cat = session_catalog(q->session);
	struct err ignored = ERR_INIT;
	const struct relation *r = p && cat && q->def && q->def->relation
					   ? catalog_find(cat, q->def->relation, &ignored)
					   : NULL;
	const struct relation_profile *rp = r ? profile_relation(p, r->oid) : NULL;
	const struct column *c = r ? relation_column(r, column) : NULL;

	err_release(&ignored);
	return c && rp && rp->tenant_attnum == c->attnum &&
	       session_tenant(q->session)->kind == TENANT_ONE;
}

/* The key as commands take it; of rows that are in front as these know it. */
static void key_of(struct buf *out, const struct records *q, const struct rowset *r, size_t row)
{
	const char *const *names = q->beside || !q->def ? NULL : q->def->key;
	VEC(const char *) values = VEC_INIT;
	bool whole = true;

	for (; names && *names; names++) {
		const char *cell = NULL;
		size_t len;
		bool cut = true;

		for (size_t i = 0; i < rowset_columns(r); i++)
			if (strcmp(rowset_column(r, i)->name, *names) == 0)
				cell = rowset_cell(r, row, i, &len, &cut);
		whole = whole && cell && !cut;
		if (!tenants(q, *names))
			*VEC_PUSH(&values) = cell;
	}
	if (values.len && whole)
		rowkey_format(out, values.v, values.len);
	else
		buf_adds(out, rowset_key(r, row));
	VEC_RELEASE(&values);
}

static void add_rows(const struct records *q, const struct rowset *r)
{
	for (size_t i = 0; r && i < rowset_len(r) && i < RECORDS_MAX; i++) {
		struct buf key = BUF_INIT, note = BUF_INIT;

		key_of(&key, q, r, i);
		describe(&note, r, i, key.data);
		candidates_add(q->list, key.data, note.data);
		buf_release(&key);
		buf_release(&note);
	}
}

/* Nothing is waited for: rows are there, or it failed, or it would cost too much.  What the
 * columns are must be known before a search is in force. */
static bool over(const struct rowset *r, size_t filters)
{
	return !r || rowset_error(r) ||
	       (!rowset_loading(r) && !rowset_asking(r) && rowset_filters(r) >= filters);
}

static void tell(struct records *q, struct rowset *too_much)
{
	const struct rowset *found = q->found == too_much ? NULL : q->found;

	if (q->told || !over(found, q->wanted) || !over(q->exact, 0))
		return;
	q->told = true;
	/* The server matched by name too, so what it found counts whatever it begins with. */
	candidates_any(q->list);
	add_rows(q, q->exact);
	add_rows(q, found);
	q->fn(q->ctx);
}

static void on_found(void *ctx, enum rowset_event event)
{
	struct records *q = ctx;

	tell(q, event == ROWSET_COST ? q->found : NULL);
}

static void on_exact(void *ctx, enum rowset_event event UNUSED)
{
	tell(ctx, NULL);
}

/* A number is a key before it is a part of a name. */
static void look_exactly(struct records *q)
{
	const char *const keys[] = { q->text, NULL };
	struct err ignored = ERR_INIT;

	if (!*q->text || q->text[strspn(q->text, "0123456789")] || !rowset_has_key(q->found))
		return;
	q->exact = rowset_pick(q->found, keys, 1, on_exact, q, &ignored);
	if (q->exact)
		rowset_resize(q->exact, 1);
	err_release(&ignored);
}

static void search(void *ctx)
{
	struct records *q = ctx;
	struct err err = ERR_INIT;

	look_exactly(q);
	q->wanted = rowset_filters(q->found) + (*q->text != '\0');
	if (*q->text && !rowset_search(q->found, q->text, &err))
		rowset_free(&q->found); /* it has no texts */
	else
		rowset_resize(q->found, RECORDS_MAX);
	err_release(&err);
	tell(q, NULL);
}

struct records *records_search(struct session *s, const struct screendef *def,
			       const struct rowset *beside, const char *text,
			       struct candidates *list, records_fn *fn, void *ctx)
{
	struct records *q = xcalloc(1, sizeof *q);
	struct err ignored = ERR_INIT;
	bool homeless = def && def->scope == SCOPE_TENANT &&
			session_tenant(s)->kind == TENANT_NONE;

	*q = (struct records){
		.session = s,
		.def = def,
		.beside = beside != NULL,
		.list = list,
		.fn = fn,
		.ctx = ctx,
	};
	if (beside)
		q->found = rowset_copy(beside, on_found, q, &ignored);
	else if (def && !homeless && (def->query || def->relation))
		q->found = rowset_new(s, def, NULL, on_found, q, &ignored);
	err_release(&ignored);
	if (!q->found) {
		free(q);
		return NULL;
	}
	/* Who presses Enter does not wait for what was looked up while typing. */
	rowset_beside(q->found);
	q->text = xstrdup(text);
	q->typing = loop_timer_new(session_loop(s), search, q);
	loop_timer_start(q->typing, TYPING_MS, 0);
	return q;
}

void records_free(struct records **qp)
{
	struct records *q = *qp;

	*qp = NULL;
	if (!q)
		return;
	loop_timer_free(&q->typing);
	rowset_free(&q->exact);
	rowset_free(&q->found);
	free(q->text);
	free(q);
}
