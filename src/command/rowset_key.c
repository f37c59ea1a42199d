/* SPDX-License-Identifier: MIT */
/*
 * rowset_key.c - one row by its key: going there, and whole values, in pieces.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "db/reply.h"
#include "domain/rowkey.h"
#include "rowset_priv.h"

bool rowset_has_columns(const struct rowset *r, struct err *err)
{
	if (r->phase == PHASE_OPEN && !r->all_columns)
		return true;
	return err_set(err, ERR_FAILED, r->def->name, "nothing has been fetched yet");
}

enum { ALL_COLUMNS = -1 };

/* The statement for one row: all its columns if the filters in force let it be seen, or one of
 * them whole whatever they say. */
static void compose_one(const struct rowset *r, const char *const *values, int col,
			struct buf *sql, struct params *params)
{
	struct page_request req;
	struct request_parts parts;
	struct asked_filter *equal = xcalloc(r->key.len, sizeof *equal);

	request_build(r, &req, &parts, col != ALL_COLUMNS);
	if (col != ALL_COLUMNS) {
		req.nfilters = r->narrow.len;
		req.columns = &parts.columns[col];
		req.ncolumns = 1;
	}
	parts.filters =
		xreallocarray(parts.filters, req.nfilters + r->key.len, sizeof *parts.filters);
	req.filters = parts.filters;
	for (size_t i = 0; i < r->key.len; i++) {
		asked_filter_new(&equal[i], "");
		ask_equal(r, &equal[i], r->cols.v[r->key.v[i]].def.name, values[i]);
		parts.filters[req.nfilters++] =
			(struct filter_sql){ equal[i].sql.data, &equal[i].params };
	}
	req.limit = 1;
	page_compose(sql, params, session_sql(r->session), &req);
	for (size_t i = 0; i < r->key.len; i++)
		asked_filter_release(&equal[i]);
	free(equal);
	request_parts_release(&parts);
}

/* One of its columns comes in pieces, as a stream, and no more than `most` characters of it and
 * one. */
static void send_one(struct rowset *r, const char *const *values, int col, size_t most,
		     const struct request_callbacks *cb, const void *owner)
{
	struct params params = PARAMS_INIT;
	struct buf sql = BUF_INIT, pieces = BUF_INIT;
	struct txn *txn = rowset_txn(r, USE_READ);

	compose_one(r, values, col, &sql, &params);
	if (col == ALL_COLUMNS) {
		txn_add(txn, sql.data, &params);
	} else {
		char number[16] = "";
		const struct sqlvar v[] = { { "column", r->cols.v[col].def.name },
					    { "page", sql.data },
					    { "most", number } };

		if (most < INT_MAX)
			snprintf(number, sizeof number, "$%d",
				 params_int(&params, (int64_t)most + 1));
		sql_fragment(&pieces, session_sql(r->session),
			     most < INT_MAX ? "page.beginning" : "page.pieces", v,
			     ARRAY_SIZE(v));
		txn_stream(txn, txn_add(txn, pieces.data, &params));
	}
	buf_release(&pieces);
	db_send(session_db(r->session), DB_READ, txn, cb, owner);
	params_release(&params);
	buf_release(&sql);
}

/* ---- going to a key ---- */

struct going {
	struct rowset *r;
	unsigned jump;
	char *key; /* as it was typed */
};

static void going_release(void *ctx)
{
	struct going *g = ctx;

	free(g->key);
	free(g);
}

/* Its values in the order of the sort, if the sort has no other columns; else NULL. */
static const char **key_as_anchor(const struct rowset *r, char **values, size_t *n)
{
	struct order *order = effective_order(r, n);
	const char **anchor = xcalloc(*n + 1, sizeof *anchor);

	for (size_t i = 0; i < *n && anchor; i++) {
		size_t k = 0;
		while (k < r->key.len && r->key.v[k] != order[i].col)
			k++;
		if (k < r->key.len) {
			anchor[i] = values[k];
		} else {
			free(anchor);
			anchor = NULL;
		}
	}
	free(order);
	return anchor;
}

