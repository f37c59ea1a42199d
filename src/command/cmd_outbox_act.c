/* SPDX-License-Identifier: MIT */
/*
 * cmd_outbox_act.c - retry, postpone, dead, revive, requeue: chosen, counted, then changed in
 * one transaction of a bounded number of messages.
 *
 * On the reference platform its functions do it, per tenant and with audit rows; elsewhere
 * statements made of the columns that were recognised.  The count comes first in the same
 * transaction: what was not expected, or would be seen out of order, is rolled back.
 */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "outbox_act.h"

static void act_free(void *data)
{
	struct act *a = data;

	outbox_choice_release(&a->of);
	free(a->reason);
	free(a->asked);
	err_release(&a->err);
	free(a);
}

/* Of all batches together. */
static long at_most(const struct act *a)
{
	long limit = args_int(call_args(a->call), "limit", 0);

	return limit > 0 ? limit : LONG_MAX;
}

/* ---- counting, then changing ---- */

static int64_t sum(const struct txn_result *r, size_t from, const char *column)
{
	int64_t n = 0;

	for (size_t i = from; i < r->n; i++)
		n += strtoll(reply_get(r->replies[i], 0, column), NULL, 10);
	return n;
}

static bool as_expected(struct act *a, int64_t matched, int64_t overtaking)
{
	const struct args *args = call_args(a->call);
	const char *name = call_command(a->call)->name;

	if (args_has(args, "expect") && args_int(args, "expect", 0) != matched)
		return err_set(&a->err, ERR_FAILED, name,
			       "%s messages were expected, %" PRId64 " match",
			       args_get(args, "expect"), matched);
	if (!overtaking || args_has(args, "out-of-order"))
		return true;
	err_set(&a->err, ERR_FAILED, name,
		"%" PRId64 " of %" PRId64 " would pass other events of their aggregate",
		overtaking, matched);
	err_hint(&a->err, "consumers that can take that: --out-of-order");
	return false;
}

static enum txn_verdict verdict(void *ctx, struct txn *t, const struct txn_result *r)
{
	struct act *a = ctx;

	a->batch.counts = r->n;
	a->batch.matched = sum(r, 0, "matched");
	a->batch.overtaking = sum(r, 0, "overtaking");
	if (a->counting || act_dry(a) || a->cancelled ||
	    (act_one_batch(a) && !as_expected(a, a->batch.matched, a->batch.overtaking)))
		return TXN_ROLLBACK;
	act_statements(a, t, false);
	/* With their COMMIT: what they lock a relay may want, and our way to the server be
	 * long. */
	return a->err.kind ? TXN_ROLLBACK : TXN_FINISH;
}

static void committing(void *ctx)
{
	act_journal(ctx);
}

/* What a batch locks a relay may want: it shall not take the server longer than this. */
static const double LONG = 0.2, SHORT = 0.1;
enum { FEWEST = 20, FIRST = 100 };

static void pace(struct act *a, double seconds)
{
	const struct db_session *s = db_session(session_db(call_session(a->call)));

	/* It came and went twice; our way to the server is not its work. */
	seconds -= s && s->rtt > 0 ? 2 * s->rtt : 0;
	if (seconds > LONG && a->rows / 2 >= FEWEST)
		a->rows /= 2;
	else if (seconds < SHORT && a->rows * 2 <= OUTBOX_AT_MOST)
		a->rows *= 2;
}

static void next_batch(struct act *a);
static void counted_all(struct act *a);

/* What was done stays done. */
static void tell_end(struct act *a, enum txn_outcome outcome)
{
	char of[32] = "";

	if (a->cancelled && a->counting) {
		err_set(&a->err, ERR_CANCELLED, call_command(a->call)->name,
			"cancelled: nothing was changed");
	} else if (a->cancelled) {
		if (a->counted >= 0)
			snprintf(of, sizeof of, " of %" PRId64, a->counted);
		err_set(&a->err, ERR_CANCELLED, call_command(a->call)->name,
			"cancelled: %" PRId64
			"%s messages were changed, the others are as they were",
			a->changed, of);
	} else if (a->err.kind && !act_one_batch(a) && !a->counting) {
		err_hint(&a->err, "%" PRId64 " messages were changed before that%s", a->changed,
			 outcome == TXN_UNKNOWN ? "; what became of the last batch is not known"
						: "");
	}
}

