/* SPDX-License-Identifier: MIT */
/*
 * cmd_outbox.c - how the outboxes stand: a table, a monitoring plugin's line, prometheus text.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/timefmt.h"
#include "command/command.h"
#include "command/outbox_look.h"
#include "command/outbox_consumers.h"

enum { EXIT_OK, EXIT_WARNING, EXIT_CRITICAL, EXIT_UNKNOWN };

struct scan {
	struct outboxes *all;
	size_t next;
	struct outbox_status *status; /* as outboxes_at; outbox NULL: could not be looked at */
	int64_t *gaps;		      /* as outboxes_at; -1 unknown */
	struct outbox_watch *
		*watch; /* as outboxes_at: what the rounds of --watch know of one another */
	struct call *call;
	struct loop_timer *timer; /* until the next round */
	long rounds;
	bool thorough;	/* counts must reach the thresholds */
	bool again;	/* the second look at the same one */
	struct err err; /* of the last that could not */
	void (*finish)(struct call *c);
};

static void scan_free(void *data)
{
	struct scan *s = data;

	for (size_t i = 0; i < outboxes_len(s->all); i++)
		outbox_watch_free(&s->watch[i]);
	free(s->watch);
	outboxes_free(&s->all);
	free(s->status);
	free(s->gaps);
	loop_timer_free(&s->timer);
	err_release(&s->err);
	free(s);
}

static void scan_next(struct call *c);

/* A check must know on which side of its thresholds a count is. */
static bool look_further(struct call *c, const struct outbox_status *status)
{
	const struct scan *s = call_data(c);

	return s->thorough && status->due.more && !s->again &&
	       outboxes_at(s->all, s->next)->certain;
}

static void scan_further(struct call *c)
{
	struct scan *s = call_data(c);

	s->next++;
	scan_next(c);
}

static void gaps_told(void *ctx, const struct txn_result *result)
{
	struct call *c = ctx;
	struct scan *s = call_data(c);

	/* Not to be read, or in vain: unknown. */
	if (result->outcome == TXN_DONE && !reply_null(result->replies[0], 0, 0))
		s->gaps[s->next] = reply_int(result->replies[0], 0, 0);
	scan_further(c);
}

/* What consumers passed over; false: nobody keeps places. */
static bool gaps_ask(struct call *c)
{
	const struct request_callbacks cb = { .done = gaps_told, .ctx = c };
	const struct scan *s = call_data(c);
	struct session *session = call_session(c);
	struct buf sql = BUF_INIT;
	struct scope scope;
	struct txn *t;
	bool some = outbox_gaps_sql(&sql, session, outboxes_at(s->all, s->next));

	if (some) {
		session_scope(session, USE_WATCH, &scope);
		t = txn_new(TXN_READ, &scope);
		scope_release(&scope);
		txn_add(t, sql.data, NULL);
		db_send(session_db(session), DB_WATCH, t, &cb, c);
	}
	buf_release(&sql);
	return some;
}

static void scan_looked(void *ctx, const struct outbox_status *status, const struct err *err)
{
	struct call *c = ctx;
	struct scan *s = call_data(c);

	if (status)
		s->status[s->next] = *status;
	else
		err_copy(&s->err, err);
	if (status && look_further(c, status)) {
		s->again = true;
		outbox_look(call_session(c), outboxes_at(s->all, s->next), s->watch[s->next],
			    true, NULL, scan_looked, c);
		return;
	}
	s->gaps[s->next] = -1;
	if (s->thorough || !gaps_ask(c))
		scan_further(c);
}

static void scan_next(struct call *c)
{
	struct scan *s = call_data(c);

	if (s->next == outboxes_len(s->all)) {
		s->finish(c);
		return;
	}
	s->again = false;
	if (!s->watch[s->next])
		s->watch[s->next] = outbox_watch_new();
	outbox_look(call_session(c), outboxes_at(s->all, s->next), s->watch[s->next], false,
		    NULL, scan_looked, c);
}

static void scan_start(struct call *c, void (*finish)(struct call *c), bool thorough)
{
	struct session *session = call_session(c);
	struct scan *s = xcalloc(1, sizeof *s);

	call_set_data(c, s, scan_free);
	s->call = c;
	s->finish = finish;
	s->thorough = thorough;
	s->all = outboxes_find(session_catalog(session), session_profile(session),
			       session_sql(session));
	s->status = xcalloc(outboxes_len(s->all) + 1, sizeof *s->status);
	s->gaps = xcalloc(outboxes_len(s->all) + 1, sizeof *s->gaps);
	s->watch = xcalloc(outboxes_len(s->all) + 1, sizeof(struct outbox_watch *));
	scan_next(c);
}

/* ---- outbox status ---- */

