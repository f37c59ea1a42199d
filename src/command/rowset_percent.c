/* SPDX-License-Identifier: MIT */
/*
 * rowset_percent.c - going to N % of the whole: by the statistics where they are visible and speak
 * of these rows (within a common value by those of the next sort column), else between the first
 * and the last value.  Always a guess.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/vec.h"
#include "command/settings.h"
#include "db/reply.h"
#include "db/sql.h"
#include "domain/interpolate.h"
#include "rowset_priv.h"

enum { STATISTICS_VARS = 4 };

struct seek {
	struct rowset *r;
	unsigned jump;
	double part;
	VEC(char *) common; /* values of the first sort columns, known by now */
	int share;          /* index of the statement for the next one, -1: none */
	int ends;           /* … of the first row's; the last row's follows; -1: none */
};

static void seek_free(void *p)
{
	struct seek *s = p;

	for (size_t i = 0; i < s->common.len; i++)
		free(s->common.v[i]);
	VEC_RELEASE(&s->common);
	free(s);
}

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

/* The first sort column in which both ends differ; those before it are the same for all rows.
 */
static size_t varying(const struct txn_result *result, const struct seek *s,
		      const struct order *order, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *low = cell_at(result, s->ends, order[i].col);
		const char *high = cell_at(result, s->ends + 1, order[i].col);
		if (!low || !high || strcmp(low, high) != 0)
			return i;
	}
	return n;
}

/* Go to the place where the order's column k has this value; NULL: where those before it begin. */
static void go(const struct seek *s, const struct txn_result *result, const struct order *order,
	       size_t k, const char *bound)
{
	const char **anchor = xcalloc(k + 1, sizeof *anchor);

	for (size_t i = 0; i < k; i++)
		anchor[i] = i < s->common.len ? s->common.v[i]
					      : cell_at(result, s->ends, order[i].col);
	anchor[k] = bound;
	if (s->part > 0.5 && types_sort_is_walked(s->r))
		fetch_goto_back(s->r, anchor, bound ? k + 1 : k);
	else
		fetch_goto(s->r, anchor, NULL, bound ? k + 1 : k);
	s->r->landing = s->part;
	free(anchor);
}

static void between_ends(const struct seek *s, const struct txn_result *result,
			 const struct order *order, size_t n)
{
	struct rowset *r = s->r;
	struct buf value = BUF_INIT;
	size_t k = varying(result, s, order, n);
	bool found = false;

	if (k < n) {
		const struct rowset_col *c = &r->cols.v[order[k].col];
		const char *low = cell_at(result, s->ends, order[k].col);
		const char *high = cell_at(result, s->ends + 1, order[k].col);
		found = low && high &&
			interpolate(&value, c->type_oid, c->category, low, high, s->part);
	}
	if (found) {
		go(s, result, order, k, value.data);
	} else {
		jump_miss(r);
		err_set(&r->err, ERR_FAILED, "goto",
			"no statistics tell where %.0f %% of this order is", s->part * 100);
		rowset_tell(r, ROWSET_STATE);
	}
	buf_release(&value);
}

static bool seek_further(const struct seek *s, const char *value, double rest);

static void guess(const struct seek *s, const struct txn_result *result)
{
	const char *bound = s->share >= 0 ? cell_at(result, s->share, 0) : NULL;
	const char *rest = bound ? cell_at(result, s->share, 1) : NULL;
	size_t n;
	struct order *order = effective_order(s->r, &n);

	if (s->common.len >= n)
		jump_miss(s->r); /* sorted anew meanwhile */
	else if (rest && seek_further(s, bound, strtod(rest, NULL)))
		;
	else if (bound || s->common.len)
		go(s, result, order, s->common.len, bound);
	else
		between_ends(s, result, order, n);
	free(order);
}

static void percent_done(void *ctx, const struct txn_result *result)
{
	const struct seek *s = ctx;

	if (s->jump != s->r->jump.id)
		return;
	if (result->err.kind)
		jump_fail(s->r, &result->err);
	else
		guess(s, result);
}

