/* SPDX-License-Identifier: MIT */
/*
 * rowset_question.c - a question from its wish to its first page: the source is opened,
 * described if the filters want it, judged by the gate; and how many rows it has.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/attr.h"
#include "base/timefmt.h"
#include "blame.h"
#include "catalog/reader.h"
#include "command/settings.h"
#include "db/reply.h"
#include "rowset_priv.h"

/* ---- questions about the question: their answers count only while it stands ---- */

struct figure {
	struct rowset *r;
	unsigned asked;
	int bounds;             /* of percent_add_bounds */
	size_t bounds_col;
};

static bool outdated(const struct figure *f)
{
	return f->asked != f->r->asked;
}

typedef void compose_fn(struct buf *sql, struct params *params, const struct sqlset *set,
			const struct page_request *req);

typedef void figure_fn(void *ctx, const struct txn_result *result);

static void send_figure(struct rowset *r, compose_fn *compose, enum scope_use use,
			enum db_lane lane, figure_fn *done)
{
	struct page_request req;
	struct request_parts parts;
	struct params params = PARAMS_INIT;
	struct buf sql = BUF_INIT;
	struct txn *txn = rowset_txn(r, use);
	struct figure *f = xcalloc(1, sizeof *f);
	const struct request_callbacks cb = { .done = done, .release = free, .ctx = f };

	*f = (struct figure){ .r = r, .asked = r->asked, .bounds = -1 };
	request_build(r, &req, &parts, false);
	req.limit = r->height;
	compose(&sql, &params, session_sql(r->session), &req);
	txn_add(txn, sql.data, &params);
	if (compose == page_estimate)
		f->bounds = percent_add_bounds(r, txn, &f->bounds_col);
	db_send(session_db(r->session), lane, txn, &cb, r);
	request_parts_release(&parts);
	params_release(&params);
	buf_release(&sql);
}

/* ---- the cost gate ---- */

void question_refuse(struct rowset *r)
{
	r->refused = true;
	r->walk_to = -1;
	rowset_tell(r, ROWSET_COST);
}

/* The rows that are there answer the question before: so it is the one in force again, and how
 * many rows it has is asked again. */
void question_back(struct rowset *r)
{
	if (r->shown == r->asked || r->rows.len == 0)
		return;
	question_copy(&r->ask, &r->before);
	r->overtaken = false;
	r->shown = ++r->asked;
	r->widen = ask_is_near(r);
	r->gating = r->estimating = false;
	question_size(r, FETCH_FIRST);
}

void question_stay(struct rowset *r)
{
	here_forget(r);
	r->jump.id++;
	r->jump.asking = false;
	fetch_let_go(r);
	spool_let_go(r);
	question_back(r);
}

/* Which of the person's texts it is about; of what a screen asks by itself no place is told. */
static bool blame_texts(const struct rowset *r, struct err *err)
{
	const struct sqlset *set = session_sql(r->session);
	struct buf sql = BUF_INIT;
	bool found = false;

	for (size_t i = r->ask.filters.len; !found && i-- > 0;) {
		const struct asked_filter *f = &r->ask.filters.v[i];
		const struct sqlvar v = { "text", ask_raw_text(f->text) };

		if (!f->raw)
			continue;
		/* In its parentheses: a short one stands in many places. */
		buf_clear(&sql);
		sql_fragment(&sql, set, "page.raw", &v, 1);
		found = err_place_within(err, sql.data) && blame(err, "where", v.value);
	}
	buf_release(&sql);
	return found || (r->raw && blame(err, "sql", r->raw));
}

/* A value or a type that the server cannot work with. */
static bool is_of_data(const struct err *err)
{
	return strncmp(err->sqlstate, "22", 2) == 0 || strncmp(err->sqlstate, "42", 2) == 0;
}

void question_blame(const struct rowset *r, struct err *err)
{
	const size_t n = r->ask.filters.len;
	const struct asked_filter *f = n ? &r->ask.filters.v[n - 1] : NULL;

	if (blame_texts(r, err))
		return;
	err_place(err, NULL, 0, 0);
	if (f && r->shown != r->asked && is_of_data(err))
		blame_whole(err, f->raw ? "where" : "filter",
			    f->raw ? ask_raw_text(f->text) : f->text);
}

/* What the failed one took the place of was to be answered still. */
static bool ask_again(struct rowset *r)
{
	bool overtook = r->overtaken && r->shown != r->asked && r->rows.len > 0;

	r->overtaken = false;
	if (!overtook)
		return false;
	question_copy(&r->ask, &r->between);
	fetch_anew(r);
	return true;
}