static void finish(struct act *a)
{
	const struct host *h = call_host(a->call);

	if (a->of.after)
		h->ops->progress(h->ctx, "messages", -1, 0);
	if (!a->err.kind && !act_dry(a) && !h->batch)
		act_tell(a);
	else if (!a->err.kind)
		act_show(a);
	call_done(a->call, a->err.kind ? &a->err : NULL, -1);
}

/* What was given as an id is none, or as a time. */
static void hint_values(struct act *a, const char *sqlstate)
{
	const struct relation *r = a->of.outbox->relation;
	const struct column *id = outbox_column(a->of.outbox, OUTBOX_ID);

	if (id && sqlstate && strcmp(sqlstate, "22P02") == 0)
		err_hint(&a->err, "ids of %s.%s are of type %s: outbox list shows them",
			 r->schema, r->name, id->type);
	if (sqlstate && (strcmp(sqlstate, "22007") == 0 || strcmp(sqlstate, "22008") == 0))
		err_hint(&a->err, "a while such as 90s, 2h or 1d, or a time such as "
				  "2030-01-31 08:00");
}

static void batch_done(void *ctx, const struct txn_result *result)
{
	struct act *a = ctx;
	const struct host *h = call_host(a->call);
	size_t rows = reply_rows(a->of.last);
	bool failed = result->outcome != TXN_DONE && result->outcome != TXN_ROLLED_BACK;
	int64_t changed = result->outcome == TXN_DONE
				  ? sum(result, a->batch.counts, "changed")
				  : 0;

	if (failed && !a->err.kind) {
		err_copy(&a->err, &result->err);
		hint_values(a, result->server.sqlstate);
	}
	a->changed += changed;
	act_journal_end(a, result, changed);
	if (a->cancelled || a->err.kind) {
		tell_end(a, result->outcome);
		finish(a);
		return;
	}
	a->matched += a->batch.matched;
	a->overtaking += a->batch.overtaking;
	a->left -= (long)rows;
	if (act_one_batch(a) || rows < (size_t)a->of.rows || a->left <= 0) {
		if (a->counting)
			counted_all(a);
		else
			finish(a);
		return;
	}
	if (!a->counting)
		pace(a, result->seconds);
	free(a->of.after);
	a->of.after = xstrdup(reply_get(a->of.last, rows - 1, "id"));
	h->ops->progress(h->ctx, a->counting ? "messages counted" : "messages changed",
			 (double)(a->counting ? a->matched : a->changed), 0);
	next_batch(a);
}

static void chosen(void *ctx, const struct txn_result *result)
{
	struct act *a = ctx;
	const struct request_callbacks cb = { .done = batch_done,
					      .verdict = verdict,
					      .committing = committing,
					      .ctx = a };
	struct session *s = call_session(a->call);
	struct scope scope;
	struct txn *t;

	if (result->outcome != TXN_DONE || a->cancelled) {
		err_copy(&a->err, &result->err);
		hint_values(a, result->server.sqlstate);
		tell_end(a, TXN_FAILED);
		finish(a);
		return;
	}
	reply_free(&a->of.last);
	a->of.last = reply_ref(result->replies[0]);
	memset(&a->batch, 0, sizeof a->batch);
	if (reply_rows(a->of.last) == 0) {
		if (a->counting && a->matched)
			counted_all(a);
		else if (!act_one_batch(a) || as_expected(a, 0, 0) || a->err.kind)
			finish(a);
		return;
	}
	session_scope(s, USE_WRITE, &scope);
	t = txn_new(TXN_WRITE, &scope);
	scope_release(&scope);
	act_statements(a, t, true);
	db_send(session_db(s), DB_EDIT, t, &cb, a->call);
}

