/* SPDX-License-Identifier: MIT */
#include "lockwait.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/timefmt.h"

enum {
	FIRST_MS = 300, /* locks that are gone sooner are nobody's business */
	EVERY_MS = 1000,
};

struct lockwait {
	struct session *session;
	lockwait_fn *fn;
	void *ctx;
	struct loop_timer *timer;
	char *pid, *text;
	size_t holder; /* where it begins in the text */
	bool running, asked;
	int64_t since_us;
};

static void drop(struct lockwait *w)
{
	free(w->text);
	w->text = NULL;
	w->holder = 0;
}

/* Of a transaction that was prepared there is no session any more. */
static void who_text(struct buf *out, const struct reply *r)
{
	const char *who = reply_get(r, 0, "who"), *pid = reply_get(r, 0, "pid");
	const char *application = reply_get(r, 0, "application");
	const char *state = reply_get(r, 0, "state");

	if (pid && strcmp(pid, "0") == 0) {
		buf_adds(out, "a prepared transaction");
		return;
	}
	buf_addf(out, "%s (pid %s%s%s)", who ? who : "a session", pid, application ? ", " : "",
		 application ? application : "");
	if (reply_get(r, 0, "seconds")) {
		buf_addf(out, ", %s, since ", state ? state : "busy");
		timefmt_duration(out, reply_double(r, 0, (size_t)reply_column(r, "seconds")));
	}
}

static void on_answer(void *ctx, const struct txn_result *result)
{
	struct lockwait *w = ctx;
	const struct reply *r = result->n ? result->replies[0] : NULL;
	struct buf text = BUF_INIT;

	w->asked = false;
	if (!w->running || !r)
		return;
	drop(w);
	if (reply_rows(r)) {
		buf_adds(&text, "waiting ");
		timefmt_duration(&text,
				 floor((double)(time_monotonic_us() - w->since_us) / 1e6));
		buf_adds(&text, " for ");
		w->holder = text.len;
		who_text(&text, r);
		w->text = buf_detach(&text);
	}
	w->fn(w->ctx);
}

static void on_timer(void *ctx)
{
	struct lockwait *w = ctx;
	struct request_callbacks cb = { .done = on_answer, .ctx = w };
	struct params p = PARAMS_INIT;
	struct scope scope;
	struct txn *txn;

	if (w->asked)
		return;
	w->asked = true;
	params_text(&p, w->pid);
	session_scope(w->session, USE_CATALOG, &scope);
	txn = txn_new(TXN_READ, &scope);
	txn_add(txn, sqlset_get(session_sql(w->session), "lock_wait", 0)->text, &p);
	db_send(session_db(w->session), DB_READ, txn, &cb, w);
	scope_release(&scope);
	params_release(&p);
}

struct lockwait *lockwait_new(struct session *s, lockwait_fn *fn, void *ctx)
{
	struct lockwait *w = xcalloc(1, sizeof *w);

	w->session = s;
	w->fn = fn;
	w->ctx = ctx;
	w->timer = loop_timer_new(session_loop(s), on_timer, w);
	return w;
}

void lockwait_free(struct lockwait **wp)
{
	struct lockwait *w = *wp;

	*wp = NULL;
	if (!w)
		return;
	db_forget(session_db(w->session), w);
	loop_timer_free(&w->timer);
	free(w->pid);
	drop(w);
	free(w);
}

void lockwait_begin(struct lockwait *w, const char *pid)
{
	free(w->pid);
	w->pid = xstrdup_null(pid);
	drop(w);
	if (!pid)
		return;
	w->running = true;
	w->since_us = time_monotonic_us();
	loop_timer_start(w->timer, FIRST_MS, EVERY_MS);
}

void lockwait_end(struct lockwait *w)
{
	w->running = false;
	loop_timer_stop(w->timer);
}

const char *lockwait_text(const struct lockwait *w)
{
	return w->text;
}

const char *lockwait_holder(const struct lockwait *w)
{
	return w->text ? w->text + w->holder : NULL;
}
