/* SPDX-License-Identifier: MIT */
/*
 * dashoutbox.c - the numbers of an outbox on a dashboard, each with how sure it is and in which
 * state, and the history of this session.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/timefmt.h"
#include "base/utf8.h"
#include "command/outbox_look.h"
#include "command/vars.h"
#include "dashboard_priv.h"
#include "domain/plot.h"

enum { ZOOMS = 12, SKEW = 5, NARROW = 70 };

struct dash_outbox {
	struct screen *screen;
	struct outboxes
		*all; /* of its own: the session's may be replaced while a look is under way */
	const struct catalog *of; /* which they were found in; only compared */
	const struct outbox *outbox;
	struct outbox_watch *watch;
	struct outbox_status status;
	bool some;
	int zoom; /* 2^zoom looks a column */
};

bool panel_is_outbox(const struct panel *p)
{
	return strcmp(p->def->kind, "outbox") == 0;
}

struct dash_outbox *dash_outbox_new(struct screen *s)
{
	struct dash_outbox *o = xcalloc(1, sizeof *o);

	o->screen = s;
	return o;
}

void dash_outbox_free(struct dash_outbox **op)
{
	struct dash_outbox *o = *op;

	*op = NULL;
	if (!o)
		return;
	outboxes_free(&o->all);
	free(o);
}

/* ---- looking ---- */

/* With its schema only where another one has the same name. */
static void title(struct dash_outbox *o)
{
	const struct relation *r = o->outbox->relation;
	bool alone = true;
	char *text;

	for (size_t i = 0; i < outboxes_len(o->all); i++) {
		const struct relation *other = outboxes_at(o->all, i)->relation;

		alone = alone && (other == r || strcmp(other->name, r->name) != 0);
	}
	text = xasprintf("%s %s%s%s%s", o->screen->def->title, alone ? "" : r->schema,
			 alone ? "" : ".", r->name, o->outbox->certain ? "" : " (a candidate)");
	screen_title(o->screen, text);
	free(text);
}

/* The one that the session shows, as the newest catalog has it. */
static bool choose(struct dash_outbox *o, struct err *err)
{
	struct session *s = screen_session(o->screen);
	const struct outbox *shown = vars_outbox(session_vars(s));

	if (!shown)
		return err_set(err, ERR_FAILED, "outbox", "%s",
			       outboxes_none(vars_outboxes(session_vars(s))));
	if (o->of != session_catalog(s)) {
		outboxes_free(&o->all);
		o->all = outboxes_find(session_catalog(s), session_profile(s), session_sql(s));
		o->of = session_catalog(s);
		o->outbox = NULL;
	}
	if (!o->outbox || o->outbox->relation->oid != shown->relation->oid) {
		o->outbox = outboxes_of(o->all, shown->relation->oid);
		o->watch = session_outbox_watch(s, o->outbox);
		o->some = false;
		title(o);
	}
	return true;
}

static bool add_panels(void *ctx, struct txn *t, struct err *err)
{
	return dashboard_add(ctx, t, err);
}

static void took_panels(void *ctx, const struct txn_result *result, size_t first)
{
	dashboard_took(ctx, result, first);
}

static void looked(void *ctx, const struct outbox_status *status, const struct err *err)
{
	struct screen *s = ctx;
	struct dashboard *d = s->data;
	struct dash_outbox *o = d->outbox;

	if (status) {
		o->status = *status;
		o->some = true;
		d->asked_all = d->asked_all || outbox_watch_jumped(o->watch);
	}
	dashboard_answered(s, err);
}

bool dash_outbox_look(struct screen *s, struct err *err)
{
	struct dash_outbox *o = ((struct dashboard *)s->data)->outbox;
	const struct outbox_rider rider = { add_panels, took_panels, s };

	if (!choose(o, err))
		return false;
	outbox_look(screen_session(s), o->outbox, o->watch, false, &rider, looked, s);
	return true;
}

size_t dash_outbox_vars(const struct dash_outbox *o, struct sqlvar *vars, size_t max)
{
	return outbox_watch_vars(o->watch, screen_session(o->screen), o->outbox, vars, max);
}

/* ---- state ---- */

static enum panel_state state_of(enum outbox_state state)
{
	static const enum panel_state states[] = { PANEL_OK, PANEL_WARNING, PANEL_CRITICAL };

	return states[state];
}

enum panel_state dash_outbox_state(const struct dash_outbox *o, const char **why)
{
	*why = o->status.why;
	return o->some ? state_of(o->status.state) : PANEL_PLAIN;
}

enum panel_state dash_outbox_told(const struct dash_outbox *o, enum panel_state now)
{
	return (enum panel_state)outbox_watch_told(o->watch, (int)now);
}

/* What one number alone would say. */
static enum panel_state state_by(const struct dash_outbox *o, const char *value)
{
	struct outbox_status alone = { .outbox = o->outbox,
				       .due = { .n = -1 },
				       .failed = { .n = -1 },
				       .dead = { .n = -1 },
				       .oldest_due = (double)NAN,
				       .due_estimate = o->status.due_estimate };
	struct outbox_thresholds t;