/* ---- asking ---- */

static void change(struct act *a)
{
	a->counting = false;
	a->counted = a->matched;
	a->counted_overtaking = a->overtaking;
	a->matched = a->changed = a->overtaking = 0;
	a->left = at_most(a);
	a->rows = FIRST;
	free(a->of.after);
	a->of.after = NULL;
	next_batch(a);
}

static bool blank(const char *text)
{
	return !text || text[strspn(text, " \t\r\n")] == '\0';
}

static const char *given_reason(const struct args *args)
{
	const char *text = args_get(args, "reason");

	return blank(text) ? NULL : text;
}

static void answered(void *ctx, const char *text)
{
	struct act *a = ctx;

	if (a->cancelled) {
		tell_end(a, TXN_FAILED);
		finish(a);
		return;
	}
	if (blank(text)) {
		err_set(&a->err, ERR_CANCELLED, call_command(a->call)->name, "left alone");
		finish(a);
		return;
	}
	free(a->reason);
	a->reason = xstrdup(text);
	change(a);
}

/* What would happen, and why it shall; the answer is the audit's reason. */
static void ask_reason(struct act *a)
{
	const struct host *h = call_host(a->call);
	const struct relation *r = a->of.outbox->relation;
	struct question q = { .title = call_command(a->call)->name,
			      .kind = ASK_TEXT,
			      .destructive = true };
	struct buf what = BUF_INIT;

	h->ops->progress(h->ctx, "messages", -1, 0);
	if (a->matched == 1 && reply_rows(a->of.last) == 1)
		buf_addf(&what, "message %s", reply_get(a->of.last, 0, "id"));
	else
		buf_addf(&what, "%" PRId64 " messages", a->matched);
	free(a->asked);
	a->asked = xasprintf("%s: %s of %s.%s%s. Those that a relay holds are skipped. Why? "
			     "(the reason is recorded; empty leaves all as it is)",
			     call_command(a->call)->summary, what.data, r->schema, r->name,
			     a->overtaking ? ", some out of order in their aggregate" : "");
	buf_release(&what);
	q.text = a->asked;
	call_ask(a->call, &q, answered, a);
}

/* Everything has been counted, nothing changed. */
static void counted_all(struct act *a)
{
	if (act_dry(a) || !as_expected(a, a->matched, a->overtaking))
		finish(a);
	else if (!a->reason)
		ask_reason(a);
	else
		change(a);
}

static struct act *act_new(struct call *c)
{
	struct act *a = xcalloc(1, sizeof *a);

	a->call = c;
	call_set_data(c, a, act_free);
	return a;
}

static void next_batch(struct act *a)
{
	const struct request_callbacks cb = { .done = chosen, .ctx = a };
	const struct args *args = call_args(a->call);

	if (!act_one_batch(a)) {
		a->of.rows = a->counting ? OUTBOX_AT_MOST : a->rows;
		a->of.rows = a->left < a->of.rows ? (int)a->left : a->of.rows;
	}
	if (!outbox_choose(&a->of,
			   args_has(args, "state") ? args_get(args, "state")
						   : outbox_action_state(a->action),
			   "outbox_rows.choose", &cb, &a->err))
		call_done(a->call, &a->err, -1);
}

/* What is being counted ends; a batch whose COMMIT is on its way, or an answer, is waited for.
 */
static void cancel(struct call *c)
{
	struct act *a = call_data(c);

	a->cancelled = true;
	db_cancel(session_db(call_session(c)), c);
}

static bool standby(const struct call *c)
{
	const struct db_session *d = db_session(session_db(call_session(c)));

	return d && d->in_hot_standby;
}

