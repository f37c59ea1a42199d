/* SPDX-License-Identifier: MIT */
/*
 * cmd_incident.c - for the ticket, in Markdown: how the outboxes stand, what holds them up, what
 * this session saw of it, and what was done from here.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/path.h"
#include "base/timefmt.h"
#include "command/command.h"
#include "command/journal.h"
#include "outbox_chosen.h"
#include "outbox_scan.h"
#include "outbox_why.h"

#define SINCE "8h"
enum { POINTS_SHOWN = 24 };

static void row(struct buf *out, const char *const *cells)
{
	for (; *cells; cells++) {
		buf_adds(out, "| ");
		markdown_cell(out, *cells);
		buf_addc(out, ' ');
	}
	buf_adds(out, "|\n");
}

static void heading(const struct call *c, struct buf *out)
{
	const struct db_session *d = db_session(session_db(call_session(c)));
	struct buf now = BUF_INIT;
	char zone[32];
	time_t at = time(NULL);
	struct tm here;

	timefmt_instant(&now, time_now_us());
	if (!localtime_r(&at, &here) || !strftime(zone, sizeof zone, "%z", &here))
		*zone = '\0';
	buf_adds(out, "# Incident: ");
	markdown_cell(out, d ? d->database : "no connection");
	buf_adds(out, " on ");
	markdown_cell(out, d && d->host && *d->host ? d->host : "this machine");
	buf_addf(out, "\n\nWritten %s (times are %s)", now.data, *zone ? zone : "local");
	if (d) {
		buf_adds(out, " as ");
		markdown_cell(out, d->user);
		buf_addf(out, ", PostgreSQL %d, %s", d->server_version / 10000,
			 d->in_hot_standby ? "a standby" : "primary");
	}
	buf_adds(out, ".\n");
	buf_release(&now);
}

/* ---- how it stands ---- */

static void count_row(struct buf *out, const char *what, const struct outbox_count *n)
{
	struct buf text = BUF_INIT;

	outbox_count_show(&text, n);
	row(out, (const char *const[]){ what, text.data, NULL });
	buf_release(&text);
}

static void seconds_row(struct buf *out, const char *what, double seconds, bool at_least)
{
	struct buf text = BUF_INIT;

	if (isnan(seconds)) {
		buf_adds(&text, "unknown");
	} else if (seconds < 0) {
		buf_adds(&text, "none");
	} else {
		buf_adds(&text, at_least ? "≥ " : "");
		timefmt_duration(&text, seconds);
	}
	row(out, (const char *const[]){ what, text.data, NULL });
	buf_release(&text);
}

static void numbers(struct buf *out, const struct outbox_status *s)
{
	struct buf processed = BUF_INIT;

	markdown_head(out, (const char *const[]){ "messages", "now", NULL });
	count_row(out, "due", &s->due);
	seconds_row(out, "oldest due", s->oldest_due, s->oldest_sampled || s->marked);
	seconds_row(out, "enqueued", s->oldest_age, s->age_sampled || s->marked);
	count_row(out, "delayed", &s->delayed);
	count_row(out, "retrying", &s->retrying);
	count_row(out, "claimed", &s->claimed);
	count_row(out, "failed", &s->failed);
	count_row(out, "dead", &s->dead);
	if (s->processed < 0)
		buf_adds(&processed, "unknown");
	else
		buf_addf(&processed, "~%" PRId64, s->processed);
	row(out, (const char *const[]){ "processed", processed.data, NULL });
	buf_release(&processed);
}

static void figure(struct buf *out, double n)
{
	if (isnan(n))
		buf_adds(out, "| unknown ");
	else
		buf_addf(out, "| %.6g ", n);
}

static void point_row(struct buf *out, const struct outbox_point *p)
{
	struct buf text = BUF_INIT;

	timefmt_instant(&text, time_now_us() - (time_monotonic_us() - p->taken_us));
	buf_addf(out, "| %s ", text.data);
	figure(out, p->due);
	buf_clear(&text);
	if (isnan(p->oldest))
		buf_adds(&text, "unknown");
	else
		timefmt_duration(&text, p->oldest > 0 ? p->oldest : 0);
	buf_addf(out, "| %s ", text.data);
	figure(out, p->in);
	figure(out, p->out);
	buf_adds(out, "|\n");
	buf_release(&text);
}

/* What a console saw while it watched: from the first look to the last, some of those between. */
static void history(struct buf *out, const struct outbox_watch *w)
{
	size_t n = w ? outbox_watch_len(w) : 0, shown = n < POINTS_SHOWN ? n : POINTS_SHOWN;

	if (n < 2)
		return;
	buf_adds(out, "\n### Seen in this session\n\n");
	markdown_head(out, (const char *const[]){ "time", "due", "oldest due", "in per second",
						  "out per second", NULL });
	for (size_t i = 0; i < shown; i++)
		point_row(out, outbox_watch_at(w, i * (n - 1) / (shown - 1)));
}

