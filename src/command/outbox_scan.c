/* SPDX-License-Identifier: MIT */
#include "outbox_scan.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "command/outbox_consumers.h"
#include "outbox_chosen.h"

static void scan_free(void *data)
{
	struct outbox_scan *s = data;

	for (size_t i = 0; i < s->n; i++) {
		outbox_watch_free(&s->of[i].watch);
		err_release(&s->of[i].err);
	}
	free(s->of);
	outboxes_free(&s->all);
	loop_timer_free(&s->timer);
	err_release(&s->err);
	free(s);
}

static void scan_next(struct call *c);

enum { LOOKS = 4 }; /* until a count goes as far as the budget allows */

/* Rows that lie far apart are dear to count; who asks once would rather have the number, where
 * the planner expects no more than a count may go through. */
static bool worth_counting(const struct looked_at *at)
{
	return at->status.due_estimate > 0 && at->status.due_estimate <= OUTBOX_BOUND;
}

static bool look_again(struct call *c, struct looked_at *at, bool *thorough)
{
	const struct outbox_scan *s = call_data(c);

	if (!at->status.due.more || s->rounds || s->looks > LOOKS)
		return false;
	if (s->looks < LOOKS && outbox_watch_further(at->watch))
		return true;
	*thorough = at->outbox->certain && (s->unsure ? s->unsure(c, at) : worth_counting(at));
	return *thorough;
}

static void scan_further(struct call *c)
{
	struct outbox_scan *s = call_data(c);

	s->next++;
	scan_next(c);
}

static void gaps_told(void *ctx, const struct txn_result *result)
{
	struct call *c = ctx;
	struct outbox_scan *s = call_data(c);

	/* Not to be read, or in vain: unknown. */
	if (result->outcome == TXN_DONE && !reply_null(result->replies[0], 0, 0))
		s->of[s->next].gaps = reply_int(result->replies[0], 0, 0);
	scan_further(c);
}

/* What consumers passed over; false: nobody keeps places. */
static bool gaps_ask(struct call *c)
{
	const struct request_callbacks cb = { .done = gaps_told, .ctx = c };
	const struct outbox_scan *s = call_data(c);
	struct session *session = call_session(c);
	struct buf sql = BUF_INIT;
	struct scope scope;
	struct txn *t;
	bool some = outbox_gaps_sql(&sql, session, s->of[s->next].outbox);

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
	struct outbox_scan *s = call_data(c);
	struct looked_at *at = &s->of[s->next];
	bool thorough = false;

	if (status) {
		at->status = *status;
	} else {
		err_copy(&s->err, err);
		err_copy(&at->err, err);
	}
	if (status && look_again(c, at, &thorough)) {
		s->looks = thorough ? LOOKS + 1 : s->looks + 1;
		outbox_look(call_session(c), at->outbox, at->watch, thorough, NULL, scan_looked,
			    c);
		return;
	}
	at->gaps = -1;
	if (s->unsure || !gaps_ask(c))
		scan_further(c);
}

static void scan_next(struct call *c)
{
	struct outbox_scan *s = call_data(c);
	struct looked_at *at = &s->of[s->next];

	if (s->next == s->n) {
		s->rounds++;
		s->finish(c);
		return;
	}
	s->looks = 1;
	if (!at->watch)
		at->watch = outbox_watch_new();
	outbox_look(call_session(c), at->outbox, at->watch, false, NULL, scan_looked, c);
}

/* The one that was named, else all. */
static bool scan_choose(struct outbox_scan *s, struct err *err)
{
	const struct outbox *named = args_has(call_args(s->call), "outbox")
					     ? outbox_chosen(s->call, s->all, err)
					     : NULL;

	if (err->kind)
		return false;
	s->n = named ? 1 : outboxes_len(s->all);
	s->of = xcalloc(s->n + 1, sizeof *s->of);
	for (size_t i = 0; i < s->n; i++)
		s->of[i].outbox = named ? named : outboxes_at(s->all, i);
	return true;
}

void outbox_scan(struct call *c, void (*finish)(struct call *c),
		 bool (*unsure)(struct call *c, struct looked_at *at))
{
	struct session *session = call_session(c);
	struct outbox_scan *s = xcalloc(1, sizeof *s);
	struct err err = ERR_INIT;

	call_set_data(c, s, scan_free);
	s->call = c;
	s->finish = finish;
	s->unsure = unsure;
	s->all = outboxes_find(session_catalog(session), session_profile(session),
			       session_sql(session));
	if (scan_choose(s, &err))
		scan_next(c);
	else
		call_done(c, &err, -1);
	err_release(&err);
}

static void next_round(void *ctx)
{
	struct outbox_scan *s = ctx;

	s->next = 0;
	err_clear(&s->err);
	for (size_t i = 0; i < s->n; i++) {
		s->of[i].status = (struct outbox_status){ 0 };
		err_clear(&s->of[i].err);
	}
	scan_next(s->call);
}

void outbox_scan_again(struct outbox_scan *s, double seconds)
{
	if (!s->timer)
		s->timer = loop_timer_new(session_loop(call_session(s->call)), next_round, s);
	loop_timer_start(s->timer, (uint64_t)(seconds < 0.2 ? 200 : seconds * 1000), 0);
}

size_t outbox_char(const char *p, bool * not )
{
	uint32_t cp;
	size_t n = utf8_decode(p, strlen(p), &cp);

	*not = cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || !utf8_valid(p, n);
	return n;
}

char *outbox_full_name(const struct outbox *o)
{
	return xasprintf("%s.%s", o->relation->schema, o->relation->name);
}
