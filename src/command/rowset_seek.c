/* SPDX-License-Identifier: MIT */
/*
 * rowset_seek.c - going to a key, and to N % of the whole.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "db/reply.h"
#include "domain/interpolate.h"
#include "domain/rowkey.h"
#include "rowset_priv.h"

struct seek {
	struct rowset *r;
	unsigned asked;
	char *what; /* the key as it was typed */
	double part;
	int histogram; /* index of its statement, -1: none */
	int ends;      /* … of the first row's; the last row's follows */
};

static void seek_release(void *ctx)
{
	struct seek *s = ctx;

	free(s->what);
	free(s);
}

static struct seek *seek_new(struct rowset *r, const char *what, double part)
{
	struct seek *s = xcalloc(1, sizeof *s);

	*s = (struct seek){
		.r = r, .asked = r->asked, .what = xstrdup(what), .part = part, .histogram = -1
	};
	return s;
}

static void send_seek(struct seek *s, struct txn *txn,
		      void (*done)(void *ctx, const struct txn_result *))
{
	const struct request_callbacks cb = { .done = done, .release = seek_release, .ctx = s };

	db_send(session_db(s->r->session), DB_READ, txn, &cb, s->r);
}

static bool not_open(const struct rowset *r, struct err *err)
{
	if (r->phase == PHASE_OPEN && !r->all_columns)
		return false;
	err_set(err, ERR_FAILED, r->def->name, "nothing has been fetched yet");
	return true;
}

/* ---- a key ---- */

