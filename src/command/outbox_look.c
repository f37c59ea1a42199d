/* SPDX-License-Identifier: MIT */
#include "command/outbox_look.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/timefmt.h"

#define AGE_ROWS 1000 /* due rows whose enqueue time is looked at */

/* ---- the statement ---- */

struct compose {
	const struct sqlset *set;
	const struct outbox *o;
	struct buf relation;
	struct buf columns;
};

static void add(struct compose *c, const char *fragment, const struct sqlvar *vars, size_t n)
{
	if (c->columns.len)
		buf_adds(&c->columns, ",\n       ");
	sql_fragment(&c->columns, c->set, fragment, vars, n);
}

static void unknown(struct compose *c, const char *name)
{
	add(c, "outbox_look.unknown", &(struct sqlvar){ "name", name }, 1);
}

static char *both(const struct compose *c, const char *left, const char *right)
{
	const struct sqlvar vars[] = { { "left", left }, { "right", right } };
	struct buf out = BUF_INIT;

	sql_fragment(&out, c->set, "outbox_look.and", vars, ARRAY_SIZE(vars));
	return buf_detach(&out);
}

static char *timed(const struct compose *c, const char *fragment)
{
	struct buf out = BUF_INIT;

	sql_fragment(&out, c->set, c->o->due_time ? fragment : "outbox_look.all",
		     &(struct sqlvar){ "time", c->o->due_time }, 1);
	return buf_detach(&out);
}

static void bounded(struct compose *c, const char *name, const char *condition)
{
	char bound[16];
	const struct sqlvar vars[] = {
		{ "relation", c->relation.data },
		{ "condition", condition },
		{ "bound", bound },
		{ "name", name },
	};

	snprintf(bound, sizeof bound, "%d", OUTBOX_BOUND + 1);
	if (condition)
		add(c, "outbox_look.bounded", vars, ARRAY_SIZE(vars));
	else
		unknown(c, name);
}

static void oldest(struct compose *c, const char *due)
{
	enum outbox_role role = c->o->due_time ? OUTBOX_DUE : OUTBOX_ENQUEUED;
	const char *time = c->o->due_time ? c->o->due_time : c->o->enqueued_time;
	const struct column *column = outbox_column(c->o, role);
	struct buf quoted = BUF_INIT;
	char bound[16];

	if (!time || !column) {
		unknown(c, "oldest_due");
		return;
	}
	snprintf(bound, sizeof bound, "%d", OUTBOX_BOUND);
	sql_ident(&quoted, column->name);
	{
		const struct sqlvar vars[] = {
			{ "relation", c->relation.data },
			{ "condition", due },
			{ "time", time },
			{ "column", quoted.data },
			{ "bound", bound },
			{ "name", "oldest_due" },
		};

		add(c,
		    outbox_leads(c->o, role) ? "outbox_look.oldest"
					     : "outbox_look.oldest_sampled",
		    vars, ARRAY_SIZE(vars));
	}
	buf_release(&quoted);
}

/* A retried message becomes due again, so its due time understates how long it has waited. */
static void true_age(struct compose *c, const char *due)
{
	enum outbox_role role = c->o->due_time ? OUTBOX_DUE : OUTBOX_ENQUEUED;
	const struct column *column = outbox_column(c->o, role);
	struct buf quoted = BUF_INIT;
	char bound[16];

	if (!c->o->enqueued_time || !column) {
		unknown(c, "oldest_age");
		return;
	}
	snprintf(bound, sizeof bound, "%d", outbox_leads(c->o, role) ? AGE_ROWS : OUTBOX_BOUND);
	sql_ident(&quoted, column->name);
	{
		const struct sqlvar vars[] = {
			{ "relation", c->relation.data },
			{ "condition", due },
			{ "time", c->o->enqueued_time },
			{ "column", quoted.data },
			{ "bound", bound },
			{ "name", "oldest_age" },
		};

		add(c,
		    outbox_leads(c->o, role) ? "outbox_look.age" : "outbox_look.oldest_sampled",
		    vars, ARRAY_SIZE(vars));
	}
	buf_release(&quoted);
}