static const struct table_column columns[] = {
	{ .name = "relation" },
	{ .name = "shape" },
	{ .name = "confidence" },
	{ .name = "due", .type = CELL_NUMBER },
	{ .name = "due_exact", .type = CELL_BOOL },
	{ .name = "delayed", .type = CELL_NUMBER },
	{ .name = "retrying", .type = CELL_NUMBER },
	{ .name = "failed", .type = CELL_NUMBER },
	{ .name = "dead", .type = CELL_NUMBER },
	{ .name = "processed", .type = CELL_NUMBER },
	{ .name = "oldest_due_seconds", .type = CELL_NUMBER },
	{ .name = "enqueue_rate", .type = CELL_NUMBER },
	{ .name = "process_rate", .type = CELL_NUMBER },
	{ .name = "state" },
	{ .name = "gaps", .type = CELL_NUMBER },
};

struct cells {
	char text[ARRAY_SIZE(columns)][96];
	const char *v[ARRAY_SIZE(columns)];
	size_t n;
};

static void put_text(struct cells *c, const char *text)
{
	c->v[c->n++] = text;
}

static void put_int(struct cells *c, int64_t n)
{
	snprintf(c->text[c->n], sizeof c->text[0], "%lld", (long long)n);
	c->v[c->n] = n < 0 ? NULL : c->text[c->n];
	c->n++;
}

/* Nothing due has no age: NULL, as what is unknown. */
static void put_double(struct cells *c, double d)
{
	snprintf(c->text[c->n], sizeof c->text[0], "%.3f", d);
	c->v[c->n] = isnan(d) || d < 0 ? NULL : c->text[c->n];
	c->n++;
}

static char *relation_name(const struct outbox *o)
{
	return xasprintf("%s.%s", o->relation->schema, o->relation->name);
}

static void status_row(struct call *c, const struct outbox *o, const struct outbox_status *s,
		       int64_t gaps)
{
	const struct host *h = call_host(c);
	char *name = relation_name(o);
	struct cells cells = { .n = 0 };

	put_text(&cells, name);
	put_text(&cells, outbox_shape_name(o->shape));
	put_text(&cells, outbox_confidence(o));
	put_int(&cells, s->outbox ? s->due.n : -1);
	put_text(&cells, !s->outbox || s->due.n < 0    ? NULL
			 : outbox_count_exact(&s->due) ? "true"
						       : "false");
	put_int(&cells, s->outbox ? s->delayed.n : -1);
	put_int(&cells, s->outbox ? s->retrying.n : -1);
	put_int(&cells, s->outbox ? s->failed.n : -1);
	put_int(&cells, s->outbox ? s->dead.n : -1);
	put_int(&cells, s->outbox ? s->processed : -1);
	put_double(&cells, s->outbox ? s->oldest_due : (double)NAN);
	put_double(&cells, s->outbox ? s->enqueue_rate : (double)NAN);
	put_double(&cells, s->outbox ? s->process_rate : (double)NAN);
	put_text(&cells, s->outbox ? outbox_state_name(s->state) : NULL);
	put_int(&cells, gaps);
	h->ops->table_row(h->ctx, cells.v);
	free(name);
}

static void status_table(struct call *c)
{
	const struct scan *s = call_data(c);
	const struct host *h = call_host(c);

	h->ops->table_begin(h->ctx, "outboxes", columns, ARRAY_SIZE(columns));
	for (size_t i = 0; i < outboxes_len(s->all); i++)
		status_row(c, outboxes_at(s->all, i), &s->status[i], s->gaps[i]);
	h->ops->table_end(h->ctx);
}

/* ---- prometheus text exposition format ---- */

static void label(struct buf *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '\\' || *text == '"')
			buf_addc(out, '\\');
		if (*text == '\n')
			buf_adds(out, "\\n");
		else
			buf_addc(out, *text);
	}
}

struct metric {
	const char *name, *help;
	double (*value)(const struct outbox_status *s);
};

static double known(int64_t n)
{
	return n < 0 ? (double)NAN : (double)n;
}

static double metric_due(const struct outbox_status *s)
{
	return known(s->due.n);
}

static double metric_delayed(const struct outbox_status *s)
{
	return known(s->delayed.n);
}

static double metric_retrying(const struct outbox_status *s)
{
	return known(s->retrying.n);
}

static double metric_failed(const struct outbox_status *s)
{
	return known(s->failed.n);
}

static double metric_dead(const struct outbox_status *s)
{
	return known(s->dead.n);
}

static double metric_oldest(const struct outbox_status *s)
{
	return s->oldest_due < 0 ? 0 : s->oldest_due;
}

static double metric_bounded(const struct outbox_status *s)
{
	return s->due.n < 0 ? (double)NAN : !outbox_count_exact(&s->due);
}

static double metric_in(const struct outbox_status *s)
{
	return s->enqueue_rate;
}

static double metric_out(const struct outbox_status *s)
{
	return s->process_rate;
}