/* Its values in the order of the sort, if the sort has no other columns; else NULL. */
static char **key_as_anchor(const struct rowset *r, char **values, size_t *n)
{
	struct order *order = effective_order(r, n);
	char **anchor = xcalloc(*n + 1, sizeof *anchor);

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

static void key_found(void *ctx, const struct txn_result *result)
{
	const struct seek *s = ctx;
	struct rowset *r = s->r;
	const struct reply *reply = result->err.kind ? NULL : result->replies[0];
	size_t n;

	if (s->asked != r->asked)
		return;
	if (!reply) {
		rowset_fail(r, &result->err);
		return;
	}
	if (reply_rows(reply) == 0) {
		err_set(&r->err, ERR_FAILED, s->what,
			"no row with this key is to be seen here");
		rowset_tell(r, ROWSET_STATE);
		return;
	}
	struct order *order = effective_order(r, &n);
	const char **anchor = xcalloc(n + 1, sizeof *anchor);
	for (size_t i = 0; i < n; i++)
		anchor[i] = reply_text(reply, 0, order[i].col);
	fetch_goto(r, anchor, n);
	free(anchor);
	free(order);
}

/* The filters in force, and the key. */
static void look_for(struct rowset *r, const char *key, char **values)
{
	struct page_request req;
	struct request_parts parts;
	struct params params = PARAMS_INIT, *one = xcalloc(r->key.len, sizeof *one);
	struct buf sql = BUF_INIT, *text = xcalloc(r->key.len, sizeof *text);
	struct txn *txn = rowset_txn(r, USE_READ);

	request_build(r, &req, &parts, false);
	parts.filters =
		xreallocarray(parts.filters, req.nfilters + r->key.len, sizeof *parts.filters);
	req.filters = parts.filters;
	for (size_t i = 0; i < r->key.len; i++) {
		struct sqlvar v = { "column", r->cols.v[r->key.v[i]].def.name };
		buf_init(&text[i]);
		params_init(&one[i]);
		sql_fragment(&text[i], session_sql(r->session), "page.equal", &v, 1);
		params_text(&one[i], values[i]);
		parts.filters[req.nfilters++] = (struct filter_sql){ text[i].data, &one[i] };
	}
	req.limit = 1;
	page_compose(&sql, &params, session_sql(r->session), &req);
	txn_add(txn, sql.data, &params);
	send_seek(seek_new(r, key, 0), txn, key_found);
	for (size_t i = 0; i < r->key.len; i++) {
		buf_release(&text[i]);
		params_release(&one[i]);
	}
	free(text);
	free(one);
	request_parts_release(&parts);
	params_release(&params);
	buf_release(&sql);
}

bool rowset_goto(struct rowset *r, const char *key, struct err *err)
{
	size_t n;

	if (not_open(r, err))
		return false;
	if (r->key.len == 0)
		return err_set(err, ERR_FAILED, r->def->name, "its rows have no key to go to");
	char **values = xcalloc(r->key.len, sizeof *values);
	if (!rowkey_parse(key, values, r->key.len, err)) {
		free(values);
		return false;
	}
	char **anchor = key_as_anchor(r, values, &n);
	if (anchor)
		fetch_goto(r, (const char *const *)anchor, n);
	else
		look_for(r, key, values);
	free(anchor);
	for (size_t i = 0; i < r->key.len; i++)
		free(values[i]);
	free(values);
	return true;
}

/* ---- N % ---- */

static size_t first_order(const struct rowset *r, struct order *out)
{
	size_t n;
	struct order *order = effective_order(r, &n);

	if (n > 0)
		*out = order[0];
	free(order);
	return n;
}

static const char *cell_at(const struct txn_result *result, int index, size_t col)
{
	const struct reply *reply = result->replies[index];

	return reply && reply_rows(reply) > 0 ? reply_text(reply, 0, col) : NULL;
}

static void percent_done(void *ctx, const struct txn_result *result)
{
	const struct seek *s = ctx;
	struct rowset *r = s->r;
	struct buf value = BUF_INIT;
	struct order o = { 0 };
	const char *bound = NULL;

	if (s->asked != r->asked)
		return;
	if (result->err.kind) {
		rowset_fail(r, &result->err);
		return;
	}
	first_order(r, &o);
	const struct rowset_col *c = &r->cols.v[o.col];
	const char *low = cell_at(result, s->ends, o.col),
		   *high = cell_at(result, s->ends + 1, o.col);
	if (s->histogram >= 0)
		bound = cell_at(result, s->histogram, 0);
	if (!bound && low && high &&
	    interpolate(&value, c->type_oid, c->category, low, high, s->part))
		bound = value.data;
	if (bound) {
		fetch_goto(r, &bound, 1);
	} else {
		err_set(&r->err, ERR_FAILED, "goto",
			"no statistics tell where %.0f %% of this order is", s->part * 100);
		rowset_tell(r, ROWSET_STATE);
	}
	buf_release(&value);
}

/* The statistics of the whole table say nothing about a part of it. */
static bool histogram_fits(const struct rowset *r, const struct column *c)
{
	return c && !r->query && r->relation && !r->relation->rls_active &&
	       r->narrow.len == 0 && r->ask.filters.len == 0;
}

static int add_histogram(const struct rowset *r, struct txn *txn, const struct column *c,
			 double part)
{
	struct params params = PARAMS_INIT;
	struct buf number = BUF_INIT;

	buf_addf(&number, "%.6f", part);
	params_text(&params, r->relation->schema);
	params_text(&params, r->relation->name);
	params_text(&params, c->name);
	params_text(&params, number.data);
	int i = txn_add(txn, sqlset_get(session_sql(r->session), "page_histogram", 0)->text,
			&params);
	buf_release(&number);
	params_release(&params);
	return i;
}

static int add_end(const struct rowset *r, struct txn *txn, enum page_from from)
{
	struct page_request req;
	struct request_parts parts;
	struct params params = PARAMS_INIT;
	struct buf sql = BUF_INIT;

	request_build(r, &req, &parts, false);
	req.from = from;
	req.limit = 1;
	page_compose(&sql, &params, session_sql(r->session), &req);
	int i = txn_add(txn, sql.data, &params);
	request_parts_release(&parts);
	params_release(&params);
	buf_release(&sql);
	return i;
}

/* All rows are held: no guess is needed. */
static void percent_of_window(struct rowset *r, double part)
{
	if (r->rows.len > 0)
		r->cursor = (size_t)(part * (double)(r->rows.len - 1) + 0.5);
	travel_clamp(r);
	rowset_tell(r, ROWSET_ROWS);
}

bool rowset_percent(struct rowset *r, double percent, struct err *err)
{
	struct order o = { 0 };
	double part = percent / 100;

	if (not_open(r, err))
		return false;
	if (!(percent >= 0 && percent <= 100))
		return err_set(err, ERR_USAGE, "goto", "a percentage lies between 0 and 100");
	if (r->at_start && r->at_end) {
		percent_of_window(r, part);
	} else if (percent <= 0) {
		rowset_first(r);
	} else if (percent >= 100) {
		rowset_last(r);
	} else if (first_order(r, &o) == 0) {
		return err_set(err, ERR_FAILED, "goto", "these rows have no order");
	} else {
		const struct column *c = source_catalog_column(r, o.col);
		struct txn *txn = rowset_txn(r, USE_READ);
		struct seek *s = seek_new(r, "", part);
		if (histogram_fits(r, c))
			s->histogram = add_histogram(r, txn, c, o.descending ? 1 - part : part);
		s->ends = add_end(r, txn, PAGE_FIRST);
		add_end(r, txn, PAGE_LAST);
		send_seek(s, txn, percent_done);
	}
	return true;
}
