/* SPDX-License-Identifier: MIT */
/*
 * cmd_outbox_check.c - a monitoring plugin: one line with performance data, and a status.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/timefmt.h"
#include "outbox_scan.h"

enum { EXIT_OK, EXIT_WARNING, EXIT_CRITICAL, EXIT_UNKNOWN };

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

/* What separates the parts of the line may not stand in one of them. */
static void plain(struct buf *out, const char *text, const char *separators,
		  const char *instead)
{
	while (*text) {
		bool not ;
		size_t n = outbox_char(text, &not );

		if (not || strchr(separators, *text))
			buf_adds(out, instead);
		else
			buf_add(out, text, n);
		text += n;
	}
}

static void one_line(struct buf *out, const char *text)
{
	plain(out, text, "|", " ");
}

/* 'label'=value. */
static void perfdata(struct buf *data, const struct outbox_status *s, const char *what,
		     double value)
{
	char *name = outbox_full_name(s->outbox);

	buf_adds(data, " '");
	plain(data, name, "'=|", "_");
	buf_addf(data, " %s'=", what);
	if (isinf(value))
		buf_addc(data, 'U');
	else
		buf_addf(data, "%.0f", value);
	free(name);
}

static void limits(struct buf *data, double warn, double crit)
{
	buf_addf(data, ";%.15g", warn);
	if (crit > 0)
		buf_addf(data, ";%.15g", crit);
}

static void check_data(struct buf *data, const struct outbox_status *s,
		       const struct outbox_thresholds *t)
{
	if (s->due.n >= 0) {
		perfdata(data, s, "due", (double)s->due.n);
		limits(data, (double)t->warn_due, (double)t->crit_due);
	}
	if (!isnan(s->oldest_due)) {
		perfdata(data, s, "oldest", s->oldest_due < 0 ? 0 : s->oldest_due);
		buf_adds(data, isinf(s->oldest_due) ? "" : "s");
		limits(data, t->warn_age, t->crit_age);
	}
	if (s->dead.n >= 0) {
		perfdata(data, s, "dead", (double)s->dead.n);
		limits(data, (double)t->warn_dead, 0);
	}
}

static void number(struct buf *line, const struct outbox_count *c)
{
	buf_addf(line, " %s%lld",
		 c->more       ? "more than "
		 : c->at_least ? "at least "
			       : "",
		 (long long)c->n);
}

/* What is not well. */
static void check_line(struct buf *line, const struct outbox_status *s)
{
	buf_addf(line, " %s", s->why);
	if (strcmp(s->why, "oldest due") == 0) {
		buf_adds(line, s->oldest_sampled ? " at least " : " ");
		timefmt_duration(line, s->oldest_due);
	} else if (strcmp(s->why, "due") == 0) {
		number(line, &s->due);
		if (s->due.more && s->due_estimate > (double)s->due.n)
			buf_addf(line, " (the planner expects %.0f)", s->due_estimate);
	} else {
		number(line, s->dead.n > 0 ? &s->dead : &s->failed);
	}
}

/* Neither how many nor how old: nothing that a threshold could be held against. */
static bool tells(const struct outbox_status *s)
{
	return (s->due.n >= 0 && !s->due.estimate) || !isnan(s->oldest_due);
}

/* What the lines and states of all come to. */
struct verdict {
	struct buf line, data, silent; /* silent: those that cannot tell */
	size_t certain, judged;
	int worst;
};

/* What is known to be critical goes before what is unknown. */
static void worse(struct verdict *v, int state)
{
	static const int rank[] = { 0, 1, 3, 2 };

	if (rank[state] > rank[v->worst])
		v->worst = state;
}

static struct buf *begin(struct buf *line, const struct outbox *o)
{
	char *name = outbox_full_name(o);

	buf_adds(line, line->len ? "; " : "");
	one_line(line, name);
	free(name);
	return line;
}