/* The rows are as true as they were, unless they were to be looked at again or nobody can. */
void question_failed(struct rowset *r, const struct err *why, bool refresh)
{
	bool asked = why->kind == ERR_CANCELLED; /* the person did not want to know */
	bool old = r->stale || (refresh && !asked) || why->kind == ERR_CONNECTION;
	struct err err = ERR_INIT;

	err_copy(&err, why);
	question_blame(r, &err);
	if (!refresh && err.kind != ERR_CONNECTION && !asked && ask_again(r)) {
		rowset_failed_before(r, &err);
		err_release(&err);
		return;
	}
	if (err.kind != ERR_CONNECTION)
		question_back(r);
	rowset_fail(r, &err);
	r->stale = r->stale && old;
	err_release(&err);
}

/* What is beside the question failed: the rows stay as they are. */
static void fail(struct rowset *r, const struct err *why)
{
	bool old = r->stale || why->kind == ERR_CONNECTION;
	struct err err = ERR_INIT;

	err_copy(&err, why);
	question_blame(r, &err);
	rowset_fail(r, &err);
	r->stale = r->stale && old;
	err_release(&err);
}

static void go_on(struct rowset *r)
{
	r->estimate = -1;
	r->exact = false;
	if (r->spooled) {
		r->spool_goto = r->spool_line = 0;
		spool_start(r);
		return;
	}
	if (!key_here(r))
		fetch_start(r, FETCH_FIRST, r->height);
}

static void gate_done(void *ctx, const struct txn_result *result)
{
	const struct figure *f = ctx;
	struct rowset *r = f->r;
	struct err err = ERR_INIT;
	const struct reply *reply = result->err.kind ? NULL : result->replies[0];
	double gate = (double)settings_int(session_settings(r->session), "cost-gate");
	struct plan *plan = NULL;

	if (outdated(f))
		return;
	r->gating = false;
	if (!reply) {
		question_failed(r, &result->err, false);
		return;
	}
	plan = plan_parse(reply_text(reply, 0, 0), reply_length(reply, 0, 0), &err);
	free(r->cost_text);
	r->cost_text = NULL;
	if (plan)
		plan_gate(plan, gate, r->height, &r->cost_text);
	plan_free(&plan);
	err_release(&err);
	if (!r->cost_text) {
		go_on(r);
	} else if (ask_near(r)) {
		r->widen = true;
		go_on(r);
	} else {
		question_refuse(r);
	}
}

static void send_gate(struct rowset *r)
{
	fetch_let_go(r);
	r->gating = true;
	r->since_us = time_monotonic_us();
	send_figure(r, page_explain, USE_READ, rowset_lane(r), gate_done);
	rowset_tell(r, ROWSET_STATE);
}

static bool gate_is_due(const struct rowset *r)
{
	return !r->ask.plain && !r->small && !r->spooled &&
	       settings_int(session_settings(r->session), "cost-gate") > 0;
}

void rowset_go_on(struct rowset *r)
{
	if (!r->refused && !r->widen)
		return;
	if (r->refused && r->walk_to >= 0) {
		r->refused = false;
		percent_go_on(r);
		return;
	}
	if (!r->jump.on)
		jump_begin(r);
	r->refused = r->widen = false;
	r->asked++;
	ask_wide(r);
	go_on(r);
}

const char *rowset_cost_text(const struct rowset *r)
{
	return r->refused ? r->cost_text : "";
}

void rowset_cancel(struct rowset *r)
{
	if (r->refused) {
		r->refused = false;
		jump_miss(r);
		question_back(r);
		rowset_tell(r, ROWSET_STATE);
		return;
	}
	db_cancel(session_db(r->session), r);
	if (r->rows.len > 0)
		rowset_stay(r);
	else
		jump_miss(r);
}

/* ---- from the first row on ---- */

static void go_through(struct rowset *r);

static void ready(void *ctx, const struct err *err)
{
	struct rowset *r = ctx;

	if (err)
		rowset_fail(r, err);
	else
		go_through(r);
}

static void describe_done(void *ctx, const struct txn_result *result)
{
	struct rowset *r = ctx;

	r->describing = false;
	if (result->err.kind) {
		fail(r, &result->err);
		return;
	}
	types_learn(r, result->replies[0]);
	go_through(r);
}