static double metric_state(const struct outbox_status *s)
{
	return (double)s->state;
}

static const struct metric metrics[] = {
	{ "souk_outbox_due", "Messages that are due, counted up to a bound.", metric_due },
	{ "souk_outbox_due_inexact", "1 where due ended at its bound or is an estimate.",
	  metric_bounded },
	{ "souk_outbox_enqueued_per_second", "Messages that come, with --watch.", metric_in },
	{ "souk_outbox_processed_per_second", "Messages that leave, with --watch.",
	  metric_out },
	{ "souk_outbox_delayed", "Pending messages that are not due yet.", metric_delayed },
	{ "souk_outbox_retrying", "Pending messages with attempts behind them.",
	  metric_retrying },
	{ "souk_outbox_failed", "Messages that failed.", metric_failed },
	{ "souk_outbox_dead", "Messages that nobody tries again.", metric_dead },
	{ "souk_outbox_oldest_due_seconds", "Age of the oldest due message.", metric_oldest },
	{ "souk_outbox_state", "0 ok, 1 warning, 2 critical.", metric_state },
};

static void prometheus(struct call *c)
{
	const struct scan *s = call_data(c);
	const struct host *h = call_host(c);
	struct buf out = BUF_INIT;

	for (size_t m = 0; m < ARRAY_SIZE(metrics); m++) {
		buf_addf(&out, "# HELP %s %s\n# TYPE %s gauge\n", metrics[m].name,
			 metrics[m].help, metrics[m].name);
		for (size_t i = 0; i < outboxes_len(s->all); i++) {
			const struct outbox *o = outboxes_at(s->all, i);
			double value = s->status[i].outbox ? metrics[m].value(&s->status[i])
							   : (double)NAN;
			char *name = relation_name(o);

			if (!isnan(value)) {
				buf_addf(&out, "%s{relation=\"", metrics[m].name);
				label(&out, name);
				buf_addf(&out, "\",confidence=\"%s\"} %.15g\n",
					 outbox_confidence(o), value);
			}
			free(name);
		}
	}
	h->ops->text(h->ctx, "prometheus", out.data, out.len);
	buf_release(&out);
}

static void next_round(void *ctx)
{
	struct scan *s = ctx;

	s->next = 0;
	err_clear(&s->err);
	memset(s->status, 0, (outboxes_len(s->all) + 1) * sizeof *s->status);
	scan_next(s->call);
}

/* --watch: until it is interrupted, or --rounds have been. */
static bool again(struct call *c)
{
	struct scan *s = call_data(c);
	const char *every = args_get(call_args(c), "watch");
	double seconds;

	s->rounds++;
	if (!every || !timefmt_parse_duration(every, &seconds) ||
	    s->rounds == args_int(call_args(c), "rounds", 0))
		return false;
	if (!s->timer)
		s->timer = loop_timer_new(session_loop(call_session(c)), next_round, s);
	loop_timer_start(s->timer, (uint64_t)(seconds < 0.2 ? 200 : seconds * 1000), 0);
	return true;
}

static void status_finish(struct call *c)
{
	const struct scan *s = call_data(c);
	const struct host *h = call_host(c);

	if (h->format && strcmp(h->format, "prometheus") == 0)
		prometheus(c);
	else
		status_table(c);
	if (!outboxes_len(s->all) && !h->batch)
		h->ops->say(h->ctx, SAY_INFO, "no relation here has the shape of an outbox");
	if (!again(c))
		call_done(c, s->err.kind ? &s->err : NULL, -1);
}

static void status_run(struct call *c)
{
	scan_start(c, status_finish, false);
}

const struct command cmd_outbox_status = {
	.name = "outbox status",
	.summary = "How each outbox stands",
	.args = "[--watch:duration] [--rounds:int]",
	.format = "prometheus",
	.help = "Bounded counts and index probes, no lock. What a table cannot tell is left "
		"empty; due_exact is false where due ended at its bound or is an estimate. "
		"--watch "
		"looks again and again, and from the second round on knows the rates. gaps: "
		"what "
		"consumers passed over, of the last fifty per event type. --format "
		"prometheus writes the text exposition format.",
	.needs = NEEDS_CATALOG | BATCH,
	.run = status_run,
};

/* ---- outbox check: a monitoring plugin ---- */

static bool threshold(const struct call *c, const char *option, double *value)
{
	const char *text = args_get(call_args(c), option);

	return !text || timefmt_parse_duration(text, value);
}

/* What was asked for, else what the profile file says of this one, else the settings. */
static void thresholds(const struct call *c, const struct outbox *o,
		       struct outbox_thresholds *t)
{
	outbox_thresholds(t, call_session(c), o);
	threshold(c, "warn-age", &t->warn_age);
	threshold(c, "crit-age", &t->crit_age);
	t->warn_due = args_int(call_args(c), "warn-due", t->warn_due);
	t->crit_due = args_int(call_args(c), "crit-due", t->crit_due);
	t->warn_dead = args_int(call_args(c), "warn-dead", t->warn_dead);
}

