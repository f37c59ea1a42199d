/* SPDX-License-Identifier: MIT */
/*
 * outbox_judge.c - what a look means: thresholds, the forecast, numbers with how sure they are.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/timefmt.h"
#include "base/utf8.h"
#include "command/outbox_look.h"

bool outbox_count_exact(const struct outbox_count *c)
{
	return c->n >= 0 && !c->more && !c->at_least && !c->estimate;
}

static void grouped(struct buf *out, int64_t n)
{
	if (n >= 1000) {
		grouped(out, n / 1000);
		buf_addf(out, " %03d", (int)(n % 1000));
	} else {
		buf_addf(out, "%" PRId64, n);
	}
}

static void rounded(struct buf *out, double n)
{
	if (n >= 1e9)
		buf_addf(out, "%.1f G", n / 1e9);
	else if (n >= 1e6)
		buf_addf(out, "%.1f M", n / 1e6);
	else if (n >= 1e4)
		buf_addf(out, "%.0f k", n / 1e3);
	else
		grouped(out, (int64_t)n);
}

void outbox_count_show(struct buf *out, const struct outbox_count *c)
{
	if (c->n < 0) {
		buf_adds(out, "unknown");
		return;
	}
	if (c->estimate) {
		buf_addc(out, '~');
		rounded(out, (double)c->n);
		return;
	}
	if (c->at_least && c->n == 0) {
		buf_adds(out, "none seen");
		return;
	}
	if (c->more)
		buf_adds(out, "> ");
	else if (c->at_least)
		buf_adds(out, utf8_locale() ? "≥ " : ">= ");
	grouped(out, c->n);
}

/* What the profile file says of this one; NULL. */
static const char *said(const struct session *s, const struct outbox *o, const char *key)
{
	char *name = xasprintf("%s.%s", o->relation->schema, o->relation->name);
	const char *value = profile_configured(session_profile(s), "outbox", name, key);

	free(name);
	return value;
}

static double seconds(const struct session *s, const struct outbox *o, const char *key,
		      const char *setting)
{
	const char *value = said(s, o, key);
	double t;

	return value && timefmt_parse_duration(value, &t)
		       ? t
		       : settings_seconds(session_settings(s), setting);
}

static long number(const struct session *s, const struct outbox *o, const char *key,
		   const char *setting)
{
	const char *value = said(s, o, key);

	return value ? strtol(value, NULL, 10) : settings_int(session_settings(s), setting);
}

void outbox_thresholds(struct outbox_thresholds *t, const struct session *s,
		       const struct outbox *o)
{
	*t = (struct outbox_thresholds){
		.warn_age = seconds(s, o, "warn-age", "outbox-warn-age"),
		.crit_age = seconds(s, o, "crit-age", "outbox-crit-age"),
		.warn_due = number(s, o, "warn-due", "outbox-warn-due"),
		.crit_due = number(s, o, "crit-due", "outbox-crit-due"),
		.warn_dead = number(s, o, "warn-dead", "outbox-warn-dead"),
		.warn_lag = seconds(s, o, "warn-lag", "projection-warn-lag"),
	};
}

static void raise(struct outbox_status *s, bool when, enum outbox_state state, const char *why)
{
	if (when && state > s->state) {
		s->state = state;
		s->why = why;
	}
}

/* A count that ended at its bound goes by the planner's estimate beyond it. */
static bool reached(struct outbox_count c, long limit, double estimate)
{
	return limit > 0 && c.n >= 0 && !c.estimate &&
	       (c.n >= limit || (c.more && (c.n + 1 >= limit || estimate >= (double)limit)));
}

void outbox_judge(struct outbox_status *s, const struct outbox_thresholds *t)
{
	s->state = OUTBOX_OK;
	s->why = NULL;
	if (!s->outbox || !s->outbox->certain)
		return;
	raise(s, s->oldest_due > t->warn_age && t->warn_age > 0, OUTBOX_WARNING, "oldest due");
	raise(s, reached(s->due, t->warn_due, s->due_estimate), OUTBOX_WARNING, "due");
	raise(s, reached(s->dead, t->warn_dead, -1) || reached(s->failed, t->warn_dead, -1),
	      OUTBOX_WARNING, "dead or failed");
	raise(s, s->oldest_due > t->crit_age && t->crit_age > 0, OUTBOX_CRITICAL, "oldest due");
	raise(s, reached(s->due, t->crit_due, s->due_estimate), OUTBOX_CRITICAL, "due");
}

const char *outbox_state_name(enum outbox_state state)
{
	static const char *const names[] = { "ok", "warning", "critical" };

	return names[state];
}

void outbox_forecast(struct buf *out, const struct outbox_status *s)
{
	double due = s->due.more && s->due_estimate > 0 ? s->due_estimate : (double)s->due.n;
	double net = s->process_rate - s->enqueue_rate;

	if (s->due.n < 0)
		buf_adds(out, "unknown");
	else if (s->due.n == 0 && !s->due.at_least)
		buf_adds(out, "nothing waits");
	else if (isnan(net))
		buf_adds(out, "time to drain unknown");
	else if (s->process_rate < 0.05)
		buf_adds(out, s->enqueue_rate < 0.05 ? "stands still"
						     : "nothing leaves");
	else if (net <= 0.01 * s->enqueue_rate)
		buf_adds(out, net < -0.01 * s->enqueue_rate ? "growing, never drains"
							    : "holds level, never drains");
	else {
		buf_adds(out, "drains in ~");
		timefmt_duration(out, due / net);
	}
}