static void going_done(void *ctx, const struct txn_result *result)
{
	const struct going *g = ctx;
	struct rowset *r = g->r;
	const struct reply *reply = result->err.kind ? NULL : result->replies[0];
	size_t n;

	if (g->jump != r->jump.id)
		return;
	if (!reply && rowset_asking(r)) {
		question_failed(r, &result->err, false);
		return;
	}
	if (!reply) {
		jump_fail(r, &result->err);
		return;
	}
	if (reply_rows(reply) == 0 && rowset_asking(r)) {
		r->jump.asking = false;
		fetch_start(r, FETCH_FIRST, r->height);
		return;
	}
	if (reply_rows(reply) == 0) {
		jump_miss(r);
		err_set(&r->err, ERR_FAILED, g->key, "no row with this key is to be seen here");
		rowset_tell(r, ROWSET_STATE);
		return;
	}
	struct order *order = effective_order(r, &n);
	const char **anchor = xcalloc(n + 1, sizeof *anchor);
	int *beginnings = xcalloc(n + 1, sizeof *beginnings);
	for (size_t i = 0; i < n; i++) {
		bool binary;
		int cut = source_cut(r, order[i].col, &binary);
		anchor[i] = reply_text(reply, 0, order[i].col);
		beginnings[i] = cell_beginning(binary ? -cut : cut, anchor[i],
					       reply_length(reply, 0, order[i].col));
	}
	fetch_goto(r, anchor, beginnings, n);
	percent_position(r, anchor[0]);
	free(anchor);
	free(beginnings);
	free(order);
}

/* How many of the key's columns, from its first one on, the order begins with. */
static size_t key_leads(const struct rowset *r)
{
	size_t n, k = 0;
	struct order *order = effective_order(r, &n);

	while (k < n && k < r->key.len && order[k].col == r->key.v[k])
		k++;
	free(order);
	return k;
}

/* Who knows only the beginning of a key goes to the first row with it, where rows stand in the
 * key's order. */
static bool goto_beginning(struct rowset *r, const char *key, char **values)
{
	struct err none = ERR_INIT;
	bool ok = false;

	for (size_t n = key_leads(r); n > 0 && !ok; n--) {
		if (n == r->key.len || !rowkey_parse(key, values, n, &none))
			continue;
		ok = values[0] != NULL;
		if (ok) {
			err_clear(&r->err);
			jump_begin(r);
			fetch_goto(r, (const char *const *)values, NULL, n);
			percent_position(r, values[0]);
		}
		for (size_t i = 0; i < n; i++)
			free(values[i]);
	}
	err_release(&none);
	return ok;
}

static bool not_a_key(const struct rowset *r, struct err *err)
{
	struct buf names = BUF_INIT;

	for (size_t i = 0; i < r->key.len; i++)
		buf_addf(&names, "%s%s", i ? "," : "", r->cols.v[r->key.v[i]].def.name);
	err_hint(err, "a key here is %s; a value that holds a comma stands in double quotes",
		 names.data);
	buf_release(&names);
	return false;
}

static void go_to_key(struct rowset *r, const char *key, char **values)
{
	size_t n;
	const char **anchor = key_as_anchor(r, values, &n);

	if (anchor) {
		fetch_goto(r, anchor, NULL, n);
		percent_position(r, anchor[0]);
	} else {
		struct going *g = xcalloc(1, sizeof *g);
		const struct request_callbacks cb = { .done = going_done,
						      .release = going_release,
						      .ctx = g };
		*g = (struct going){ .r = r, .jump = r->jump.id, .key = xstrdup(key) };
		r->jump.asking = true;
		send_one(r, (const char *const *)values, ALL_COLUMNS, 0, &cb, r);
	}
	free(anchor);
}

static void free_values(const struct rowset *r, char **values)
{
	for (size_t i = 0; i < r->key.len; i++)
		free(values[i]);
	free(values);
}

bool key_here(struct rowset *r)
{
	struct err none = ERR_INIT;
	char *key = r->here.key, **values = xcalloc(r->key.len + 1, sizeof *values);
	/* Where a page far away is dear, nobody asked for one. */
	bool ok =
		key && !types_sort_is_walked(r) && rowkey_parse(key, values, r->key.len, &none);

	r->here.key = NULL;
	if (ok) {
		go_to_key(r, key, values);
		free_values(r, values);
	} else {
		here_forget(r);
		free(values);
	}
	free(key);
	err_release(&none);
	return ok;
}

bool rowset_goto(struct rowset *r, const char *key, struct err *err)
{
	if (!rowset_has_columns(r, err))
		return false;
	if (r->key.len == 0)
		return err_set(err, ERR_FAILED, r->def->name, "its rows have no key to go to");
	char **values = xcalloc(r->key.len, sizeof *values);
	if (!rowkey_parse(key, values, r->key.len, err)) {
		bool ok = goto_beginning(r, key, values);

		free(values);
		if (ok)
			err_clear(err);
		return ok || not_a_key(r, err);
	}
	err_clear(&r->err);
	rowset_tell(r, ROWSET_STATE);
	jump_begin(r);
	go_to_key(r, key, values);
	free_values(r, values);
	return true;
}