static void send_describe(struct rowset *r)
{
	struct page_request req;
	struct request_parts parts;
	struct txn *txn = rowset_txn(r, USE_READ);
	const struct request_callbacks cb = { .done = describe_done, .ctx = r };

	if (r->describing) {
		txn_free(&txn);
		return;
	}
	r->describing = true;
	request_build(r, &req, &parts, false);
	fetch_add_describe(r, txn, &req);
	db_send(session_db(r->session), rowset_lane(r), txn, &cb, r);
	request_parts_release(&parts);
}

static void ignore(void *ctx UNUSED, enum rowset_event event UNUSED)
{
}

/* The first page as it stands in the screen file: what filters mean is asked for first, and a
 * person's own statement is run once. */
struct rowset *rowset_try(struct session *ahead, const struct screendef *def,
			  const char *const *where, const char *sort, int rows)
{
	struct err ignored = ERR_INIT;
	struct rowset *r = rowset_new(ahead, def, where, ignore, NULL, &ignored);

	if (r && (source_is_scratch(r) || (sort && !rowset_sort(r, sort, &ignored))))
		rowset_free(&r);
	if (r) {
		r->trial = true;
		rowset_resize(r, rows);
	}
	err_release(&ignored);
	return r;
}

/* A view's rows come from others; partitions and tables that inherit have keys, and some have
 * policies, of their own; and of which tenant's rows they are is for the whole catalog to say. */
static oid rests_on(const struct session *s, const struct rowset *r)
{
	bool bare = r && r->phase == PHASE_OPEN && !r->query;
	const struct relation *table = bare ? r->relation : NULL;

	if (!table || table->kind != RELATION_TABLE || table->has_children || r->def->stands_in ||
	    session_role(s) || session_wanted_tenant(s) || session_tenant(s)->kind != TENANT_NONE)
		return 0;
	return table->oid;
}

void rowset_rests(struct session *ahead, const struct rowset *r)
{
	reader_rests_on(session_reader(ahead), rests_on(ahead, r));
}

void question_ahead(struct rowset *r)
{
	struct session *s = session_ahead(r->session);

	rowset_free(&r->ahead);
	if (s && r->phase == PHASE_NEW && r->height > 0 && !r->wanted_filters.len)
		r->ahead = rowset_try(s, r->def, (const char *const *)r->where, r->wanted_sort,
				      r->height);
	if (s && r->phase == PHASE_NEW)
		rowset_rests(s, r->ahead);
}

bool fetch_prepared(struct rowset *r)
{
	struct err err = ERR_INIT;

	if (r->phase == PHASE_NEW && source_needs_catalog(r)) {
		session_forget(r->session, r);
		session_when_ready(r->session, READY_PAGE, ready, r);
		question_ahead(r);
		return false;
	}
	bool ok = rowset_open(r, &err) && ask_narrow(r, &err);
	if (ok && r->wanted_filters.len > 0 && !types_known(r)) {
		send_describe(r);
		return false;
	}
	ok = ok && ask_wanted_filters(r, &err);
	if (ok && r->near)
		ask_near(r);
	if (!ok)
		rowset_fail(r, &err);
	err_release(&err);
	return ok;
}

static bool has_key_of(const struct rowset *r, const struct rowset *old)
{
	bool same = r->phase == PHASE_OPEN && r->key.len == old->key.len;

	for (size_t i = 0; same && i < r->key.len; i++)
		same = r->cols.v[r->key.v[i]].type_oid == old->cols.v[old->key.v[i]].type_oid;
	return same;
}

void rowset_begin_at(struct rowset *r, const struct rowset *old)
{
	const char *key = old->rows.len > 0 ? rowset_key(old, old->cursor) : "";

	free(r->begin.key);
	r->begin = (struct here){ 0 };
	if (*key && has_key_of(r, old))
		r->begin = (struct here){ .on = true,
					  .key = xstrdup(key),
					  .line = (long)(old->cursor - old->top) };
}

static void take_beginning(struct rowset *r)
{
	if (!r->begin.key)
		return;
	here_forget(r);
	r->here = r->begin;
	r->begin = (struct here){ 0 };
}

static void go_through(struct rowset *r)
{
	if (!fetch_prepared(r))
		return;
	session_forget(r->session, r); /* what waited for the catalog does not ask again */
	err_clear(&r->err);
	streams_start(r);
	if (r->count_wanted)
		rowset_count(r);
	if (r->height == 0)
		return;
	take_beginning(r);
	r->asked++;
	r->widen = false;
	free(r->walk_text);
	r->walk_text = NULL;
	ask_wide(r);
	r->refused = r->gating = r->estimating = r->counting = false;
	r->direction = 0;
	if (gate_is_due(r))
		send_gate(r);
	else
		go_on(r);
	rowset_free(&r->ahead); /* behind the question that takes over its answer */
}