/* 'label'=value: a quote in a label is doubled, and what separates may not stand in it. */
static void perfdata(struct buf *data, const struct outbox_status *s, const char *what,
		     double value)
{
	char *name = relation_name(s->outbox);

	if (!isnan(value)) {
		buf_adds(data, " '");
		for (const char *p = name; *p; p++)
			buf_addf(data, *p == '\'' ? "''" : "%c", strchr("=|\n", *p) ? '_' : *p);
		buf_addf(data, " %s'=%.0f", what, value);
	}
	free(name);
}

static void threshold_text(struct buf *data, bool some, double warn, double crit)
{
	if (some)
		buf_addf(data, ";%.15g", warn);
	if (some && crit > 0)
		buf_addf(data, ";%.15g", crit);
}

static void check_one(struct buf *line, struct buf *data, const struct outbox_status *s,
		      const struct outbox_thresholds *t)
{
	const struct relation *r = s->outbox->relation;

	if (s->state != OUTBOX_OK) {
		buf_addf(line, "%s%s.%s %s", line->len ? "; " : "", r->schema, r->name, s->why);
		if (strcmp(s->why, "oldest due") == 0) {
			buf_addc(line, ' ');
			timefmt_duration(line, s->oldest_due);
		} else if (strcmp(s->why, "due") == 0) {
			buf_addf(line, " %s%lld", s->due.more ? "more than " : "",
				 (long long)s->due.n);
		}
	}
	perfdata(data, s, "due", s->due.n < 0 ? (double)NAN : (double)s->due.n);
	threshold_text(data, s->due.n >= 0, (double)t->warn_due, (double)t->crit_due);
	perfdata(data, s, "oldest", s->oldest_due < 0 ? 0 : s->oldest_due);
	if (!isnan(s->oldest_due))
		buf_addc(data, 's');
	threshold_text(data, !isnan(s->oldest_due), t->warn_age, t->crit_age);
	perfdata(data, s, "dead", s->dead.n < 0 ? (double)NAN : (double)s->dead.n);
	threshold_text(data, s->dead.n >= 0, (double)t->warn_dead, 0);
}

static void check_finish(struct call *c)
{
	static const char *const words[] = { "OK", "WARNING", "CRITICAL", "UNKNOWN" };
	const struct scan *s = call_data(c);
	const struct host *h = call_host(c);
	struct outbox_thresholds t;
	struct buf line = BUF_INIT, data = BUF_INIT, out = BUF_INIT;
	int worst = EXIT_OK;
	size_t certain = 0;

	for (size_t i = 0; i < outboxes_len(s->all); i++) {
		struct outbox_status *status = &s->status[i];

		if (!outboxes_at(s->all, i)->certain)
			continue;
		certain++;
		if (!status->outbox) {
			worst = EXIT_UNKNOWN;
			continue;
		}
		thresholds(c, outboxes_at(s->all, i), &t);
		outbox_judge(status, &t);
		check_one(&line, &data, status, &t);
		if ((int)status->state > worst)
			worst = (int)status->state;
	}
	if (!certain)
		worst = EXIT_UNKNOWN;
	buf_addf(&out, "OUTBOX %s - ", words[worst]);
	if (!certain)
		buf_adds(&out, "no outbox was recognised with certainty");
	else if (worst == EXIT_UNKNOWN)
		buf_adds(&out, s->err.why ? s->err.why : "could not look");
	else if (line.len)
		buf_addbuf(&out, &line);
	else
		buf_addf(&out, "%zu outbox%s", certain, certain == 1 ? "" : "es");
	if (data.len)
		buf_addf(&out, " |%s", data.data);
	buf_addc(&out, '\n');
	h->ops->text(h->ctx, "outbox check", out.data, out.len);
	buf_release(&line);
	buf_release(&data);
	buf_release(&out);
	call_done(c, NULL, worst);
}

static void check_run(struct call *c)
{
	scan_start(c, check_finish, true);
}

const struct command cmd_outbox_check = {
	.name = "outbox check",
	.summary =
		"A monitoring plugin: one line, status 0 ok, 1 warning, 2 critical, 3 unknown",
	.args = "[--warn-age:duration] [--crit-age:duration] [--warn-due:int] [--crit-due:int] "
		"[--warn-dead:int]",
	.help = "Thresholds that are not given are those of the profile file for this outbox "
		"(warn-age, crit-age, warn-due, crit-due, warn-dead), else the settings "
		"outbox-…. Only outboxes that were recognised with certainty count.",
	.needs = NEEDS_CATALOG | BATCH,
	.run = check_run,
};
