/* SPDX-License-Identifier: MIT */
/*
 * cmd_outbox.c - how the outboxes stand: a table, or prometheus text; once, or again and again.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/timefmt.h"
#include "outbox_scan.h"

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
	{ .name = "inexact" },
};

/* ---- which numbers are not exact ---- */

static const char *const numbers[] = { "due",		"delayed",	      "retrying",
				       "failed",	"dead",		      "processed",
				       "oldest_due_seconds", "enqueue_rate", "process_rate" };

/* Ended at a bound, of a sample, above a mark, or estimated.  What is unknown is none of these. */
static bool inexact(const struct outbox_status *s, size_t number)
{
	const struct outbox_count *const counts[] = { &s->due, &s->delayed, &s->retrying,
						      &s->failed, &s->dead };

	if (number < ARRAY_SIZE(counts))
		return counts[number]->n >= 0 && !outbox_count_exact(counts[number]);
	switch (number) {
	case 5:
		return s->processed >= 0;
	case 6:
		return !isnan(s->oldest_due) && s->oldest_sampled;
	case 7:
		return !isnan(s->enqueue_rate) && s->enqueue_about;
	default:
		return !isnan(s->process_rate) && s->process_about;
	}
}

static void inexact_names(struct buf *out, const struct outbox_status *s)
{
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		if (inexact(s, i))
			buf_addf(out, "%s%s", out->len ? " " : "", numbers[i]);
}

/* ---- a table ---- */

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

static void status_row(struct call *c, const struct looked_at *at)
{
	const struct host *h = call_host(c);
	const struct outbox *o = at->outbox;
	const struct outbox_status *s = &at->status;
	char *name = outbox_full_name(o);
	struct cells cells = { .n = 0 };
	struct buf names = BUF_INIT;

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
	put_int(&cells, at->gaps);
	if (s->outbox)
		inexact_names(&names, s);
	put_text(&cells, names.len ? names.data : s->outbox ? "" : NULL);
	h->ops->table_row(h->ctx, cells.v);
	buf_release(&names);
	free(name);
}

static void status_table(struct call *c)
{
	const struct outbox_scan *s = call_data(c);
	const struct host *h = call_host(c);

	h->ops->table_begin(h->ctx, "outboxes", columns, ARRAY_SIZE(columns));
	for (size_t i = 0; i < s->n; i++)
		status_row(c, &s->of[i]);
	h->ops->table_end(h->ctx);
}

/* ---- prometheus text exposition format ---- */

/* Backslash, quote and newline are escaped. */
static void label(struct buf *out, const char *text)
{
	while (*text) {
		bool not ;
		size_t n = outbox_char(text, &not );

		if (*text == '\\' || *text == '"')
			buf_addc(out, '\\');
		if (*text == '\n')
			buf_adds(out, "\\n");
		else if (not )
			buf_adds(out, "\xef\xbf\xbd"); /* U+FFFD */
		else
			buf_add(out, text, n);
		text += n;
	}
}

static void sample(struct buf *out, double value)
{
	if (isinf(value))
		buf_adds(out, value < 0 ? "-Inf\n" : "+Inf\n");
	else
		buf_addf(out, "%.15g\n", value);
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

static void metric_rows(struct buf *out, const struct outbox_scan *s, const struct metric *m)
{
	buf_addf(out, "# HELP %s %s\n# TYPE %s gauge\n", m->name, m->help, m->name);
	for (size_t i = 0; i < s->n; i++) {
		const struct looked_at *at = &s->of[i];
		double value = at->status.outbox ? m->value(&at->status) : (double)NAN;
		char *name = outbox_full_name(at->outbox);

		if (!isnan(value)) {
			buf_addf(out, "%s{relation=\"", m->name);
			label(out, name);
			buf_addf(out, "\",confidence=\"%s\"} ", outbox_confidence(at->outbox));
			sample(out, value);
		}
		free(name);
	}
}

/* 1 or 0 for each number. */
static void inexact_rows(struct buf *out, const struct outbox_scan *s)
{
	buf_adds(out, "# HELP souk_outbox_inexact Numbers that ended at a bound, are of a sample "
		      "or above a mark, or estimated.\n# TYPE souk_outbox_inexact gauge\n");
	for (size_t i = 0; i < s->n; i++) {
		const struct looked_at *at = &s->of[i];
		char *name = outbox_full_name(at->outbox);

		for (size_t k = 0; at->status.outbox && k < ARRAY_SIZE(numbers); k++) {
			buf_adds(out, "souk_outbox_inexact{relation=\"");
			label(out, name);
			buf_addf(out, "\",confidence=\"%s\",number=\"%s\"} %d\n",
				 outbox_confidence(at->outbox), numbers[k],
				 inexact(&at->status, k));
		}
		free(name);
	}
}

static void prometheus(struct call *c)
{
	const struct outbox_scan *s = call_data(c);
	const struct host *h = call_host(c);
	struct buf out = BUF_INIT;

	for (size_t m = 0; m < ARRAY_SIZE(metrics); m++)
		metric_rows(&out, s, &metrics[m]);
	inexact_rows(&out, s);
	h->ops->text(h->ctx, "prometheus", out.data, out.len);
	buf_release(&out);
}

/* ---- --watch ---- */

/* Until it is interrupted, or --rounds have been.  A server that is lost may come back: that it
 * is lost is said once. */
static bool again(struct call *c)
{
	struct outbox_scan *s = call_data(c);
	const struct host *h = call_host(c);
	const char *every = args_get(call_args(c), "watch");
	double seconds;

	if (!every || !timefmt_parse_duration(every, &seconds) ||
	    s->rounds == args_int(call_args(c), "rounds", 0))
		return false;
	if (s->err.kind && !s->failing) {
		char *text = err_text(&s->err);

		h->ops->say(h->ctx, SAY_WARNING, text);
		free(text);
	}
	s->failing = s->err.kind != ERR_NONE;
	outbox_scan_again(s, seconds);
	return true;
}

static void status_finish(struct call *c)
{
	const struct outbox_scan *s = call_data(c);
	const struct host *h = call_host(c);

	if (h->format && strcmp(h->format, "prometheus") == 0)
		prometheus(c);
	else
		status_table(c);
	if (!s->n && !h->batch)
		h->ops->say(h->ctx, SAY_INFO, outboxes_none(NULL));
	if (!again(c))
		call_done(c, s->err.kind ? &s->err : NULL, -1);
}

static void status_run(struct call *c)
{
	outbox_scan(c, status_finish, NULL);
}

const struct command cmd_outbox_status = {
	.name = "outbox status",
	.no_key = "the screen Outbox shows it",
	.summary = "How each outbox stands",
	.args = "[--outbox:outbox] [--watch:duration] [--rounds:int(1)]",
	.format = "prometheus",
	.help = "Bounded counts and index probes, no lock. What a table cannot tell is left "
		"empty; due_exact is false where due ended at its bound or is an estimate; "
		"inexact names all numbers that ended at a bound, are of a sample or "
		"above a mark (an oldest one may be older), or estimated. "
		"--watch "
		"looks again and again, and from the second round on knows the rates. gaps: "
		"what "
		"consumers passed over, of the last fifty per event type. --format "
		"prometheus writes the text exposition format.",
	.needs = NEEDS_CATALOG | BATCH,
	.run = status_run,
};