	if (strcmp(value, "due") == 0)
		alone.due = o->status.due;
	else if (strcmp(value, "oldest") == 0)
		alone.oldest_due = o->status.oldest_due;
	else if (strcmp(value, "failed") == 0)
		alone.failed = o->status.failed;
	else if (strcmp(value, "dead") == 0)
		alone.dead = o->status.dead;
	else
		return PANEL_PLAIN;
	/* What nobody can tell is not well either. */
	if (alone.due.n < 0 && alone.failed.n < 0 && alone.dead.n < 0 &&
	    isnan(alone.oldest_due))
		return PANEL_PLAIN;
	outbox_thresholds(&t, screen_session(o->screen), o->outbox);
	outbox_judge(&alone, &t);
	return state_of(alone.state);
}

void dash_outbox_note(const struct dash_outbox *o, struct buf *out)
{
	if (!o->some)
		return;
	if (o->status.marked)
		buf_adds(out, "  above a mark: vacuum is behind");
	if (o->status.buffers >= 0)
		buf_addf(out, "  %" PRId64 " buffers", o->status.buffers);
	if (o->status.buffers > OUTBOX_BUDGET)
		buf_adds(out, ", next cheaper");
}

/* ---- numbers ---- */

static void duration(struct buf *out, double seconds, bool at_least)
{
	if (isnan(seconds)) {
		buf_adds(out, "unknown");
		return;
	}
	if (seconds < 0) {
		buf_adds(out, "none");
		return;
	}
	if (at_least)
		buf_adds(out, utf8_locale() ? "≥ " : ">= ");
	if (isinf(seconds))
		buf_adds(out, "for ever");
	else
		timefmt_duration(out, seconds);
}

static void rate(struct buf *out, double per_second, bool about)
{
	if (isnan(per_second)) {
		buf_adds(out, "unknown");
		return;
	}
	buf_addf(out, per_second < 10 ? "%s%.1f/s" : "%s%.0f/s", about ? "~" : "", per_second);
}

static void processed(struct buf *out, int64_t n)
{
	struct outbox_count c = { .n = n, .estimate = true };

	outbox_count_show(out, &c);
}

/* What was counted, and beside a count that ended at its bound the planner's estimate. */
static void counted(struct buf *out, const struct outbox_count *count, double estimate)
{
	outbox_count_show(out, count);
	if (estimate > 0) {
		buf_adds(out, ", ");
		processed(out, (int64_t)estimate);
	}
}

/* narrow: a word instead of a sentence, so that the state itself is not cut. */
static void state(struct buf *out, const struct dash_outbox *o, bool narrow)
{
	const struct outbox_status *s = &o->status;

	if (s->state != OUTBOX_OK)
		buf_addf(out, "%s", s->why);
	else if (!o->outbox->pending)
		buf_adds(out, "nothing in this table tells what was sent");
	else if (isnan(s->oldest_due) && s->due.n != 0)
		buf_adds(out,
			 narrow ? "oldest unknown" : "unknown: no index leads to the oldest");
	else
		buf_adds(out, "ok");
	if (s->standby)
		buf_adds(out, narrow ? "  standby"
				     : "  on a standby: counters and sessions unknown");
	if (outbox_watch_swapped(o->watch))
		buf_adds(out, narrow ? "  swapped" : "  another table has this name now");
	if (fabs(s->clock_ahead) > SKEW && narrow) {
		buf_adds(out, "  clock off");
	} else if (fabs(s->clock_ahead) > SKEW) {
		buf_adds(out, "  the server's clock is ");
		timefmt_duration(out, fabs(s->clock_ahead));
		buf_adds(out, s->clock_ahead > 0 ? " ahead of ours" : " behind ours");
	}
}

/* Can a message of this table be in the state at all? */
static bool has_state(const struct dash_outbox *o, const char *name)
{
	struct buf condition = BUF_INIT;
	bool has = outbox_condition(&condition, session_sql(screen_session(o->screen)),
				    o->outbox, name);

	buf_release(&condition);
	return has;
}

static void number(struct buf *out, const struct dash_outbox *o, const char *value, int cols)
{
	const struct outbox_status *s = &o->status;
	const struct {
		const char *name;
		const struct outbox_count *count;
	} counts[] = {
		{ "delayed", &s->delayed },
		{ "retrying", &s->retrying },
		{ "claimed", &s->claimed },
		{ "failed", &s->failed },
	};

	for (size_t i = 0; i < ARRAY_SIZE(counts); i++)
		if (strcmp(value, counts[i].name) == 0 && has_state(o, value))
			outbox_count_show(out, counts[i].count);
		else if (strcmp(value, counts[i].name) == 0)
			buf_adds(out, "none");
	if (strcmp(value, "due") == 0)
		counted(out, &s->due, s->due_estimate);
	else if (strcmp(value, "dead") == 0)
		counted(out, &s->dead, s->dead_estimate);
	else if (strcmp(value, "oldest") == 0)
		duration(out, s->oldest_due, s->oldest_sampled);
	else if (strcmp(value, "age") == 0)
		duration(out, s->oldest_age, s->age_sampled);
	else if (strcmp(value, "in") == 0)
		rate(out, s->enqueue_rate, s->enqueue_about);
	else if (strcmp(value, "out") == 0)
		rate(out, s->process_rate, s->process_about);
	else if (strcmp(value, "forecast") == 0)
		outbox_forecast(out, s);
	else if (strcmp(value, "processed") == 0)
		processed(out, s->processed);
	else if (strcmp(value, "state") == 0)
		state(out, o, cols < NARROW);
}