/* ---- a whole value ---- */

struct whole {
	rowset_whole_fn *fn;
	void *ctx;
	struct longtext *text; /* NULL: nothing has come, or SQL NULL */
	bool there;
	size_t most;
	struct err err; /* why it could not be kept */
};

static bool within(const struct longtext *text, size_t most, struct err *err)
{
	return !text || longtext_len(text) <= most ||
	       err_set(err, ERR_FAILED, NULL, "the value is too long (more than %zu bytes)",
		       most);
}

static bool whole_piece(void *ctx, int index UNUSED, const struct reply *rows)
{
	struct whole *w = ctx;

	for (size_t i = 0; i < reply_rows(rows); i++) {
		w->there = true;
		if (reply_null(rows, i, 0))
			continue;
		if (!w->text)
			w->text = longtext_new();
		if (!longtext_add(w->text, reply_text(rows, i, 0), reply_length(rows, i, 0),
				  &w->err) ||
		    !within(w->text, w->most, &w->err))
			return false;
	}
	return true;
}

static void whole_done(void *ctx, const struct txn_result *result)
{
	struct whole *w = ctx;
	struct longtext *text = w->text;

	if (!w->err.kind && result->err.kind)
		err_copy(&w->err, &result->err);
	else if (!w->err.kind && !w->there)
		err_set(&w->err, ERR_FAILED, NULL, "the row is not there any more");
	w->text = NULL;
	if (w->err.kind)
		longtext_free(&text);
	w->fn(w->ctx, text, w->err.kind ? &w->err : NULL);
}

static void whole_release(void *ctx)
{
	struct whole *w = ctx;

	longtext_free(&w->text);
	err_release(&w->err);
	free(w);
}

/* What is here already. */
static void whole_at_once(const char *text, size_t len, rowset_whole_fn *fn, void *ctx)
{
	struct err err = ERR_INIT;
	struct longtext *copy = text ? longtext_of(text, len, &err) : NULL;

	fn(ctx, copy, err.kind ? &err : NULL);
	err_release(&err);
}

static void whole_of_spool(struct rowset *r, size_t row, size_t col, size_t most,
			   rowset_whole_fn *fn, void *ctx)
{
	struct err err = ERR_INIT;
	struct longtext *text = NULL;

	if (spool_cell(r->spool, r->spool_at + row, col, &text, &err) &&
	    within(text, most, &err)) {
		fn(ctx, text, NULL);
	} else {
		longtext_free(&text);
		fn(ctx, NULL, &err);
	}
	err_release(&err);
}

void rowset_whole(struct rowset *r, size_t row, size_t col, rowset_whole_fn *fn, void *ctx)
{
	rowset_whole_within(r, row, col, SIZE_MAX, fn, ctx);
}

void rowset_whole_within(struct rowset *r, size_t row, size_t col, size_t most,
			 rowset_whole_fn *fn, void *ctx)
{
	struct err err = ERR_INIT;
	bool cut;
	size_t len;
	const char *text = rowset_cell(r, row, col, &len, &cut);

	if (!cut) { /* a masked one is never cut */
		whole_at_once(text, len, fn, ctx);
	} else if (r->spooled) {
		whole_of_spool(r, row, col, most, fn, ctx);
	} else if (r->key.len == 0) {
		err_set(&err, ERR_FAILED, r->def->name,
			"its rows have no key, so the rest of a long value cannot be fetched");
		fn(ctx, NULL, &err);
	} else {
		struct whole *w = xcalloc(1, sizeof *w);
		const struct request_callbacks cb = { .done = whole_done,
						      .on_rows = whole_piece,
						      .release = whole_release,
						      .ctx = w };
		const char **values = xcalloc(r->key.len, sizeof *values);
		*w = (struct whole){ .fn = fn, .ctx = ctx, .most = most };
		for (size_t i = 0; i < r->key.len; i++)
			values[i] = window_text(r, row, r->key.v[i]);
		send_one(r, values, (int)col, most, &cb, ctx);
		free(values);
	}
	err_release(&err);
}

void rowset_forget(struct rowset *r, const void *ctx)
{
	db_forget(session_db(r->session), ctx);
}