static void counters(struct compose *c)
{
	char number[16];
	struct sqlvar vars[] = { { "oid", number }, { "name", "inserted" } };

	snprintf(number, sizeof number, "%u", c->o->relation->oid);
	add(c, "outbox_look.inserted", vars, ARRAY_SIZE(vars));
	vars[1].value = "estimate";
	add(c, "outbox_look.estimate", vars, ARRAY_SIZE(vars));
}

static char *look_sql(const struct sqlset *set, const struct outbox *o)
{
	struct compose c = { .set = set, .o = o, .relation = BUF_INIT, .columns = BUF_INIT };
	const struct column *time = outbox_column(o, OUTBOX_DUE);
	char *due_now = timed(&c, time && !time->not_null ? "outbox_look.due_or_unset"
							  : "outbox_look.due");
	char *due_later = timed(&c, "outbox_look.not_due");
	char *due = o->pending ? both(&c, o->pending, due_now) : NULL;
	char *delayed = o->pending && o->due_time ? both(&c, o->pending, due_later) : NULL;
	struct buf sql = BUF_INIT;

	sql_qualified(&c.relation, o->relation->schema, o->relation->name);
	bounded(&c, "due", due);
	bounded(&c, "delayed", delayed);
	bounded(&c, "retrying", o->retrying);
	bounded(&c, "claimed", o->claimed);
	bounded(&c, "failed", o->failed);
	bounded(&c, "dead", o->shape == SHAPE_DEAD_LETTER ? "true" : o->dead);
	if (due) {
		oldest(&c, due);
		true_age(&c, due);
	} else {
		unknown(&c, "oldest_due");
		unknown(&c, "oldest_age");
	}
	counters(&c);
	sql_fragment(&sql, set, "outbox_look.look",
		     &(struct sqlvar){ "columns", c.columns.data }, 1);
	free(due_now);
	free(due_later);
	free(due);
	free(delayed);
	buf_release(&c.relation);
	buf_release(&c.columns);
	return buf_detach(&sql);
}

/* ---- the answer ---- */

static struct outbox_count count_of(const struct reply *r, const char *name)
{
	int col = reply_column(r, name);
	int64_t n;

	if (reply_null(r, 0, (size_t)col))
		return (struct outbox_count){ .n = -1 };
	n = reply_int(r, 0, (size_t)col);
	return (struct outbox_count){ .n = n > OUTBOX_BOUND ? OUTBOX_BOUND : n,
				      .more = n > OUTBOX_BOUND };
}

/* Without a row it is NULL: none if it could be asked, unknown if not. */
static double seconds_of(const struct reply *r, const char *name, bool could, bool some)
{
	int col = reply_column(r, name);

	if (!could)
		return (double)NAN;
	if (reply_null(r, 0, (size_t)col))
		return some ? (double)NAN : -1;
	return reply_double(r, 0, (size_t)col);
}

static void rates(struct outbox_status *s, const struct outbox_status *before)
{
	double passed;

	s->enqueue_rate = s->process_rate = (double)NAN;
	if (!before || before->inserted < 0 || s->inserted < 0)
		return;
	passed = (double)(s->taken_us - before->taken_us) / 1e6;
	if (passed <= 0)
		return;
	s->enqueue_rate = (double)(s->inserted - before->inserted) / passed;
	if (!s->due.more && !before->due.more && s->due.n >= 0 && before->due.n >= 0)
		s->process_rate = s->enqueue_rate - (double)(s->due.n - before->due.n) / passed;
	if (s->process_rate < 0)
		s->process_rate = 0;
}

static void read_status(struct outbox_status *s, const struct reply *r)
{
	const struct outbox *o = s->outbox;
	int estimate = reply_column(r, "estimate"), inserted = reply_column(r, "inserted");
	bool due_column = o->due_time || o->enqueued_time;
	int64_t rows = reply_int(r, 0, (size_t)estimate);

	s->due = count_of(r, "due");
	s->delayed = count_of(r, "delayed");
	s->retrying = count_of(r, "retrying");
	s->claimed = count_of(r, "claimed");
	s->failed = count_of(r, "failed");
	s->dead = count_of(r, "dead");
	s->oldest_due = seconds_of(r, "oldest_due", o->pending && due_column, s->due.n > 0);
	s->oldest_age =
		seconds_of(r, "oldest_age", o->pending && o->enqueued_time, s->due.n > 0);
	s->oldest_sampled = !outbox_leads(o, o->due_time ? OUTBOX_DUE : OUTBOX_ENQUEUED);
	s->inserted =
		reply_null(r, 0, (size_t)inserted) ? -1 : reply_int(r, 0, (size_t)inserted);
	s->processed = -1;
	if (o->done && rows >= 0 && s->due.n >= 0) {
		s->processed = rows - s->due.n - (s->delayed.n > 0 ? s->delayed.n : 0);
		if (s->processed < 0)
			s->processed = 0;
	}
}