/* ---- history ---- */

void dash_outbox_zoom(struct dash_outbox *o, int by)
{
	o->zoom += by;
	o->zoom = o->zoom < 0 ? 0 : o->zoom > ZOOMS ? ZOOMS : o->zoom;
}

/* The most of each 2^zoom looks; the newest at the right. */
static size_t columns(const struct dash_outbox *o, double *values, size_t width, double *from)
{
	size_t n = outbox_watch_len(o->watch), step = (size_t)1 << o->zoom;
	size_t used = (n + step - 1) / step, first;

	used = used < width ? used : width;
	first = n > used * step ? n - used * step : 0;
	for (size_t i = 0; i < used; i++) {
		values[i] = (double)NAN;
		for (size_t k = first + i * step; k < first + (i + 1) * step && k < n; k++) {
			double v = outbox_watch_at(o->watch, k)->due;

			if (!isnan(v) && (isnan(values[i]) || v > values[i]))
				values[i] = v;
		}
	}
	*from = used ? (double)(time_monotonic_us() -
				outbox_watch_at(o->watch, first)->taken_us) /
				1e6
		     : 0;
	return used;
}

static void paint_history(const struct dash_outbox *o, const struct panel *p, struct canvas *c)
{
	size_t width = c->cols > 2 ? (size_t)c->cols - 2 : 1;
	double *values = xcalloc(width, sizeof *values), from, low, high;
	size_t n = columns(o, values, width, &from);
	struct buf head = BUF_INIT, line = BUF_INIT;

	plot_range(values, n, &low, &high);
	buf_addf(&head, "%s  ", panel_name(p));
	if (n > 1) {
		timefmt_duration(&head, from);
		buf_addf(&head, "  %.0f to %.0f", low, high);
	} else {
		buf_adds(&head, n ? "one look so far" : "no look yet");
	}
	if (o->zoom)
		buf_addf(&head, "  %d looks a column", 1 << o->zoom);
	panel_title(c, head.data, false);
	if (canvas_is_plain(c) || n < 2)
		goto told;
	if (c->rows > 4) {
		struct plot_size size = { .width = (int)width, .height = c->rows - 1 };
		struct plot_scale scale = { 0, plot_round_up(high > 0 ? high : 1) };
		const char *at;
		int row = 1;

		plot_series(&line, values, n, size, scale,
			    utf8_locale() ? PLOT_UTF8 : PLOT_ASCII);
		for (at = line.data; at && *at; row++) {
			size_t len = strcspn(at, "\n");

			canvas_textn(c, row, 1, (int)width, STYLE_PLOT, at, len);
			at += len + (at[len] == '\n');
		}
	} else {
		plot_spark(&line, values, n, (int)width,
			   utf8_locale() ? PLOT_UTF8 : PLOT_ASCII);
		canvas_text(c, 1, 1, (int)width, STYLE_PLOT, line.data ? line.data : "");
	}
told:
	buf_release(&head);
	buf_release(&line);
	free(values);
}

static void history_of(const struct dash_outbox *o, const char *value, double *values, size_t n)
{
	size_t first = outbox_watch_len(o->watch) - n;

	for (size_t i = 0; i < n; i++) {
		const struct outbox_point *at = outbox_watch_at(o->watch, first + i);

		values[i] = strcmp(value, "in") == 0	   ? at->in
			    : strcmp(value, "out") == 0	   ? at->out
			    : strcmp(value, "oldest") == 0 ? at->oldest
							   : at->due;
	}
}

void dash_outbox_paint(const struct screen *s, const struct panel *p, struct canvas *c)
{
	static const char *const drawn[] = { "due", "oldest", "in", "out" };
	const struct dash_outbox *o = ((const struct dashboard *)s->data)->outbox;
	const char *value = p->def->value;
	struct panel_number n = { .title = panel_name(p) };
	double values[24];
	struct buf text = BUF_INIT;

	if (!o->some) {
		panel_title(c, panel_name(p), false);
		return;
	}
	if (strcmp(value, "history") == 0) {
		paint_history(o, p, c);
		return;
	}
	number(&text, o, value, c->cols);
	n.text = text.data ? text.data : "";
	n.state = strcmp(value, "state") == 0 ? state_of(o->status.state) : state_by(o, value);
	for (size_t i = 0; i < ARRAY_SIZE(drawn); i++)
		if (strcmp(value, drawn[i]) == 0) {
			n.n = outbox_watch_len(o->watch);
			n.n = n.n < ARRAY_SIZE(values) ? n.n : ARRAY_SIZE(values);
			history_of(o, value, values, n.n);
			n.history = values;
		}
	panel_paint_number(c, &n);
	buf_release(&text);
}