static void check_one(struct call *c, struct verdict *v, struct looked_at *at)
{
	struct outbox_status *s = &at->status;
	struct outbox_thresholds t;

	if (!s->outbox) {
		buf_adds(begin(&v->line, at->outbox), " could not be looked at: ");
		one_line(&v->line, at->err.why ? at->err.why : "no answer");
		worse(v, EXIT_UNKNOWN);
		return;
	}
	thresholds(c, at->outbox, &t);
	outbox_judge(s, &t);
	check_data(&v->data, s, &t);
	if (s->state != OUTBOX_OK)
		check_line(begin(&v->line, at->outbox), s);
	else if (!tells(s))
		buf_adds(begin(&v->silent, at->outbox),
			 at->outbox->pending ? ": no index serves the question what waits"
					     : ": nothing in this table tells what waits");
	v->judged += s->state != OUTBOX_OK || tells(s);
	worse(v, (int)s->state);
}

/* What only says that nothing can be said is no alarm beside others that are well. */
static void check_text(struct verdict *v, const char *none)
{
	if (!v->certain || (!v->judged && v->worst == EXIT_OK))
		v->worst = EXIT_UNKNOWN;
	if (!v->certain)
		buf_adds(&v->line, none);
	else if (!v->line.len && v->judged)
		buf_addf(&v->line, "%zu outbox%s", v->judged, v->judged == 1 ? "" : "es");
	if (v->silent.len)
		buf_addf(&v->line, "%s%s", v->line.len ? "; " : "", v->silent.data);
}

static void check_finish(struct call *c)
{
	static const char *const words[] = { "OK", "WARNING", "CRITICAL", "UNKNOWN" };
	const struct outbox_scan *s = call_data(c);
	const struct host *h = call_host(c);
	struct verdict v = { .worst = EXIT_OK };
	struct buf out = BUF_INIT;
	bool named = args_has(call_args(c), "outbox");

	for (size_t i = 0; i < s->n; i++) {
		if (!s->of[i].outbox->certain)
			continue;
		v.certain++;
		check_one(c, &v, &s->of[i]);
	}
	check_text(&v, named ? "it is only a candidate: the profile can confirm it"
			     : "no outbox was recognised with certainty");
	buf_addf(&out, "OUTBOX %s - %s", words[v.worst], v.line.data);
	if (v.data.len)
		buf_addf(&out, " |%s", v.data.data);
	buf_addc(&out, '\n');
	h->ops->text(h->ctx, "outbox check", out.data, out.len);
	buf_release(&v.line);
	buf_release(&v.data);
	buf_release(&v.silent);
	buf_release(&out);
	call_done(c, NULL, v.worst);
}

/* What is critical already need not be counted further, nor what is past all thresholds. That
 * an estimate is past them is no proof. */
static bool unsure(struct call *c, struct looked_at *at)
{
	struct outbox_status counted = at->status;
	struct outbox_thresholds t;
	long most;

	thresholds(c, at->outbox, &t);
	counted.due_estimate = -1;
	outbox_judge(&counted, &t);
	most = t.crit_due > t.warn_due ? t.crit_due : t.warn_due;
	return counted.state != OUTBOX_CRITICAL && counted.due.n < most;
}

static void check_run(struct call *c)
{
	outbox_scan(c, check_finish, unsure);
}

const struct command cmd_outbox_check = {
	.name = "outbox check",
	.no_key = "for monitoring; the screen Outbox shows the same",
	.summary =
		"A monitoring plugin: one line, status 0 ok, 1 warning, 2 critical, 3 unknown",
	.args = "[--outbox:outbox] [--warn-age:duration] [--crit-age:duration] "
		"[--warn-due:int(0)] "
		"[--crit-due:int(0)] [--warn-dead:int(0)] [--timeout:duration]",
	.help = "Thresholds that are not given are those of the profile file for this outbox "
		"(warn-age, crit-age, warn-due, crit-due, warn-dead), else the settings "
		"outbox-…. Only outboxes that were recognised with certainty count. What goes "
		"wrong, and no answer within the timeout (10s), is unknown: a line and status "
		"3, never another.",
	.needs = NEEDS_CATALOG | BATCH | PLUGIN,
	.run = check_run,
};