static void outbox(struct buf *out, struct session *s, const struct looked_at *at)
{
	const struct outbox_status *status = &at->status;
	char *name = outbox_full_name(at->outbox);

	buf_adds(out, "\n## Outbox ");
	markdown_cell(out, name);
	free(name);
	if (!status->outbox) {
		char *why = err_text(&at->err);

		buf_adds(out, "\n\nIt could not be looked at: ");
		markdown_cell(out, why);
		buf_adds(out, "\n");
		free(why);
		return;
	}
	buf_addf(out, ": %s\n\n",
		 at->outbox->certain ? outbox_state_name(status->state) : "a candidate");
	if (status->why && status->state != OUTBOX_OK)
		buf_addf(out, "Because of: %s.\n\n", status->why);
	numbers(out, status);
	history(out, session_outbox_watch(s, at->outbox));
}

static bool is_told(const struct call *c, const struct looked_at *at)
{
	return at->outbox->certain || args_has(call_args(c), "outbox");
}

static void outboxes(struct call *c, struct buf *out)
{
	const struct outbox_scan *scan = call_data(c);
	size_t n = 0;

	for (size_t i = 0; i < scan->n; i++)
		if (is_told(c, &scan->of[i])) {
			outbox(out, call_session(c), &scan->of[i]);
			n++;
		}
	if (!n)
		buf_addf(out, "\n## Outbox\n\nNone: %s.\n", outboxes_none(scan->all));
}

/* Of several outboxes the one that is named, or shown. */
static void causes(struct call *c, struct buf *out, const struct reply *r,
		   const struct err *err)
{
	static const char *const names[] = { "cause", "state", "detail", "next" };
	const struct outbox_scan *scan = call_data(c);
	struct err none = ERR_INIT;
	const struct outbox *o = outbox_chosen(c, scan->all, &none);
	char *name = o ? outbox_full_name(o) : NULL;

	err_release(&none);
	buf_adds(out, "\n## Why");
	if (name) {
		buf_adds(out, ": ");
		markdown_cell(out, name);
	}
	free(name);
	buf_adds(out, "\n\n");
	if (!r) {
		char *why = err_text(err);

		markdown_cell(out, why);
		buf_addc(out, '\n');
		free(why);
		return;
	}
	markdown_head(out, (const char *const[]){ names[0], names[1], names[2], names[3], NULL });
	for (size_t i = 0; i < reply_rows(r); i++) {
		const char *cells[ARRAY_SIZE(names) + 1] = { NULL };

		if (strcmp(reply_get(r, i, "panel"), "why") != 0)
			continue;
		for (size_t k = 0; k < ARRAY_SIZE(names); k++) {
			cells[k] = reply_get(r, i, names[k]);
			cells[k] = cells[k] ? cells[k] : "";
		}
		row(out, cells);
	}
}

/* ---- what was done ---- */

static bool done_here(const struct call *c, struct buf *out, struct err *err)
{
	const char *since = args_get(call_args(c), "since");
	struct journal *j = journal_read(1000, err);
	struct buf table = BUF_INIT;
	double seconds = 0;

	since = since ? since : SINCE;
	if (j && timefmt_parse_duration(since, &seconds)) {
		size_t n = journal_markdown(&table, j,
					    time_now_us() - (int64_t)(seconds * 1e6));

		buf_addf(out, "\n## Done from here in the last %s\n\n%s", since,
			 n ? table.data : "Nothing was written.\n");
	}
	buf_release(&table);
	journal_free(&j);
	return !err->kind;
}

static void hand_over(struct call *c, const struct buf *text, struct err *err)
{
	const char *file = args_get(call_args(c), "file");
	const struct host *h = call_host(c);
	char *path, *said;

	if (!file) {
		h->ops->text(h->ctx, "Incident", text->data, text->len);
		return;
	}
	path = path_expand(file);
	if (path_write(path, text->data, text->len, err)) {
		said = xasprintf("the incident is in %s", path);
		h->ops->say(h->ctx, SAY_DONE, said);
		free(said);
	}
	free(path);
}

static void finish(struct call *c, const struct reply *why, const struct err *unasked)
{
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;

	heading(c, &text);
	outboxes(c, &text);
	if (why || unasked)
		causes(c, &text, why, unasked);
	if (done_here(c, &text, &err))
		hand_over(c, &text, &err);
	call_done(c, &err, -1);
	err_release(&err);
	buf_release(&text);
}

static void told_why(void *ctx, const struct txn_result *result)
{
	finish(ctx, result->outcome == TXN_DONE ? result->replies[0] : NULL, &result->err);
}

static void looked(struct call *c)
{
	const struct outbox_scan *scan = call_data(c);
	const struct request_callbacks cb = { .done = told_why, .ctx = c };
	struct err err = ERR_INIT;
	bool any = false;

	for (size_t i = 0; i < scan->n; i++)
		any = any || is_told(c, &scan->of[i]);
	if (!any)
		finish(c, NULL, NULL);
	else if (!outbox_why_ask(c, &cb, &err))
		finish(c, NULL, &err);
	err_release(&err);
}

static void incident_run(struct call *c)
{
	outbox_scan(c, looked, NULL);
}

const struct command cmd_incident = {
	.name = "incident",
	.summary = "The outboxes, why, and what was done: Markdown for the ticket",
	.args = "[file:file] [--outbox:outbox] [--since:duration]",
	.help = "How each outbox stands now (--outbox: one of them), what keeps its messages "
		"from leaving, "
		"what this session saw of it while it watched, and what was written from here "
		"in the last 8 hours (--since), actions on messages too. With FILE it is "
		"written there.",
	.needs = NEEDS_CATALOG | BATCH,
	.run = incident_run,
};