struct look {
	struct session *session;
	const struct outbox *outbox;
	struct outbox_status before;
	bool has_before;
	outbox_look_fn *fn;
	void *ctx;
};

static void look_done(void *ctx, const struct txn_result *result)
{
	const struct look *l = ctx;
	const struct reply *r = result->n ? result->replies[0] : NULL;
	struct outbox_status status = { .outbox = l->outbox, .taken_us = time_monotonic_us() };
	struct outbox_thresholds t;

	if (!r || reply_rows(r) != 1) {
		l->fn(l->ctx, NULL, &result->err);
		return;
	}
	read_status(&status, r);
	rates(&status, l->has_before ? &l->before : NULL);
	outbox_thresholds(&t, session_settings(l->session));
	outbox_judge(&status, &t);
	l->fn(l->ctx, &status, NULL);
}

void outbox_look(struct session *s, const struct outbox *outbox,
		 const struct outbox_status *before, outbox_look_fn *fn, void *ctx)
{
	struct look *l = xcalloc(1, sizeof *l);
	struct request_callbacks cb = { .done = look_done, .release = free, .ctx = l };
	char *sql = look_sql(session_sql(s), outbox);
	struct scope scope;
	struct txn *txn;

	*l = (struct look){ .session = s, .outbox = outbox, .fn = fn, .ctx = ctx };
	if (before) {
		l->before = *before;
		l->has_before = true;
	}
	session_scope(s, USE_WATCH, &scope);
	txn = txn_new(TXN_READ, &scope);
	txn_add(txn, sql, NULL);
	db_send(session_db(s), DB_WATCH, txn, &cb, ctx);
	scope_release(&scope);
	free(sql);
}

/* ---- judging ---- */

void outbox_thresholds(struct outbox_thresholds *t, const struct settings *s)
{
	*t = (struct outbox_thresholds){
		.warn_age = settings_seconds(s, "outbox-warn-age"),
		.crit_age = settings_seconds(s, "outbox-crit-age"),
		.warn_due = settings_int(s, "outbox-warn-due"),
		.crit_due = settings_int(s, "outbox-crit-due"),
		.warn_dead = settings_int(s, "outbox-warn-dead"),
	};
}

static void raise(struct outbox_status *s, bool when, enum outbox_state state, const char *why)
{
	if (when && state > s->state) {
		s->state = state;
		s->why = why;
	}
}

static bool reached(struct outbox_count c, long limit)
{
	return limit > 0 && c.n >= 0 && (c.n >= limit || (c.more && c.n + 1 >= limit));
}

void outbox_judge(struct outbox_status *s, const struct outbox_thresholds *t)
{
	s->state = OUTBOX_OK;
	s->why = NULL;
	if (!s->outbox->certain)
		return;
	raise(s, s->oldest_due > t->warn_age && t->warn_age > 0, OUTBOX_WARNING, "oldest due");
	raise(s, reached(s->due, t->warn_due), OUTBOX_WARNING, "due");
	raise(s, reached(s->dead, t->warn_dead) || reached(s->failed, t->warn_dead),
	      OUTBOX_WARNING, "dead or failed");
	raise(s, s->oldest_due > t->crit_age && t->crit_age > 0, OUTBOX_CRITICAL, "oldest due");
	raise(s, reached(s->due, t->crit_due), OUTBOX_CRITICAL, "due");
}

const char *outbox_state_name(enum outbox_state state)
{
	static const char *const names[] = { "ok", "warning", "critical" };

	return names[state];
}