/* The statistics of the whole table say nothing about a part of it. */
static bool histogram_fits(const struct rowset *r, const struct column *c)
{
	/* Arrays of arrays are one to the server: of a list of lists it tells the elements only. */
	return c && c->type_category != 'A' && !r->query && r->relation &&
	       !r->relation->rls_active && r->narrow.len == 0 && r->ask.filters.len == 0;
}

/* Schema, table and column, whose statistics are asked for. */
static void params_column(struct params *params, const struct rowset *r, const struct column *c)
{
	params_text(params, r->relation->schema);
	params_text(params, r->relation->name);
	params_text(params, c->name);
}

/* A fragment that reads the statistics of a column whose type is cast. */
static void add_statistics(struct buf *sql, const struct rowset *r, const char *name,
			   const struct sqlvar *vars, size_t n)
{
	struct sqlvar all[STATISTICS_VARS];
	struct buf statistics = BUF_INIT;

	for (size_t i = 0; i < n; i++)
		all[i] = vars[i];
	sql_fragment(&statistics, session_sql(r->session), "page.statistics", vars, n);
	all[n] = (struct sqlvar){ "statistics", statistics.data };
	sql_fragment(sql, session_sql(r->session), name, all, n + 1);
	buf_release(&statistics);
}

static int add_share(const struct rowset *r, struct txn *txn, const struct column *c,
		     double part)
{
	struct params params = PARAMS_INIT;
	struct buf number = BUF_INIT, table = BUF_INIT, sql = BUF_INIT;

	buf_addf(&number, "%.6f", part);
	params_column(&params, r, c);
	params_text(&params, number.data);
	sql_qualified(&table, r->relation->schema, r->relation->name);
	const struct sqlvar v[] = { { "column", c->name }, { "table", table.data },
				    { "type", c->type } };
	add_statistics(&sql, r, "page.share", v, ARRAY_SIZE(v));
	int i = txn_add(txn, sql.data, &params);
	buf_release(&sql);
	buf_release(&table);
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

/* ---- where a key lies ---- */

/* To ask for the statistics takes the server as long as some pages: so it is done once, beside the
 * question how many rows there are, and not at each jump. */
int percent_add_bounds(const struct rowset *r, struct txn *txn, size_t *col)
{
	struct order o = { 0 };
	const struct rowset_col *rc = first_order(r, &o) ? &r->cols.v[o.col] : NULL;
	const struct column *c = rc ? types_catalog(r, rc->def.name) : NULL;
	struct params params = PARAMS_INIT;
	struct buf sql = BUF_INIT;

	*col = o.col;
	if (!rc || !rc->cast || !histogram_fits(r, c) ||
	    !interpolate_has_line(rc->type_oid, rc->category))
		return -1;
	const struct sqlvar v[] = { { "type", rc->cast } };
	params_column(&params, r, c);
	add_statistics(&sql, r, "page.bounds", v, ARRAY_SIZE(v));
	int i = txn_add(txn, sql.data, &params);
	params_release(&params);
	buf_release(&sql);
	return i;
}

void percent_learn(struct rowset *r, const struct reply *reply, size_t col)
{
	const struct rowset_col *rc = &r->cols.v[col];

	VEC_CLEAR(&r->bounds.v);
	r->bounds.col = col;
	for (size_t i = 0; reply && i < reply_rows(reply); i++) {
		const char *text = reply_text(reply, i, 0);
		double place;

		if (!text || !interpolate_place(rc->type_oid, rc->category, text, &place)) {
			VEC_CLEAR(&r->bounds.v);
			return;
		}
		*VEC_PUSH(&r->bounds.v) = place;
	}
}

/* Between two bounds lies an equal share of the rows; < 0: the bounds do not tell. */
static double part_before(const struct rowset *r, const struct order *o, const char *value)
{
	const struct rowset_col *rc = &r->cols.v[o->col];
	size_t n = r->bounds.v.len, i = 0;
	double place, part;

	if (n < 2 || r->bounds.col != o->col ||
	    !interpolate_place(rc->type_oid, rc->category, value, &place))
		return -1;
	while (i < n && r->bounds.v.v[i] <= place)
		i++;
	if (i == 0 || i == n) {
		part = i ? 1 : 0;
	} else {
		double low = r->bounds.v.v[i - 1], high = r->bounds.v.v[i];

		part = ((double)(i - 1) + (place - low) / (high - low)) / (double)(n - 1);
	}
	return o->descending ? 1 - part : part;
}

struct position {
	struct rowset *r;
	unsigned jump;
};

/* Nothing depends on it: where it fails, nothing is said. */
static void position_done(void *ctx, const struct txn_result *result)
{
	const struct position *p = ctx;
	const char *text = result->err.kind ? NULL : cell_at(result, 0, 0);
	struct order o = { 0 };
	double part;

	if (!text || p->r->jump.on || p->jump != p->r->jump.id || p->r->first >= 0 ||
	    p->r->about >= 0 || p->r->estimate < 0)
		return;
	first_order(p->r, &o);
	part = strtod(text, NULL);
	p->r->about = (o.descending ? 1 - part : part) * p->r->estimate;
	rowset_tell(p->r, ROWSET_STATE);
}

static void ask_position(struct rowset *r, const struct column *c, const char *cast,
			 const char *value)
{
	struct buf param = BUF_INIT, typed = BUF_INIT, sql = BUF_INIT;
	struct params params = PARAMS_INIT;
	const struct sqlset *set = session_sql(r->session);
	struct txn *txn = rowset_txn(r, USE_READ);
	struct position *p = xcalloc(1, sizeof *p);
	const struct request_callbacks cb = { .done = position_done, .release = free, .ctx = p };

	*p = (struct position){ .r = r, .jump = r->jump.id };
	params_column(&params, r, c);
	buf_addf(&param, "$%d", params_text(&params, value));
	const struct sqlvar v[] = { { "param", param.data }, { "type", cast } };
	sql_fragment(&typed, set, "page.typed_value", v, ARRAY_SIZE(v));
	const struct sqlvar w[] = { { "value", typed.data }, { "type", cast } };
	add_statistics(&sql, r, "page.position", w, ARRAY_SIZE(w));
	txn_add(txn, sql.data, &params);
	db_send(session_db(r->session), DB_READ, txn, &cb, r);
	params_release(&params);
	buf_release(&param);
	buf_release(&typed);
	buf_release(&sql);
}

void percent_position(struct rowset *r, const char *value)
{
	struct order o = { 0 };
	size_t n = first_order(r, &o);
	const struct column *c = n ? types_catalog(r, r->cols.v[o.col].def.name) : NULL;
	const char *cast = n ? r->cols.v[o.col].cast : NULL;
	double part;

	/* The bounds are in the column's own collation. */
	if (!value || !cast || !histogram_fits(r, c) || c->collation)
		return;
	part = part_before(r, &o, value);
	if (part >= 0)
		r->landing = part;
	else
		ask_position(r, c, cast, value);
}

/* All rows are held: no guess is needed. */
static void percent_of_window(struct rowset *r, double part)
{
	if (r->rows.len > 0)
		r->cursor = (size_t)(part * (double)(r->rows.len - 1) + 0.5);
	travel_clamp(r);
	rowset_tell(r, ROWSET_ROWS);
}

/* ---- places that no index finds ---- */

/* Rows between the nearer end and there, where they are all read; < 0: an index finds the place,
 * or nobody knows. */
static double depth(const struct rowset *r, double part)
{
	if (r->estimate < NO_GATE_ROWS || !types_sort_is_walked(r))
		return -1;
	return r->estimate * (part > 0.5 ? 1 - part : part);
}

static char *depth_text(const struct rowset *r, double part)
{
	return xasprintf("row-level security keeps indexes from finding a place in this order: "
			 "each page there reads about %.0f rows from %s on",
			 depth(r, part), part > 0.5 ? "the last" : "the first");
}

/* What the statistics say of the sort column behind those that are known; false: nothing. */
static bool add_known(struct seek *s, struct txn *txn, double part)
{
	struct rowset *r = s->r;
	size_t n, at = s->common.len;
	struct order *order = effective_order(r, &n);
	const struct column *c =
		at < n ? types_catalog(r, r->cols.v[order[at].col].def.name) : NULL;

	if (histogram_fits(r, c))
		s->share = add_share(r, txn, c, order[at].descending ? 1 - part : part);
	free(order);
	return s->share >= 0;
}

static struct seek *seek_new(struct rowset *r, double part)
{
	struct seek *s = xcalloc(1, sizeof *s);

	*s = (struct seek){ .r = r, .jump = r->jump.id, .part = part, .share = -1, .ends = -1 };
	return s;
}

static void send_seek(struct seek *s, struct txn *txn)
{
	const struct request_callbacks cb = { .done = percent_done,
					      .release = seek_free,
					      .ctx = s };

	db_send(session_db(s->r->session), DB_READ, txn, &cb, s->r);
}

/* Within the rows of a common value, as if the next column were spread there as everywhere. */
static bool seek_further(const struct seek *s, const char *value, double rest)
{
	struct txn *txn = rowset_txn(s->r, USE_READ);
	struct seek *next = seek_new(s->r, s->part);
	size_t n;
	struct order *order = effective_order(s->r, &n);
	bool backwards = order[s->common.len].descending;

	free(order);
	for (size_t i = 0; i < s->common.len; i++)
		*VEC_PUSH(&next->common) = xstrdup(s->common.v[i]);
	*VEC_PUSH(&next->common) = xstrdup(value);
	if (!add_known(next, txn, backwards ? 1 - rest : rest)) {
		txn_free(&txn);
		seek_free(next);
		return false;
	}
	send_seek(next, txn);
	return true;
}

static void seek(struct rowset *r, double part)
{
	struct txn *txn = rowset_txn(r, USE_READ);
	struct seek *s;

	free(r->walk_text);
	r->walk_text = depth(r, part) >= 0 ? depth_text(r, part) : NULL;
	jump_begin(r);
	r->jump.asking = true;
	s = seek_new(r, part);
	add_known(s, txn, part);
	s->ends = add_end(r, txn, PAGE_FIRST);
	add_end(r, txn, PAGE_LAST);
	send_seek(s, txn);
}

void percent_go_on(struct rowset *r)
{
	double part = r->walk_to;

	r->walk_to = -1;
	seek(r, part);
}

/* The gate is meant for the planner's units; a row that is read and dropped is one, roughly. */
static bool asks_first(struct rowset *r, double part)
{
	double gate = (double)settings_int(session_settings(r->session), "cost-gate");

	if (gate <= 0 || depth(r, part) < gate)
		return false;
	free(r->cost_text);
	r->cost_text = depth_text(r, part);
	question_refuse(r);
	r->walk_to = part;
	return true;
}

bool rowset_percent(struct rowset *r, double percent, struct err *err)
{
	struct order o = { 0 };
	double part = percent / 100;

	if (!rowset_has_columns(r, err))
		return false;
	if (!(percent >= 0 && percent <= 100))
		return err_set(err, ERR_USAGE, "goto", "a percentage lies between 0 and 100");
	err_clear(&r->err);
	if (r->at_start && r->at_end) {
		percent_of_window(r, part);
	} else if (r->spooled) {
		return spool_percent(r, part);
	} else if (percent <= 0) {
		rowset_first(r);
	} else if (percent >= 100) {
		rowset_last(r);
	} else if (first_order(r, &o) == 0) {
		return err_set(err, ERR_FAILED, "goto", "these rows have no order");
	} else if (!asks_first(r, part)) {
		seek(r, part);
	}
	return true;
}