/* What a state excludes is told, not tried on messages that it cannot change. */
static bool fits_state(const struct call *c, enum outbox_action action, struct err *err)
{
	const char *state = args_get(call_args(c), "state");
	bool dead, processed, ok;

	if (!state)
		return true;
	dead = strcmp(state, "dead") == 0;
	processed = strcmp(state, "processed") == 0;
	ok = action == OUTBOX_REVIVE	? dead || strcmp(state, "failed") == 0
	     : action == OUTBOX_REQUEUE ? processed
					: !dead && !processed;
	if (ok)
		return true;
	err_set(err, ERR_USAGE, call_command(c)->name, "it is not for messages that are %s",
		state);
	err_hint(err, "%s",
		 dead	     ? "outbox revive makes dead ones pending again"
		 : processed ? "outbox requeue delivers processed ones once more"
			     : "outbox retry makes those that wait due now");
	return false;
}

static void start(struct call *c, enum outbox_action action)
{
	struct act *a = act_new(c);
	const struct args *args = call_args(c);

	a->action = action;
	a->reason = xstrdup_null(given_reason(args));
	if (call_host(c)->batch && !a->reason && !act_dry(a)) {
		err_set(&a->err, ERR_USAGE, call_command(c)->name, "needs a reason");
		err_hint(&a->err, "add --reason TEXT, or --dry-run");
		call_done(c, &a->err, -1);
		return;
	}
	if (standby(c) && !act_dry(a)) {
		err_set(&a->err, ERR_FAILED, call_command(c)->name,
			"this server is a standby: messages are changed on the primary");
		err_hint(&a->err, "connect to the primary, or add --dry-run");
		call_done(c, &a->err, -1);
		return;
	}
	if (!act_selects(c, &a->err) || !fits_state(c, action, &a->err)) {
		call_done(c, &a->err, -1);
		return;
	}
	a->counting = !a->reason || !act_one_batch(a);
	a->counted = -1;
	a->left = at_most(a);
	a->rows = FIRST;
	if (!outbox_choice_init(&a->of, c, &a->err)) {
		call_done(c, &a->err, -1);
		return;
	}
	call_on_cancel(c, cancel);
	next_batch(a);
}

#define ACT                                                                                    \
	OUTBOX_CHOICE_ARGS                                                                     \
	" [--all] [--dry-run] [--expect:int(0)] [--reason:text] [--out-of-order]"
#define ACT_HELP                                                                               \
	"Which messages is said by --id, --ids, --type, --state, --after, --limit or --all: "  \
	"at most 1000 of the chosen tenant, by id from --after on, in one "                    \
	"transaction; --all goes on, after all were counted, in transactions of about "        \
	"a tenth of a second, to --limit or the end; an interrupt ends it between two. "       \
	"What a relay has locked is skipped. --ids takes several, with commas between "        \
	"numbers or uuids, else a line each. "                                                 \
	"--dry-run counts. --expect refuses another "                                          \
	"number. "                                                                             \
	"Messages that would pass other events of their aggregate are refused without "        \
	"--out-of-order."

#define COMMAND_OF(word, act, text, more)                                                      \
	static void word##_run(struct call *c)                                                 \
	{                                                                                      \
		start(c, act);                                                                 \
	}                                                                                      \
	const struct command cmd_outbox_##word = {                                             \
		.name = "outbox " #word,                                                       \
		.summary = text,                                                               \
		.args = more ACT,                                                              \
		.help = ACT_HELP,                                                              \
		.needs = NEEDS_CATALOG | NEEDS_WRITE | BATCH,                                  \
		.run = word##_run,                                                             \
	}

COMMAND_OF(dead, OUTBOX_BURY, "Mark messages dead: nobody tries them again", "");
COMMAND_OF(postpone, OUTBOX_POSTPONE, "Let messages wait for a while (1h), or until a time",
	   "until:until ");
COMMAND_OF(requeue, OUTBOX_REQUEUE, "Deliver processed messages once more", "");
COMMAND_OF(retry, OUTBOX_RETRY, "Make messages due now", "");
COMMAND_OF(revive, OUTBOX_REVIVE, "Make dead messages pending again", "");