static void anew(struct rowset *r)
{
	if (r->height > 0)
		jump_begin(r);
	go_through(r);
}

void fetch_anew(struct rowset *r)
{
	here_forget(r);
	anew(r);
}

void fetch_anew_here(struct rowset *r)
{
	bool known = r->shown == r->asked && r->phase == PHASE_OPEN && r->rows.len > 0;
	const char *key = known && !r->jump.on && !r->spooled ? rowset_key(r, r->cursor) : "";

	here_forget(r);
	if (*key) {
		r->here.on = true;
		r->here.key = xstrdup(key);
		r->here.line = (long)(r->cursor - r->top);
	}
	anew(r);
}

/* ---- how many ---- */

static void counted(struct rowset *r, const struct txn_result *result)
{
	r->estimate = reply_double(result->replies[0], 0, 0);
	r->exact = true;
	rowset_tell(r, ROWSET_STATE);
}

static void count_done(void *ctx, const struct txn_result *result)
{
	const struct figure *f = ctx;
	struct rowset *r = f->r;

	if (outdated(f))
		return;
	r->counting = false;
	if (result->err.kind)
		fail(r, &result->err);
	else
		counted(r, result);
}

/* Nobody asked for it: where it fails the number stays unknown. */
static void unasked_count_done(void *ctx, const struct txn_result *result)
{
	const struct figure *f = ctx;

	if (outdated(f))
		return;
	f->r->estimating = false;
	if (!result->err.kind && !f->r->exact)
		counted(f->r, result);
}

/* Rows of tables are counted where a person asks for it.  Of the catalog the planner knows little,
 * and how many rows a function returns it makes up: these are sorted for their first page, so that
 * to count them takes no longer. */
static bool counts_unasked(const struct rowset *r, const struct plan *plan)
{
	enum { CHEAP = 10000 };

	return r->def->query && r->def->scope == SCOPE_NONE && plan_reads_only_catalog(plan) &&
	       (plan_cost(plan) < CHEAP || plan_rows_are_made_up(plan));
}

static void estimate_done(void *ctx, const struct txn_result *result)
{
	const struct figure *f = ctx;
	struct rowset *r = f->r;
	struct err err = ERR_INIT;
	/* It stands whatever became of the bounds behind it. */
	const struct reply *reply = result->n > 0 ? result->replies[0] : NULL;
	struct plan *plan = NULL;

	if (outdated(f))
		return;
	r->estimating = false;
	if (f->bounds >= 0)
		percent_learn(r, result->err.kind ? NULL : result->replies[f->bounds],
			      f->bounds_col);
	if (reply)
		plan = plan_parse(reply_text(reply, 0, 0), reply_length(reply, 0, 0), &err);
	if (plan && !r->exact && counts_unasked(r, plan)) {
		r->estimating = true;
		send_figure(r, page_count, USE_READ, rowset_lane(r), unasked_count_done);
	} else if (plan && !r->exact && !plan_rows_are_made_up(plan)) {
		r->estimate = plan_rows(plan);
		rowset_tell(r, ROWSET_STATE);
	}
	plan_free(&plan);
	err_release(&err);
}

static void estimate_start(struct rowset *r)
{
	if (r->estimating)
		return;
	r->estimating = true;
	send_figure(r, page_estimate, USE_READ, rowset_lane(r), estimate_done);
}

void question_size(struct rowset *r, enum fetch_kind kind)
{
	if (r->at_start && r->at_end) {
		r->estimate = (double)r->rows.len;
		r->exact = true;
		r->small = r->small || (r->ask.filters.len == 0 && r->estimate < NO_GATE_ROWS);
	} else if ((kind == FETCH_FIRST || kind == FETCH_GOTO) && r->estimate < 0) {
		estimate_start(r);
	} else if (r->exact && kind == FETCH_REFRESH) {
		r->exact = false; /* it was so when it was counted */
	}
}

void rowset_count(struct rowset *r)
{
	r->count_wanted = true;
	if (r->counting || !fetch_prepared(r))
		return;
	r->count_wanted = false;
	if (!rowset_loading(r))
		r->since_us = time_monotonic_us();
	r->counting = true;
	send_figure(r, page_count, USE_BULK, r->height > 0 ? rowset_aside(r) : rowset_lane(r),
		    count_done);
	rowset_tell(r, ROWSET_STATE);
}
